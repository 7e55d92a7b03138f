"""How much of an indicator’s words stands near a figure: in its row or sentence, its column, its heading."""

import re
from operator import itemgetter

from indicators.extraction.catalogue import Phrase
from indicators.extraction.evidence import FAR
from indicators.extraction.nouns import LABELLED, is_said, spoken
from indicators.extraction.words import PLAIN, stem, stems

UNIT_WORDS = {
    "€/m3": "m3", "h": "heures", "j": "jours", "etp": "ETP équivalent temps plein", "€": "montant", "point": "points",
}  # fmt: skip
OWN_WORD = 0.72
FROM_AFAR = 0.6  # a single word, and only in the heading
DEFINED = 0.85  # the words of a definition say less than a label
CODED_COLUMN = 0.8  # its heading has the indicator's code; the row may be one place of several
UNTOLD = 0.4  # « première fois » where « première » is not said
DOING = re.compile(
    r"\s?(?:[\w'’-]+\s){1,3}?(?:qui\s)?(?:(?:se )?(?:sont|étaient)|(?:l['’])?(?:ont|avaient))\s(?!été)(?:\w+\s)?"
    r"(?:parti|sorti|entré|rejoint|quitté|retrouvé|obtenu|trouvé|accédé|particip|suivi|assist|signé|répondu"
    r"|reçu (?:leur|une?|des)\s)",
    re.I,
)
TAKING_PART = re.compile(r"[^.;,\d]*?\bparticip\w+ (?:à |aux? )(?:la |l['’]|une? |nos )?([^\W\d]+)", re.I)
SIDE = 0.35  # « La permanence a reçu 410 personnes »: not all of them
PATTERN = 0.7  # a keyword that is a regular expression says less than words
HELPED = set(stems("accueillies aidées accompagnées inscrites"))
HELPING = set(stems("reçues suivies soutenues"))  # say as much
AGENTS = set(stems("bénévoles salariés équipe association structure maison centre lieu accueil fréquentation année"))
IS_HELPED = re.compile(r"(?:accueilli|aidé|accompagné|inscrit)e?s\b", re.I)
STARTS_WITH_A_CODE = re.compile(r"^\W*[A-Z]{1,3}[. ]?\d{2,4}(?:\.\d+)?[A-Z]?\b")


def coded(text, indicators):
    return [i for i in indicators if i.code_pattern and i.code_pattern.search(text)]


def label_factor(evidence, indicator, indicators):
    """(how much of the best phrase stands near the figure, its column and its heading counting less; that phrase)"""
    if indicator.code_pattern and indicator.code_pattern.search(evidence.text):
        return 1.0, next(iter(indicator.phrases), Phrase({}, indicator.label))
    if indicator.code_pattern and indicator.code_pattern.search(evidence.first_header):
        return 1.0 if evidence.is_total else CODED_COLUMN, next(iter(indicator.phrases), Phrase({}, indicator.label))
    if STARTS_WITH_A_CODE.match(evidence.text):
        return 0, None  # the row of another indicator
    near = {**evidence.near, **unit_stems(evidence)}
    header = dict.fromkeys(evidence.column_stems, 1.0 if evidence.is_total else 0.8)
    heading, is_coded = said_in_heading(evidence, indicator, indicators)
    own = merged(near, header)
    said = merged(own, heading)
    factor = 0.6 if elsewhere_coded(evidence, indicator, indicators) else 1
    factor *= 0.5 if counts_another(evidence, indicator, indicators) else 1
    is_side = is_of_one_activity(evidence, indicator, indicators) or is_doing(evidence, indicator, indicators)
    factor *= SIDE if is_side else 1
    factors = [factor * phrase_factor(p, indicator, near, own, said, evidence, is_coded) for p in indicator.phrases]
    return max(zip(factors, indicator.phrases, strict=True), key=itemgetter(0), default=(0, None))


def counts_another(evidence, indicator, indicators):
    """« Personnes vivant dans ces foyers » are not foyers: the first word of a row says what it counts."""
    first = next((word for word in stems(evidence.text) if word not in PLAIN), "")
    if evidence.kind == "sentence" or not first or is_said(first, indicator.firsts):
        return False
    return any(first in other.unit_words for other in indicators)


def is_of_one_activity(evidence, indicator, indicators):
    """Persons of one activity: the subject of the verb is what another indicator counts."""
    if evidence.kind != "sentence" or sum(bool(indicator.unit_words & other.unit_words) for other in indicators) < 3:
        return False
    if any(spoken(word, evidence.near) for word in indicator.telling):
        return False
    subject = re.split(r"[\d,;:()]", evidence.text[: evidence.figure.start])[-1]
    words = set(stems(subject)) - indicator.vocabulary - AGENTS
    return any(words & other.telling for other in indicators if other is not indicator)


def is_doing(evidence, indicator, indicators):
    """« 41 personnes ont suivi l’atelier »: what they did, and no word of the indicator but its unit."""
    if not DOING.match(evidence.text, evidence.figure.end) or evidence.kind != "sentence":
        return False
    if sum(bool(indicator.unit_words & other.unit_words) for other in indicators) < 2:
        return False
    if (joined := TAKING_PART.match(evidence.text, evidence.figure.end)) and stem(
        joined[1]
    ) not in indicator.vocabulary:
        return True
    own = indicator.vocabulary - indicator.unit_words - HELPED - HELPING
    return not any(spoken(word, evidence.near) for word in own)


def elsewhere_coded(evidence, indicator, indicators):
    """The heading names the codes of others."""
    codes = coded(evidence.heading, indicators)
    return bool(codes) and indicator not in codes


def unit_stems(evidence):
    taxes = " ".join(evidence.figure.marks & {"HT", "TTC"})
    return dict.fromkeys(stems(f"{UNIT_WORDS.get(evidence.figure.unit, '')} {taxes}"), 1.0)


def merged(*spoken):
    return {word: max(said.get(word, 0) for said in spoken) for word in {word for said in spoken for word in said}}


def phrase_factor(phrase, indicator, near, own, said, evidence, is_coded):
    if phrase.pattern:
        return pattern_factor(phrase.pattern, evidence)
    covered = max(coverage(phrase, said) ** 1.15, OWN_WORD if is_only(phrase, near, evidence) else 0)
    if phrase.reversed and phrase.reversed.search(evidence.text):
        covered *= 0.3
    said_of_it = coverage(phrase, own)
    if is_own_words(phrase, indicator, near, evidence):
        covered, said_of_it = max(covered, OWN_WORD), max(said_of_it, OWN_WORD)
    telling = set(phrase.weights) - PLAIN
    is_afar = len(telling) == 1 and not any(spoken(word, own) for word in telling) and not is_result(evidence)
    if is_afar and not (phrase.is_label and telling <= evidence.heading_stems):
        covered *= FROM_AFAR
    covered *= DEFINED if phrase.is_definition else 1
    covered *= UNTOLD if any(not spoken(word, said) for word in phrase.parting) else 1
    covered *= 1 + 0.04 * min(3, sum(word in said for word in phrase.weights) - 1) + 0.06 * adjacent(phrase, evidence)
    return covered and covered * own_or_total(evidence, said_of_it, is_coded) * density(near, phrase, evidence)


def pattern_factor(pattern, evidence):
    """A regular expression found near the figure, the less sure the more is said beside it; little text is searched."""
    if evidence.kind == "sentence":
        start, end = evidence.figure.start, evidence.figure.end
        parts = evidence.text[max(0, start - FAR) : start], evidence.text[end : end + FAR]
        return PATTERN * any(pattern.search(part) for part in parts)
    text = evidence.text[: 2 * FAR]
    other = len(stems(pattern.sub(" ", text)))
    return PATTERN * (1 - 0.5 * other / (other + 2)) if pattern.search(text) else 0


def is_only(phrase, near, evidence):
    """A row named by a word that no other indicator has, and by nothing else: « Nombre de colis »."""
    words = set(near) - PLAIN
    return evidence.kind != "sentence" and phrase.first in words and words <= phrase.own


def is_own_words(phrase, indicator, near, evidence):
    """A row that only says words of the indicator, and its first one: « Orientations vers un partenaire »."""
    if not phrase.is_label:
        return False
    if is_counted_by(indicator, evidence):
        return True
    words = label_words(near, evidence) - PLAIN
    head = indicator.firsts if evidence.is_total else indicator.head
    if evidence.kind != "sentence" and len(words) > 1 and words <= indicator.telling:
        return True
    return bool(words & head) and bool(words & indicator.telling) and words <= indicator.vocabulary


def is_counted_by(indicator, evidence):
    """« 2 960 appels » where the label is one word alone, « Contacts », and appels are its alone."""
    return indicator.is_plain and bool(set(evidence.nouns[:1]) & indicator.telling & indicator.firsts)


def label_words(near, evidence):
    if evidence.kind != "sentence":
        return set(stems(evidence.first_header)) if evidence.is_total else set(near)
    labelled = LABELLED.match(evidence.text[: evidence.figure.start])
    return set(stems(labelled[1])) if labelled else set()


def adjacent(phrase, evidence):
    """How many of its words follow the figure at once: « 74 familles monoparentales »."""
    return sum(word in phrase.weights for word in evidence.nouns) if evidence.kind == "sentence" else 0


def own_or_total(evidence, own, is_coded):
    """The words of a heading are not enough: the row or the sentence says some of them, or is the total."""
    if evidence.is_total or is_result(evidence):
        return 0.95
    if is_coded:
        return 0.55 + 0.45 * min(1, own / 0.3)
    return 0.35 + 0.65 * min(1, own / 0.5)


def is_result(evidence):
    """Of a sum written out: « 505 / 21 800 = 2,3 % »."""
    return evidence.text[: evidence.figure.start].rstrip().endswith("=")


def coverage(phrase, said):
    """The part of a phrase that is said."""
    return sum(weight * said_or_alike(word, said, phrase) for word, weight in phrase.weights.items()) / phrase.total


def said_or_alike(word, said, phrase):
    """« reçues » or « suivies » say « accueillies » and « aidées »."""
    alike = max(said.get(other, 0) for other in HELPING) if word in HELPED and IS_HELPED.search(phrase.text) else 0
    return max(spoken(word, said), 0.85 * alike)


def said_in_heading(evidence, indicator, indicators):
    codes = coded(evidence.heading, indicators)
    if indicator in codes:
        weight = 0.95 if len(codes) == 1 else 0.6
        return dict.fromkeys([*evidence.heading_stems, *stems(indicator.label)], weight), len(codes) == 1
    return ({} if codes else dict.fromkeys(evidence.heading_stems, 0.7)), False


def density(near, phrase, evidence):
    """A row whose other words say something else is less sure, above all when one single word brings them together."""
    is_lone = len(phrase.weights) == 1 and not phrase.is_label
    if is_lone and phrase.is_shared:
        return 0.5
    if evidence.kind == "sentence":
        labelled = LABELLED.match(evidence.text[: evidence.figure.start])
        if not labelled:
            return 1 if not is_lone else 0.8
        near = set(stems(labelled[1]))
    if evidence.is_total:
        return 1
    other = sum(word not in phrase.weights and word not in PLAIN for word in near)
    return 1 - (0.8 if is_lone else 0.3) * other / (len(near) + 1)
