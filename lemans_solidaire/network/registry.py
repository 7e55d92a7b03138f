"""Where the apps meet without knowing each other: each adds its providers in its AppConfig.ready()."""

from dataclasses import dataclass, field
from datetime import date
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


@dataclass(frozen=True)
class Chapter:
    """What an app adds to the yearly summary: words, and perhaps a table (headings, then rows of texts)."""

    title: str
    paragraphs: list
    headings: list = field(default_factory=list)
    rows: list = field(default_factory=list)


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
class Place:
    """A part of the portal that somebody may enter, offered in their own space."""

    label: str
    url: str
    detail: str = ""


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
places = Question()  # (user) -> [Place]
facts = Question()  # (structure, year) -> [Fact]
chapters = Question()  # (year, "public" or "network") -> [Chapter] of the yearly summary
hidden_places = Question()  # () -> keys of the structures whose address and town are told nowhere
actions = Question()  # (obj, user) -> links that another app adds to a page
restored = Question()  # () -> nothing; what an app sets right once a backup was put back, as the owner
demonstration = Question()  # ({key: structure}) -> nothing; each app adds its part of the fictional network
doors = Question()  # (user) -> [Door] of /gestion/
verbs = {}  # verb of an Event -> what it is in a sentence of a history: « a ajouté »
checks = Question()  # () -> [Check] of « L’état du portail »; made with `state.checking.check`
jobs = {}  # name of a task -> what it does, as « L’état du portail » says it
