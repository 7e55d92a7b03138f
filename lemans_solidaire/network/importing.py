"""Reads files in the data·inclusion format record by record, and loads the structures they tell."""

import hashlib
import json
import re
import sqlite3
from collections import Counter
from itertools import islice
from pathlib import Path

import ijson
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction

from lemans_solidaire.network.models import Event, Structure
from lemans_solidaire.network.models.structure import siret_is_sound

KINDS = [
    (re.compile(r"\bC\.?C\.?A\.?S\b|\bCIAS\b|communal d.action sociale", re.I), Structure.Kind.CCAS),
    (re.compile(r"centre social", re.I), Structure.Kind.CENTRE_SOCIAL),
    (
        re.compile(
            r"^(ville|mairie|préfecture|communauté|cc |cd \d|la poste|p[oô]le emploi|collège|le mans métropole)", re.I
        ),
        Structure.Kind.PUBLIC,
    ),
    (re.compile(r"\bassociation\b|\basso\b", re.I), Structure.Kind.ASSOCIATION),
]
OURS = "le-mans-solidaire"  # the source of what was written here; its identifiers are « le-mans-solidaire--12 »
BATCH = 1000
HEAVIEST = 8 * 1024**2  # of one record
DEEPEST = 100  # lists within lists
LINES = 2000  # kept of each sort; beyond, only counted
MAGIC = [(b"PK", "une archive zip ou un classeur"), (b"%PDF", "un PDF"), (b"\xff\xfe", "un texte en UTF-16")]


class UnreadableFile(Exception):
    """The file is not a list of records; the message says what it is instead, or where it breaks, in French."""


class Records:
    """The records of a file, one by one, read again at each iteration. UnreadableFile says where it breaks."""

    def __init__(self, path, name=None):
        self.path, self.name = Path(path), name or f"Le fichier {path}"
        self.number = self.position = 0  # records and bytes read so far

    def __iter__(self):
        self.number = self.position = self.beginning = 0
        try:
            with self.path.open("rb") as self.file:
                yield from self.read()
        except OSError as problem:
            raise UnreadableFile(f"{self.name} ne s’ouvre pas ({problem.strerror}).") from None

    def read(self):
        self.first = self.look_at_the_beginning()
        try:
            for record in built(ijson.basic_parse(Feed(self.next_bytes), use_float=True)):
                self.number += 1
                self.beginning = self.position
                if not isinstance(record, dict):
                    raise UnreadableFile(f"{self.name} doit contenir une liste de fiches\u202f: {self.where()}.")
                yield record
        except (ijson.JSONError, ValueError) as problem:
            raise UnreadableFile(f"{self.name} n’est pas du JSON lisible\u202f: {self.why(problem)}.") from None

    def look_at_the_beginning(self):
        first = self.file.read(64 * 1024).removeprefix(b"\xef\xbb\xbf")
        for magic, what in MAGIC:
            if first.startswith(magic):
                raise UnreadableFile(f"{self.name} n’est pas du JSON lisible\u202f: c’est {what}.")
        if not first.strip():
            raise UnreadableFile(f"{self.name} n’est pas du JSON lisible\u202f: il est vide.")
        if first.lstrip()[:1] in b'{"':
            raise UnreadableFile(f"{self.name} doit contenir une liste, au format data·inclusion.")
        return first

    def next_bytes(self, size):
        if not size:
            return b""  # the parser asks what kind of file it is
        found, self.first = (self.first, b"") if self.first else (self.file.read(size), b"")
        self.position += len(found)
        if self.position - self.beginning > HEAVIEST:
            raise UnreadableFile(f"{self.name} a une fiche de plus de 8\u202fMo\u202f: {self.where()}.")
        return found

    def where(self):
        spaced = f"{self.position:,}".replace(",", "\u202f")
        return f"après la fiche n° {self.number}, dans les 64\u202fKo avant l’octet {spaced}"

    def why(self, problem):
        stopped = "premature EOF" in str(problem)
        return f"il {'s’arrête au milieu' if stopped else 'se casse'} {self.where()}"


class Feed:
    """What the parser asks for, in pieces."""

    def __init__(self, read):
        self.read = read


def built(events):
    """The records that a parser's events tell. By hand: the parser's own builder has no limit of depth."""
    if next(events, (None,))[0] != "start_array":
        raise UnreadableFile("Le fichier doit contenir une liste, au format data·inclusion.")
    opened, names = [], []  # what is being read, one in the other, and the name that its next value takes
    for event, value in events:
        if event == "map_key":
            names[-1] = value
            continue
        if event in ("end_map", "end_array"):
            value = opened.pop() if opened else None
            names[-1:] = []
            if not opened and value is not None:
                yield value
            continue
        is_open = event in ("start_map", "start_array")
        value = ({} if event == "start_map" else []) if is_open else value
        if not opened:
            if not is_open:
                yield value
                continue
        elif type(opened[-1]) is list:
            opened[-1].append(value)
        else:
            opened[-1][names[-1]] = value
        if is_open:
            opened.append(value)
            names.append(None)
            if len(opened) > DEEPEST:
                raise ValueError("too deep")


def in_batches(items, size=BATCH):
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


class Tally:
    """How many times each text was seen; on the disk once there are many."""

    def __enter__(self):
        self.base = sqlite3.connect("", isolation_level=None)
        self.base.execute("PRAGMA journal_mode = OFF")
        self.base.execute("CREATE TABLE seen (text TEXT PRIMARY KEY, times INTEGER) WITHOUT ROWID")
        return self

    def __exit__(self, *problem):
        self.base.close()

    def add(self, text):
        """How many times it was seen, this one included."""
        question = "INSERT INTO seen VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times"
        return self.base.execute(question, (text,)).fetchone()[0]

    def times(self, text):
        found = self.base.execute("SELECT times FROM seen WHERE text = ?", (text,)).fetchone()
        return found[0] if found else 0


class Report:
    """What an import did or would do: figures, and the first lines of each sort; `tell` hears every line."""

    SORTS = ["added", "changed", "same", "rejected", "conflict", "remark"]

    def __init__(self, tell=None):
        self.counts = Counter()
        self.lines = {sort: [] for sort in self.SORTS}
        self.tell = tell

    def say(self, sort, name="", sentence=""):
        self.counts[sort] += 1
        if sort != "same" and len(self.lines[sort]) < LINES:
            self.lines[sort].append((name, sentence))
        if self.tell:
            self.tell(sort, name, sentence)

    added = property(lambda self: self.counts["added"])
    changed = property(lambda self: self.counts["changed"])
    same = known = property(lambda self: self.counts["same"])
    rejected = property(lambda self: self.lines["rejected"])
    conflicts = property(lambda self: self.lines["conflict"])
    remarks = property(lambda self: self.lines["remark"])


@transaction.atomic
def import_structures(records, *, report=None, dry_run=False, promised=None):
    """Adds each record once; one already imported is left as people have since corrected it.

    `records` is read twice. A dry run writes nothing, and `promised` hears the identifiers that would be added.
    """
    report = report or Report()
    with Tally() as sirets, Tally() as seen:
        for item in records:
            sirets.add(text(item, "siret"))
        for batch in in_batches(read(item, sirets, seen) for item in records):
            add(batch, report, dry_run, promised)
    return report


def read(item, sirets, seen):
    structure, remarks = read_structure(item)
    structure.source_id = identifier(item, seen)
    if structure.siret and sirets.times(structure.siret) > 1:
        remarks.append(f"Le SIRET {structure.siret} est porté par plusieurs structures du fichier.")
    return structure, remarks


def add(batch, report, dry_run, promised):
    known = known_structures([structure.source_id for structure, _ in batch])
    new = []
    for structure, remarks in batch:
        if is_known(structure, known, remarks):
            report.say("same")
            continue
        structure.to_check = "\n".join(remarks)
        new.append(structure)
        report.say("added", structure.name)
        for remark in remarks:
            report.say("remark", structure.name, remark)
        if promised is not None:
            promised.add(structure.source_id)
    if not dry_run:
        write(new)


def write(structures):
    Structure.objects.bulk_create(structures)
    Event.objects.bulk_create(
        Event(actor=Event.Actor.JOB, verb="imported", object_type="network.structure", object_id=one.pk,
              structure=one, changes={"source_id": one.source_id})
        for one in structures
    )  # fmt: skip


def own_number(source_id):
    """The number of a record that was written here, from the identifier it is exported with."""
    source, _, number = source_id.partition("--")
    return int(number) if source == OURS and number.isascii() and number.isdecimal() and len(number) < 19 else None


def known_structures(source_ids):
    """{identifier: structure} of those already here: imported, or written here and exported since."""
    own = {number: source_id for source_id in source_ids if (number := own_number(source_id)) is not None}
    here = Structure.objects.only("pk", "name", "source_id")
    known = {own[one.pk]: one for one in here.filter(source_id="", pk__in=own)}
    return known | {one.source_id: one for one in here.filter(source_id__in=source_ids)}


def is_known(structure, known, remarks):
    found = known.get(structure.source_id)
    if found is None or found.source_id:
        return found is not None
    if found.name[:150].split() == structure.name[:150].split():
        return True
    remarks.append("Son identifiant est celui d’une structure d’ici qui porte un autre nom.")
    return False


def identifier(item, seen):
    """The record's own id; made from its content when it has none, numbered when the file repeats it."""
    given = text(item, "id")
    if not given:
        given = hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:20]
    times = seen.add(given)
    return given[:90] if times == 1 else f"{given[:90]}--{times}"


def readable(value):
    """A text without null or lone surrogate; empty for what is none."""
    found = str(value) if isinstance(value, str | int | float) else ""
    return found.replace("\0", "").encode(errors="ignore").decode()


def text(item, name):
    """A value as one clean line: no unbreakable, double or outer spaces."""
    return " ".join(readable(item.get(name)).split())


def read_structure(item):
    remarks = []
    return Structure(
        name=name_of(item, remarks),
        kind=kind_of(text(item, "nom")),
        siret=checked(item, "siret", check_siret, "Le SIRET", remarks),
        email=checked(item, "courriel", validate_email, "L’adresse électronique", remarks),
        website=checked(item, "site_web", URLValidator(), "Le site", remarks),
        mission=mission_of(item, remarks),
        phone=fitting(item, "telephone", 30, "Le téléphone", remarks),
        address=fitting_address(item, remarks),
        postcode=fitting(item, "code_postal", 5, "Le code postal", remarks),
        city=fitting(item, "commune", 100, "La commune", remarks),
    ), remarks


def name_of(item, remarks):
    name = fitting(item, "nom", 200, "Le nom", remarks)
    if name:
        return name
    remarks.append("La structure n’a pas de nom dans le fichier.")
    return f"Structure sans nom ({text(item, 'id')[:90] or 'sans identifiant'})"


def mission_of(item, remarks):
    mission = readable(item.get("description") or item.get("presentation_detail")).strip()
    return mission if len(mission) <= 10_000 else cut(mission, 10_000, "La description", remarks)


def kind_of(name):
    return next((kind for pattern, kind in KINDS if pattern.search(name)), Structure.Kind.OTHER)


def check_siret(value):
    if not siret_is_sound(value):
        raise ValidationError("")


def checked(item, name, validator, label, remarks):
    """The value if it is sound; otherwise nothing, and the value as found goes into the remarks."""
    value = text(item, name)
    if not value:
        return ""
    try:
        validator(value)
    except ValidationError:
        remarks.append(f"{label} « {value[:300]} » ne convient pas : laissé de côté.")
        return ""
    return value if len(value) <= 200 else cut(value, 200, label, remarks)


def fitting(item, name, length, label, remarks):
    value = text(item, name)
    return value if len(value) <= length else cut(value, length, label, remarks)


def cut(value, length, label, remarks):
    remarks.append(f"{label} est trop long, en entier : « {value[:1000]} ».")
    return value[:length]


def fitting_address(item, remarks):
    parts = [text(item, "adresse"), text(item, "complement_adresse")]
    return fitting({"adresse": ", ".join(filter(None, parts))}, "adresse", 300, "L’adresse", remarks)
