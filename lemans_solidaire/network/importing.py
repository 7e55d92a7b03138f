"""Loads structures published in the data·inclusion format, keeping aside what cannot be read as it stands."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction

from lemans_solidaire.network.actions import record
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


class UnreadableFile(Exception):
    """The file is not a list of structures; the message says what it is instead, in French."""


@dataclass
class Report:
    added: int = 0
    known: int = 0
    remarks: list = field(default_factory=list)  # (name, sentence)


def read_records(path):
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise UnreadableFile(f"Le fichier {path} ne s’ouvre pas ({problem.strerror}).") from None
    except ValueError as problem:  # broken JSON, or bytes that are not UTF-8
        raise UnreadableFile(f"Le fichier {path} n’est pas du JSON lisible : {problem}.") from None
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise UnreadableFile("Le fichier doit contenir une liste de structures, au format data·inclusion.")
    return records


@transaction.atomic
def import_structures(records):
    """Adds each record once; one already imported is left as people have since corrected it."""
    report = Report()
    sirets = Counter(text(item, "siret") for item in records)
    seen = Counter()
    for item in records:
        add(item, sirets, seen, report)
    return report


def add(item, sirets, seen, report):
    source_id = identifier(item, seen)
    if Structure.objects.filter(source_id=source_id).exists():
        report.known += 1
        return
    structure, remarks = read_structure(item)
    if structure.siret and sirets[structure.siret] > 1:
        remarks.append(f"Le SIRET {structure.siret} est porté par plusieurs structures du fichier.")
    structure.source_id = source_id
    structure.to_check = "\n".join(remarks)
    structure.save()
    record(by=Event.Actor.JOB, verb="imported", about=structure, structure=structure, changes={"source_id": source_id})
    report.added += 1
    report.remarks += [(structure.name, remark) for remark in remarks]


def identifier(item, seen):
    """The record's own id; made from its content when it has none, numbered when the file repeats it."""
    given = text(item, "id")
    if not given:
        given = hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:20]
    seen[given] += 1
    return given[:90] if seen[given] == 1 else f"{given[:90]}--{seen[given]}"


def text(item, name):
    """A value as one clean line: no unbreakable, double or outer spaces."""
    value = item.get(name)
    return "" if value is None else " ".join(str(value).split())


def read_structure(item):
    remarks = []
    return Structure(
        name=name_of(item, remarks),
        kind=kind_of(text(item, "nom")),
        siret=checked(item, "siret", check_siret, "Le SIRET", remarks),
        email=checked(item, "courriel", validate_email, "L’adresse électronique", remarks),
        website=checked(item, "site_web", URLValidator(), "Le site", remarks),
        mission=str(item.get("description") or item.get("presentation_detail") or "").strip(),
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
    return f"Structure sans nom ({text(item, 'id') or 'sans identifiant'})"


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
        remarks.append(f"{label} « {value} » ne convient pas : laissé de côté.")
        return ""
    return value if len(value) <= 200 else cut(value, 200, label, remarks)


def fitting(item, name, length, label, remarks):
    value = text(item, name)
    return value if len(value) <= length else cut(value, length, label, remarks)


def cut(value, length, label, remarks):
    remarks.append(f"{label} est trop long, en entier : « {value} ».")
    return value[:length]


def fitting_address(item, remarks):
    parts = [text(item, "adresse"), text(item, "complement_adresse")]
    return fitting({"adresse": ", ".join(filter(None, parts))}, "adresse", 300, "L’adresse", remarks)
