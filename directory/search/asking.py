"""What somebody asks of the directory: the address holds it all, for the page and for the programs that read it."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from django.utils import timezone

from directory import languages, vocabulary
from directory.models import Place
from directory.plain import plain, town
from directory.questions import QUESTIONS

LONGEST = 200
LAST_PAGE = 500
FURTHEST = 13  # days ahead: openings are known no further
DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
NEAR = re.compile(
    r"\b(?:(?:tout )?pres|proches?|a cote|autour|pas loin) (?:de la|de l|des|du|de|d) "
    r"(?P<place>[a-z0-9]+(?: [a-z0-9]+){0,3})"
)
SPEAKS = re.compile(r"\b(?:qui )?parl(?:e|ent|ant) (?:le |la |l )?(?P<language>[a-z]+(?: [a-z]+){0,3})")
WHEN = re.compile(rf"\b(?P<when>aujourd hui|maintenant|demain|(?:le |ce )?(?:{'|'.join(DAYS)}))\b")


@dataclass(frozen=True)
class Point:
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Asked:
    q: str = ""
    answers: dict = field(default_factory=dict)  # {question: value} of the filters
    near: str = ""
    opened: str = ""  # « maintenant », or a day as YYYY-MM-DD
    page: int = 1
    as_typed: bool = False

    @classmethod
    def of(cls, get):
        """From an address: what cannot be read is left out."""
        given = {name: get.get(name, "").strip()[:LONGEST] for name in FILTERS}
        answers = {name: value for name, value in given.items() if value and FILTERS[name].reads(value)}
        return cls(
            q=get.get("q", "").strip()[:LONGEST],
            answers=answers,
            near=get.get("pres_de", "").strip()[:100],
            opened=read_moment(get.get("ouvert", "").strip()),
            page=read_page(get.get("page", "1")),
            as_typed="tel_quel" in get,
        )

    @property
    def parameters(self):
        given = {"q": self.q, **self.answers, "pres_de": self.near, "ouvert": self.opened}
        given |= {"tel_quel": "oui" if self.as_typed else "", "page": self.page if self.page > 1 else ""}
        return {name: value for name, value in given.items() if value}

    def url(self, **changes):
        return "?" + urlencode(replace(self, **{"page": 1, **changes}).parameters)

    def without(self, name):
        """The address of the same search, less one of its filters."""
        if name in self.answers:
            return self.url(answers={other: value for other, value in self.answers.items() if other != name})
        return self.url(**{name: ""})

    def with_answer(self, name, value):
        return self.url(answers={**self.answers, name: value})

    @property
    def codes(self):
        """[(codes that answer, codes that may, not being known)] for each filter."""
        return [FILTERS[name].codes(name, value) for name, value in self.answers.items()]

    @property
    def chips(self):
        """[(name, label, address without it)] of what is asked beside the words."""
        told = [(name, FILTERS[name].label(value), self.without(name)) for name, value in self.answers.items()]
        if self.opened:
            told.append(("opened", moment_in_french(self.opened), self.without("opened")))
        if self.near:
            told.append(("near", f"près de\u202f: {self.near}", self.without("near")))
        return told


@dataclass(frozen=True)
class Filter:
    reads: callable
    label: callable
    accepts: tuple = ()  # other answers that do as well
    is_strict: bool = False  # what is not known does not answer
    as_code: callable = str

    def codes(self, name, value):
        known = [f"{name}={self.as_code(value)}", *(f"{name}={other}" for other in self.accepts)]
        return known, [] if self.is_strict else [f"{name}=?"]


FILTERS = {
    "theme": Filter(
        lambda code: code in vocabulary.words("themes") or code in vocabulary.groups(),
        lambda code: vocabulary.groups().get(code) or vocabulary.label("themes", code),
        is_strict=True,
    ),
    "public": Filter(
        lambda code: code in vocabulary.words("publics"),
        lambda code: vocabulary.label("publics", code),
        accepts=("tous-publics",),
    ),
    "commune": Filter(town, str, as_code=town),
    "langue": Filter(
        lambda code: code in languages.spoken(), lambda code: f"on y parle {languages.spoken_label(code)}"
    ),
    "frais": Filter(lambda code: code in vocabulary.words("fees"), lambda code: vocabulary.label("fees", code).lower()),
    **{
        question.name: Filter(lambda answer: answer == "oui", lambda answer, label=question.asked: label)
        for question in QUESTIONS
    },
}


def read_page(text):
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else 1


def read_moment(text):
    """« maintenant », a day of the two weeks to come as YYYY-MM-DD, or nothing."""
    today = timezone.localdate()
    named = {"aujourdhui": today, "demain": today + timedelta(days=1)}
    if text == "maintenant":
        return text
    try:
        day = named.get(text) or date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if today <= day <= today + timedelta(days=FURTHEST) else ""


def moment_in_french(opened):
    if opened == "maintenant":
        return "ouvert maintenant"
    day, today = date.fromisoformat(opened), timezone.localdate()
    if day == today:
        return "ouvert aujourd’hui"
    return f"ouvert {'demain' if day == today + timedelta(days=1) else f'le {DAYS[day.weekday()]} {day.day}'}"


def days_to_choose():
    """[(value, label)] of the week to come."""
    today = timezone.localdate()
    days = [today + timedelta(days=number) for number in range(7)]
    return [("maintenant", "maintenant")] + [
        (day.isoformat(), ["aujourd’hui", "demain"][number] if number < 2 else f"{DAYS[day.weekday()]} {day.day}")
        for number, day in enumerate(days)
    ]


def point_of(text):
    """Where this is: two numbers given by the browser, or a name that the CCAS keeps; None when nobody knows."""
    numbers = re.fullmatch(r"(-?\d{1,2}\.\d{1,8}),(-?\d{1,3}\.\d{1,8})", text)
    if numbers:
        latitude, longitude = map(float, numbers.groups())
        return Point("vous", latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
    asked = town(text)
    if not asked:
        return None
    named = {}
    for place in Place.objects.all():
        for name in (place.postcode, *names_of(place.name)):
            named.setdefault(name, place)
    place = named.get(asked) or next((named[name] for name in ends_of(asked) if name in named), None)
    return place and Point(place.name, place.latitude, place.longitude)


@lru_cache(maxsize=2000)
def names_of(name):
    """« Les Sablons » is also said « Sablons »."""
    whole = town(name)
    return whole, re.sub(r"^(le|la|l|les) ", "", whole)


def ends_of(text):
    """« la gare du Mans » is at the station; « 12 rue des Acacias, Allonnes » is at least in Allonnes."""
    words = re.sub(r"^(le|la|l|les) ", "", text).split()
    yield from (" ".join(words[:end]) for end in range(len(words), 0, -1))
    yield from (" ".join(words[start:]) for start in range(1, len(words)))


def understand(asked):
    """The same, where words such as « près de la gare », « qui parle dari » or « demain » become filters."""
    if asked.as_typed:
        return asked
    words, changes, answers = plain(asked.q), {}, dict(asked.answers)
    said = SPEAKS.search(words)
    if said and "langue" not in answers and (found := longest(said["language"], languages.code_of)):
        answers["langue"], words = found[0], without(words, said.start(), said.start("language") + found[1])
    said = NEAR.search(words)
    if said and not asked.near and (found := longest(said["place"], place_named)):
        changes["near"], words = found[0], without(words, said.start(), said.start("place") + found[1])
    said = WHEN.search(words)
    if said and not asked.opened:
        changes["opened"], words = day_named(said["when"]), without(words, said.start(), said.end())
    if not changes and answers == asked.answers:
        return asked
    return replace(asked, q=words, answers=answers, **changes)


def longest(text, reader):
    """(what the reader makes of the longest beginning that it knows, the length of it), or None."""
    words = text.split()
    for end in range(len(words), 0, -1):
        beginning = " ".join(words[:end])
        if found := reader(beginning):
            return found, len(beginning)
    return None


def place_named(text):
    asked = town(text)
    return next((place.name for place in Place.objects.all() if asked in names_of(place.name)), None)


def without(words, start, end):
    return " ".join(f"{words[:start]} {words[end:]}".split())


def day_named(text):
    if text == "maintenant":
        return text
    today = timezone.localdate()
    if text in ("aujourd hui", "demain"):
        return (today + timedelta(days=text == "demain")).isoformat()
    ahead = (DAYS.index(text.split()[-1]) - today.weekday()) % 7
    return (today + timedelta(days=ahead)).isoformat()
