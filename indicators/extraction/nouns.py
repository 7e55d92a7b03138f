"""What the noun right after a figure counts: « 1 250 repas » states repas, « 64 nouvelles domiciliations » a part."""

import re

from indicators.extraction.ages import AGE, ages_in
from indicators.extraction.words import KEPT, OPENING, PREPOSED, stems

LABELLED = re.compile(r"\W*([^.;:]{3,80}?)\s?(?::|\.{3,})\s?$")
TIMES = re.compile(r"\s?fois\b", re.I)
RESTRICTING = (
    "nouve",
    "supplem",
    "ancien",
    "futur",
    "prochai",
    "ponctue",
    "seul",
    "isol",
    "equival",
    "virtuel",
    "voisin",
)
OF_AN_AGE = re.compile(r"\s?(?:[^\W\d]+\s){1,3}?(?:âgée?s?\s)?(?:de\s|d['’])?$", re.I)
ORDINARY = set(  # what is said of anything that is counted
    stems(
        "différents distincts uniques actifs réalisés effectués enregistrés tenus assurés comptés recensés remis donnés"
        " distribués servis proposés organisés pris lancés traités reçus ouverts annuels total accordés délivrés"
        " bénéficiaires suivis concernés"
    )
)


def noun_factor(evidence, indicator):
    """What is left of a figure's strength by the nouns that follow it."""
    if evidence.kind != "sentence" or evidence.figure.unit or "state" in evidence.figure.marks:
        return 1
    if TIMES.match(evidence.text, evidence.figure.end):
        return 0.9 if any(spoken(word, evidence.near) for word in indicator.head) else 0.15
    nouns = evidence.nouns
    if not nouns or LABELLED.match(evidence.text[: evidence.figure.start]):
        return 1
    return counted_factor(nouns, indicator) * age_factor(evidence, indicator)


def counted_factor(nouns, indicator):
    own = indicator.vocabulary
    counted = nouns[1] if nouns[0].startswith(PREPOSED) and len(nouns) > 1 else nouns[0]
    said = [is_said(noun, own) for noun in nouns]
    if not any(said) or (counted != nouns[0] and not is_said(counted, own)):
        return 0.15
    if any(noun.startswith(RESTRICTING) and not is_said(noun, own) for noun in nouns):
        return 0.4
    if is_said(counted, own) and not is_said(counted, indicator.firsts):
        return 0.5  # « 152 maraudes » are not « personnes rencontrées en maraude »
    is_unit = is_said(counted, indicator.unit_words)
    is_other_kind = said[0] and any(not is_said(noun, own | ORDINARY) for noun in nouns[1:])
    return (1.2 if is_unit and all(said) else 1.1 if is_unit else 1) * (0.8 if is_other_kind else 1)


def age_factor(evidence, indicator):
    """« 167 enfants de moins de 12 ans » are not all the children."""
    after = evidence.text[evidence.figure.end :]
    age = AGE.search(after)
    if not age or not OF_AN_AGE.fullmatch(after[: age.start()]):
        return 1
    own = [ages for phrase in indicator.phrases for ages in ages_in(phrase.text)]
    return 1 if any(ages in own for ages in ages_in(age[0])) else 0.3


def is_said(said, vocabulary):
    return said in vocabulary or any(len(word) >= 3 and said.startswith(word) for word in vocabulary)


def spoken(word, said):
    """« ouvert » speaks of « ouverture »."""
    if word in said or len(word) < 4:
        return said.get(word, 0)
    if word in KEPT:
        return 0
    start = word[:OPENING]
    kin = [other for other in said if other[:OPENING] == start and len(other) > 4 and other not in KEPT]
    return 0.9 * max((said[other] for other in kin if akin(word, other)), default=0) if kin else 0


def akin(word, other):
    if len(word) == 4 and len(other) > 6:
        return False
    return word.startswith(other) or (other.startswith(word) and word not in KEPT)
