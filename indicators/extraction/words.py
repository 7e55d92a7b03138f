"""French words brought to a stem: « servis » and « servies » are one, « personnes » and « personnel » are not."""

import re
import unicodedata
from functools import lru_cache

from indicators.extraction.ages import with_ages_as_words

LONGEST = 7
SMALL_WORDS = (
    "a à afin ai ainsi alors après as au aucun aucune aux avant avec avoir c ça car ce ceci cela celle celui ces "
    "cet cette chaque chez ci comme d dans de depuis des donc dont du durant elle elles en entre est et été être "
    "eu eux fait ici il ils j je l la le les leur leurs lors lui m mais me mes moins n ne ni nos notre nous on "
    "ont ou où par parmi pas plus pour pendant qu que qui s sa sans se ses si soit son sont sous sur t ta te tes "
    "ton tous tout toute toutes très tu un une vos votre vous y avons avez était étaient ayant selon vers cf via "
    "etc autre autres "
)
ORDINARY = "nombre nb nbre total taux annuel année montant quantité indice global moyen service"  # of any indicator
KEPT = {"personnel": "personnel", "personnels": "personnel"}  # not the people (personnes)
OPENING = 3  # letters that two akin words share
PREPOSED = (
    "premi",
    "nouve",
    "ancien",
    "petit",
    "grand",
    "dernie",
    "divers",
    "jeun",
    "seul",
    "autr",
)  # what comes before a noun
AGENT = re.compile(r"^(\w{2,5})\w*t(?:eur|ric)$")  # « formateurs » are not « formations »
TOKEN = re.compile(r"[^\W_]+", re.UNICODE)


def folded(text):
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


FOLDED_EMPTY = {folded(word) for word in SMALL_WORDS.split()}


@lru_cache(maxsize=20_000)
def stem(word):
    word = folded(word)
    if word in FOLDED_EMPTY or word in KEPT:
        return KEPT.get(word, "")
    if word.startswith("accueill"):
        return "acueill"  # those who are received, not the reception
    if word.startswith("permanen"):
        return word[:9]  # « permanents » are not « permanences »
    if word.startswith("domicili"):
        return "domiliat"  # to be domiciled is not to be at home
    if len(word) > 3:
        word = re.sub(r"(?:aux)$", "al", word)
        word = re.sub(r"[sx]$", "", word)
        word = re.sub(r"(?<=\w{3})e+$", "", word)
        word = AGENT.sub(r"\1teur", word)
    return word if word.startswith("age") and word[3:4].isdigit() else word[: LONGEST + 2 * word.endswith("teur")]


PLAIN = set(map(stem, ORDINARY.split()))


def stems(text):
    return [found for found, _, _ in placed_stems(text)]


def placed_stems(text):
    """(stem, start, end) of each word that says something."""
    for match in TOKEN.finditer(with_ages_as_words(text)):
        found = stem(match[0])
        if found and not found.isdigit():
            yield found, match.start(), match.end()
