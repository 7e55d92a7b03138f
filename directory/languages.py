"""The fixed words of the directory in the languages that people read, and the languages that they speak."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from directory.plain import plain

TOLD = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
FRENCH = "fr"
AROUND = {"langue", "le", "la", "l", "en", "d", "du", "on", "parle", "courant", "un", "peu"}  # said around a language


@dataclass(frozen=True)
class Language:
    """One in which pages and slips are written."""

    code: str
    name: str  # as those who read it call it
    lang: str  # of HTML
    direction: str
    is_checked: bool  # read over by somebody who speaks it
    words: dict
    calls: dict  # {number of emergency: what for}


@dataclass(frozen=True)
class Door:
    """One of the eight needs of the entrance in pictures; its code is also one of the words."""

    code: str
    typed: str  # what the search is asked
    picture: str


@cache
def languages():
    """{code: Language}, French first."""
    return {code: Language(code=code, **told) for code, told in TOLD["written"].items()}


def language(code):
    """French for what is not one of ours."""
    known = languages()
    return known.get(code, known[FRENCH])


def words(code):
    """{key: text}, of the doors, of the entrance and of a printed slip."""
    return language(code).words


def doors():
    return [
        Door("manger", "manger", "directory/pictures/manger.html"),
        Door("dormir", "dormir ce soir", "directory/pictures/dormir.html"),
        Door("laver", "me laver", "directory/pictures/laver.html"),
        Door("soigner", "me soigner", "directory/pictures/soigner.html"),
        Door("papiers", "papiers", "directory/pictures/papiers.html"),
        Door("parler", "parler", "directory/pictures/parler.html"),
        Door("travailler", "travailler", "directory/pictures/travailler.html"),
        Door("participer", "participer", "directory/pictures/participer.html"),
    ]


@cache
def spoken():
    """{code: French name}, in the order of the alphabet."""
    return {code: told["name"] for code, told in TOLD["spoken"].items()}


def spoken_label(code):
    return spoken().get(code, code)


def own_name(code):
    """As those who speak it call it."""
    return TOLD["spoken"][code]["own"] if code in TOLD["spoken"] else code


@cache
def typed_names():
    """{as typed: code}: codes, French names in plain letters, other names they go by, own names as they are written."""
    names = {}
    for code, told in TOLD["spoken"].items():
        own = told["own"].casefold()
        names |= dict.fromkeys([code, own, *map(plain, (told["name"], told["own"], *told["also"]))], code)
    names.pop("", None)  # an own name in other letters
    return names


def code_of(text):
    """The code of a language as people write its name; None when it is not one of ours, or not one alone."""
    names = typed_names()
    whole, core = plain(text), " ".join(word for word in plain(text).split() if word not in AROUND)
    return names.get(text.strip().casefold()) or names.get(whole) or names.get(core)
