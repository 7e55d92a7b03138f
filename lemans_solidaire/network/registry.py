"""Where the apps meet without knowing each other: each adds its providers in its AppConfig.ready()."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True)
class Awaited:
    """One thing that awaits somebody: what, where to do it, and by when."""

    label: str
    url: str
    detail: str = ""
    due: date | None = None
    action: str = "Continuer"
    structure: int | None = None  # the number of the one it is about, for who has several


@dataclass(frozen=True)
class Chapter:
    """What an app adds to the yearly summary: words, and perhaps a table (headings, then rows of texts).

    `edition`: the only one that tells it, "public" or "network"; both do when it is empty.
    """

    title: str
    paragraphs: list
    headings: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    edition: str = ""

    def is_told_in(self, edition):
        return self.edition in ("", edition)

    def as_data(self):
        return {"title": self.title, "paragraphs": self.paragraphs, "headings": self.headings, "rows": self.rows}


@dataclass(frozen=True)
class Fact:
    """A figure that an app may propose to a yearly sheet: the code of an indicator, a number, where it comes from.

    `url`: where the person sees it with their own eyes and decides, if there is such a page.
    """

    code: str
    value: int | Decimal
    source: str
    url: str = ""


@dataclass(frozen=True)
class News:
    """Something that happened in the network, done by somebody else, which this person may read."""

    label: str
    url: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Place:
    """A part of the portal that somebody may enter, offered in their own space; `group` gathers those of one kind."""

    label: str
    url: str
    detail: str = ""
    group: str = ""


@dataclass(frozen=True)
class Contact:
    """Somebody or something to reach that an app publishes for a structure, and where it is corrected."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True)
class NameKept:
    """Why a name outlives its account, and until when."""

    why: str
    until: date


@dataclass(frozen=True)
class Door:
    """Where one thing of the CCAS's work is done: a screen of the portal, or a list of /gestion/."""

    room: str  # the part of /gestion/ in which it is offered: a key of `lemans_solidaire.gestion.ROOMS`
    label: str
    url: str
    detail: str


class Level(Enum):
    GOOD = "bon"
    LOOK = "à voir"
    DO = "à faire"


@dataclass(frozen=True)
class Check:
    """One thing looked at on « L’état du portail »: how it is, what that means, what to do."""

    label: str
    level: Level
    words: str
    advice: str = ""
    url: str = ""
    action: str = ""


@dataclass
class Question:
    """A question put to every app, whose answers are read one after the other."""

    providers: list = field(default_factory=list)

    def register(self, provider):
        if provider not in self.providers:
            self.providers.append(provider)
        return provider

    def ask(self, *args):
        return [answer for provider in self.providers for answer in provider(*args) or ()]


awaiting = Question()  # (user) -> [Awaited]
news = Question()  # (user, since) -> [News]
places = Question()  # (user) -> [Place]
facts = Question()  # (structure, year) -> [Fact]
chapters = Question()  # (year) -> [Chapter] of the yearly summary
hidden_places = Question()  # () -> keys of the structures whose address and town are told nowhere
agenda = Question()  # (group, or None for the whole network) -> lines that its next meeting might speak of
actions = Question()  # (obj, user) -> links that another app adds to a page
contacts = Question()  # (structure) -> [Contact], gone through once a year
left = Question()  # (membership, by) -> nothing; each app ends what it had given with a membership that ended
names_kept = Question()  # (user) -> [NameKept] when an account is erased
restored = Question()  # () -> nothing; what an app sets right once a backup was put back, as the owner
demonstration = Question()  # ({key: structure}) -> nothing; each app adds its part of the fictional network
doors = Question()  # (user) -> [Door] of /gestion/
verbs = {}  # verb of an Event -> what it is in a sentence of a history: « a ajouté »
checks = Question()  # () -> [Check] of « L’état du portail »; made with `state.checking.check`
jobs = {}  # name of a task -> what it does, as « L’état du portail » says it


def grouped_places(user):
    """[(group, its places)], in the order in which the apps gave them; those without a group at the end."""
    groups = {}
    for place in places.ask(user):
        groups.setdefault(place.group, []).append(place)
    return sorted(groups.items(), key=lambda item: item[0] == "")


def newest(user, since, at_most=8):
    """The latest news first, of every app together."""
    return sorted(news.ask(user, since), key=lambda item: item.at, reverse=True)[:at_most]
