"""What names a part of a breakdown: an age (« 18-25 ans »), or words that say it and nothing else (« Femmes »)."""

import re
from functools import cache

from indicators.extraction.words import PLAIN, TOKEN, folded, stem, stems

TELLING = {"sans", "avec", "non", "moins", "plus"}  # small words that change what a part is
NEUTRAL = PLAIN | set(
    stems("personnes individus effectif public situation âge ans tranche sexe genre part compté sont étaient")
)
UNKNOWN = "non connu / inconnu / non renseigné / non précisé / non communiqué / indéterminé / nr / nsp"
ALIKE = [
    [phrase.strip() for phrase in phrases.split("/")]
    for phrases in (
        "femmes / femme / féminin",
        "hommes / homme / masculin",
        "autre ou non précisé / autre / non précisé / non renseigné / non binaire",
        "seules / seul / isolées / vivant seules / adultes isolés",
        "en couple sans enfant / couples sans enfant",
        "en famille avec enfants, à deux adultes ou plus / couples avec enfants / en couple avec enfants",
        "en famille avec un parent seul / familles monoparentales / monoparentales / parents isolés avec enfants",
        "dans un logement à elles / logement personnel / logement autonome / locataires ou propriétaires",
        "hébergées par une structure / hébergées en structure / en hébergement / en structure d’hébergement"
        " / en centre d’hébergement",
        "hébergées par des proches / hébergées par un tiers / hébergées chez un tiers / hébergées chez des tiers"
        " / hébergées chez des proches",
        "sans abri / sans domicile / à la rue / sans domicile fixe",
        UNKNOWN,
    )
]
AGE = re.compile(
    r"(?P<under>(?:moins|-)\s(?:de\s)?|<\s?)(?P<below>\d{1,2})\sans(?!\w)"
    r"|(?:entre\s)?(?<!\d)(?P<low>\d{1,2})(?:\sans)?\s?(?:à|-|–|—|/|et|a)\s?(?P<high>\d{1,2})\sans(?!\w)"
    r"|(?P<older>\d{1,2})\s?(?:ans\s?(?:et|ou)\s?(?:plus|\+|au[- ]del[aà])|\+\sans|ans\s?\+)"
    r"|(?:plus\sde|\+\sde|>)\s?(?P<over>\d{1,2})\sans(?!\w)"
    r"|(?<!\w)(?P<minors>mineure?s?)(?!\w)",
    re.I,
)


def age_of(match):
    """(from, to), both included; None for no limit."""
    if match["minors"]:
        return 0, 17
    if match["below"]:
        return 0, int(match["below"]) - 1
    if match["low"]:
        return int(match["low"]), int(match["high"])
    return int(match["older"] or match["over"]), None


def ages_in(text):
    return [age_of(match) for match in AGE.finditer(text)]


@cache
def words_of(text):
    """« Couples sans enfant » and « couples avec enfants » are not the same words."""
    words = {folded(match[0]) for match in TOKEN.finditer(text)} & TELLING
    return frozenset(words | set(stems(text)))


ALIKE_WORDS = [[words_of(phrase) - NEUTRAL for phrase in phrases] for phrases in ALIKE]


def names_of(part):
    """The sets of words that say a part: its label, its keywords, and what is said for it everywhere."""
    own = [words_of(phrase.text) - NEUTRAL for phrase in part.phrases]
    alike = [words for group in ALIKE_WORDS if any(words in group for words in own) for words in group]
    return [words for words in [*own, *alike] if words]


def says_one(said, names):
    """« Sans domicile, à la rue » says a part twice, and nothing else."""
    return any(name <= said for name in names) and said <= frozenset().union(*names)


def is_named(part, whole, text):
    """Whether a text says a part, and nothing else but the whole."""
    ages = ages_in(part.label)
    text_ages = ages_in(text)
    rest = words_of(AGE.sub(" ", text)) - NEUTRAL - whole.vocabulary
    if ages or text_ages:
        return ages == text_ages and not rest - {stem("jeunes"), stem("adultes"), stem("enfants")}
    return says_one(rest, [names - whole.vocabulary for names in names_of(part) if names - whole.vocabulary])


def part_named(parts, whole, text):
    """The only part that a text says."""
    named = [part for part in parts if is_named(part, whole, text)]
    return named[0] if len(named) == 1 else None
