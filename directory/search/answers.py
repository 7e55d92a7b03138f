"""One box for structures and services: what answers, best first, and why."""

from dataclasses import dataclass, field, replace

from django.contrib.postgres.search import SearchHeadline, SearchQuery

from directory.models import Service
from directory.search import words
from directory.search.asking import Asked
from directory.search.near import point_of
from directory.search.reading import MOST, PAGE, Reading
from directory.search.understanding import understand
from lemans_solidaire.network.models import Structure

FEW = 5  # answers that hold every word: below, those that hold some come after
MARK, UNMARK = "\ue000", "\ue001"  # in an extract, around the words that were found
REASONS = {"A": "son nom", "B": "sa structure ou ses thèmes", "C": "sa description", "D": "le public ou le lieu"}


@dataclass
class Answer:
    found: object  # a Service with its structure, or a Structure
    is_service: bool
    reason: str  # where the words were found, when its name does not show them
    distance: float | None  # km
    is_near_only: bool  # from the middle of its town
    latitude: float | None
    longitude: float | None
    unknown: list  # [question] of the filters that its page does not answer
    extract: str = ""


@dataclass
class Found:
    asked: Asked  # as it was understood
    answers: list = field(default_factory=list)
    total: int = 0  # MOST + 1: more than MOST
    open_total: int = 0  # of the total, those known to be open then
    is_loose: bool = False  # not every word was found together, or in a few answers only
    whole: int = 0  # then, how many hold every word: they come first
    corrected: dict = field(default_factory=dict)  # typed word: the words looked for instead
    facets: dict = field(default_factory=dict)  # {code: count}, among the answers that are counted
    towns: list = field(default_factory=list)  # [(plain town, town, count)]
    is_unreadable: bool = False  # nothing of what was typed is a word to look for
    groups: list = field(default_factory=list)  # of words, as they were looked for
    point: object = None
    is_lost: bool = False  # nobody knows the place that was given

    @property
    def is_more(self):
        return self.total > MOST

    @property
    def counted(self):
        return min(self.total, MOST)


def search(asked, *, for_member=False, kind="", size=PAGE):
    """What answers, best first; when few lines hold every word, then those that hold some.

    `kind`: « services » or « structures » alone.
    """
    asked = understand(asked)
    groups, corrected = words.read(asked.q)
    if asked.q and not groups:
        return Found(asked, is_unreadable=True)
    found = Found(asked, corrected=corrected, groups=groups)
    if asked.near:
        found.point = point_of(asked.near)
        found.is_lost = found.point is None
    reading = Reading(asked, groups, found.point, for_member, size, kind)
    told = reading.read()
    if told["total"] < FEW and len(groups) > 1 and reading.without_filters().count() < FEW:
        found.whole = told["total"]
        reading.is_loose = found.is_loose = True
        told = reading.read()
    fill(found, told, reading)
    return found


def fill(found, told, reading):
    found.total, found.open_total = told["total"], told["opened"]
    found.facets = told["facets"] or {}
    found.towns = [tuple(town) for town in told["towns"] or ()]
    found.asked = replace(found.asked, page=told["page"])
    rows = told["rows"] or []
    services = services_of([row["service"] for row in rows if row["service"]], reading)
    structures = Structure.objects.in_bulk([row["structure"] for row in rows if not row["service"]])
    for row in rows:
        one = services.get(row["service"]) if row["service"] else structures.get(row["structure"])
        if one:
            found.answers.append(answer_of(one, row, reading))


def services_of(keys, reading):
    if not keys:
        return {}
    services = Service.objects.select_related("structure")
    if reading.words:
        looked_for = SearchQuery(reading.words, config="directory_fr", search_type="raw")
        extract = SearchHeadline(
            "description",
            looked_for,
            config="directory_fr",
            start_sel=MARK,
            stop_sel=UNMARK,
            max_words=30,
            min_words=20,
        )
        services = services.annotate(extract=extract)
    return services.in_bulk(keys)


def answer_of(one, row, reading):
    is_service = bool(row["service"])
    text = one.description if is_service else one.mission
    extract = getattr(one, "extract", "")
    # An extract may begin in the middle: without a mark in it, the beginning says more.
    extract = extract if MARK in extract else " ".join(text.split()[:28]) + (" …" if len(text.split()) > 28 else "")
    letters = sorted(set(row["reasons"] or ()))
    reasons = [] if letters in (["A"], ["C"]) or (MARK in extract and "C" in letters) else letters
    return Answer(
        found=one,
        is_service=is_service,
        reason=" et ".join(REASONS[letter] for letter in reasons),
        distance=row["distance"],
        is_near_only=row["is_near_only"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        unknown=[name for name, is_known in zip(reading.asked.answers, row["known"], strict=True) if not is_known],
        extract=extract,
    )
