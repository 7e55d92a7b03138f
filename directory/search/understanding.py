"""Words that say a filter: « près de la gare », « qui parle dari », « avec mon chien », « ce soir »."""

import re
from dataclasses import replace

from directory import languages
from directory.plain import plain, town
from directory.search.moments import DAYS, day_named
from directory.search.near import places_by_name

NEAR = re.compile(
    r"\b(?:(?:tout )?pres|proches?|a cote|autour|pas loin) (?:de la|de l|des|du|de|d) "
    r"(?P<place>[a-z0-9]+(?: [a-z0-9]+){0,3})"
)
SPEAKS = re.compile(r"\b(?:qui )?parl(?:e|ent|ant) (?:le |la |l )?(?P<language>[a-z]+(?: [a-z]+){0,3})")
WHEN = re.compile(
    r"\b(?<!dormir )(?P<when>aujourd hui|maintenant|demain(?: matin| soir)?|ce soir|cette nuit|ce matin|cet apres midi"
    rf"|(?:le |ce )?(?:{'|'.join(DAYS)}))\b"
)
TOWN = re.compile(r"\b(?:a|au|aux) (?P<town>[a-z0-9]+(?: [a-z0-9]+){0,3})$")
# Words that say a filter: (what is typed, the question, its answer).
SAID = [
    (re.compile(r"\bavec (?:mon|un|mes|des|son|ses) chiens?\b"), "chien", "oui"),
    (re.compile(r"\bavec (?:mon|un|mes|des|les|ses) (?:enfants?|bebes?)\b"), "enfants", "oui"),
    (re.compile(r"\bavec (?:mon|un|mes|des) (?:sacs?|bagages?|valises?)\b"), "bagages", "oui"),
    (re.compile(r"\ben fauteuil(?: roulant)?\b"), "fauteuil", "oui"),
    (re.compile(r"\ben couple\b"), "couple", "oui"),
    (re.compile(r"\bsans (?:rendez vous|rdv)\b"), "sans_rdv", "oui"),
    (re.compile(r"\b(?:gratuite?s?|gratuitement)\b"), "frais", "gratuit"),
]


def understand(asked):
    """The same, where words such as « près de la gare », « qui parle dari » or « demain » become filters."""
    if asked.as_typed:
        return asked
    words, changes, answers = plain(asked.q), {}, dict(asked.answers)
    said = SPEAKS.search(words)
    if said and "langue" not in answers and (found := longest(said["language"], languages.code_of)):
        answers["langue"], words = found[0], without(words, said.start(), said.start("language") + found[1])
    near, at = NEAR.search(words), TOWN.search(words)
    places = places_by_name() if near or at else {}
    if near and not asked.near and (found := longest(near["place"], lambda text: places.get(town(text)))):
        changes["near"], words = found[0].name, without(words, near.start(), near.start("place") + found[1])
    said = WHEN.search(words)
    if said and not asked.opened:
        changes["opened"], words = day_named(said["when"]), without(words, said.start(), said.end())
    for pattern, name, value in SAID:
        said = pattern.search(words)
        if said and name not in answers and words != said[0]:
            answers[name], words = value, without(words, said.start(), said.end())
    at = TOWN.search(words)
    towns = {name: place for name, place in places.items() if place.kind == place.Kind.TOWN}
    if at and "commune" not in answers and (found := longest(at["town"], lambda text: towns.get(town(text)))):
        answers["commune"], words = found[0].name, without(words, at.start(), at.start("town") + found[1])
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


def without(words, start, end):
    return " ".join(f"{words[:start]} {words[end:]}".split())
