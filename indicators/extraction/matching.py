"""How strongly a piece of evidence speaks of an indicator: its words, its unit, its year, and what warns against it."""

import re
from dataclasses import dataclass, replace
from operator import itemgetter

from indicators.extraction.catalogue import Phrase
from indicators.extraction.cautions import warning_factor
from indicators.extraction.dating import year_factor
from indicators.extraction.evidence import FAR
from indicators.extraction.nouns import LABELLED, is_said, noun_factor, spoken
from indicators.extraction.units import state_factor, unit_factor
from indicators.extraction.words import OPENING, PLAIN, stem, stems

UNIT_WORDS = {
    "€/m3": "m3", "h": "heures", "j": "jours", "etp": "ETP équivalent temps plein", "€": "montant", "point": "points",
}  # fmt: skip
OWN_WORD = 0.72
OTHER_COLUMN = 0.4  # of a row's strength, when its column counts something else
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
SHARE = 0.3  # of a figure that is a part of another one of its sentence
SIDE = 0.35  # « La permanence a reçu 410 personnes »: not all of them
PATTERN = 0.7  # a keyword that is a regular expression says less than words
HELPED = set(stems("accueillies aidées accompagnées inscrites"))
HELPING = set(stems("reçues suivies soutenues"))  # say as much
AGENTS = set(stems("bénévoles salariés équipe association structure maison centre lieu accueil fréquentation année"))
IS_HELPED = re.compile(r"(?:accueilli|aidé|accompagné|inscrit)e?s\b", re.I)
A_CODE = re.compile(r"^\W*[A-Z]{1,3}[. ]?\d{2,4}(?:\.\d+)?[A-Z]?\b")


@dataclass
class Candidate:
    indicator: object
    evidence: object
    value: float
    strength: float
    matched: object  # the phrase of the indicator that is the most said
    named: str = ""  # the words that name a part of a breakdown

    @property
    def code(self):
        return self.indicator.code

    @property
    def is_coded(self):
        """The report gives the indicator's own code, there or in the heading."""
        pattern = self.indicator.code_pattern
        texts = self.evidence.text, self.evidence.heading, first_header(self.evidence)
        return bool(pattern and any(pattern.search(text) for text in texts))


def is_relevant(evidence, indicator):
    """Whether it may have a word of the indicator, or its code: a quick look before all the clues are weighed."""
    if indicator.openings & opening_letters(evidence) or any(phrase.pattern for phrase in indicator.phrases):
        return True
    text = f"{evidence.text} {evidence.header} {evidence.heading}"
    return bool(indicator.code_pattern and indicator.code_pattern.search(text))


def opening_letters(evidence):
    if evidence.openings is None:
        words = {*evidence.near, *evidence.column_stems, *evidence.heading_stems, *unit_stems(evidence)}
        evidence.openings = {word[:OPENING] for word in words}
        evidence.openings |= {word[:OPENING] for word in HELPED} if words & HELPING else set()
    return evidence.openings


def first_header(evidence):
    return evidence.header.split(" / ")[0]


def candidates(evidence, indicators, year):
    """The indicators that a piece of evidence may state, each with its strength."""
    codes = coded(evidence.text, indicators) or coded(first_header(evidence), indicators)
    found = []
    for indicator in indicators:
        if codes and indicator not in codes or not is_relevant(evidence, indicator):
            continue
        strength, phrase = strength_of(evidence, indicator, year, indicators)
        if strength > 0.12:
            found.append(Candidate(indicator, evidence, value_for(evidence.figure, indicator), strength, phrase))
    if named := found and named_by_column(evidence, indicators):
        found = [c if c.indicator in named else replace(c, strength=c.strength * OTHER_COLUMN) for c in found]
    if evidence.is_share:
        found = [c if is_of_its_own(c) else replace(c, strength=SHARE * c.strength) for c in found]
    found = [humbled(candidate, found) for candidate in found]
    best = max((candidate.strength for candidate in found), default=0)
    return [shaken(candidate, best) for candidate in found if candidate.strength > 0.92 * best]


def is_of_its_own(candidate):
    """« Dont repas chauds », where « chauds » is said near the figure."""
    indicator = candidate.indicator
    return indicator.is_share and any(candidate.evidence.near.get(word, 0) >= 0.7 for word in indicator.telling)


def named_by_column(evidence, indicators):
    """The indicators that the heading of the column names in full: its rows are then parts of them."""
    if evidence.kind != "row" or not evidence.header:
        return []
    words = set(stems(first_header(evidence))) - PLAIN
    return [i for i in indicators if any(is_named_in_full(phrase, words) for phrase in i.phrases)]


def is_named_in_full(phrase, words):
    if len(phrase.weights) == 1:
        return phrase.is_label and words == set(phrase.weights)
    return bool(phrase.weights) and coverage(phrase, dict.fromkeys(words, 1.0)) > 0.99


def humbled(candidate, found):
    """One word in common is little where another has several: « neuf ménages sont entrés dans un logement »."""
    common = words_in_common(candidate)
    if len(common) > 1:
        return candidate
    rivals = [other for other in found if other is not candidate and other.strength > 0.5 * candidate.strength]
    if nouns := candidate.evidence.nouns:
        rivals = [other for other in rivals if is_said(nouns[0], other.indicator.unit_words)]
    near = [words_in_common(other) | (other.indicator.unit_words & set(candidate.evidence.near)) for other in rivals]
    nearer = any(common < words for words in near)
    return replace(candidate, strength=0.6 * candidate.strength) if nearer else candidate


def words_in_common(candidate):
    """The words of the phrase that is the most said near the figure."""
    near = candidate.evidence.near
    said = ({word for word in phrase.weights if spoken(word, near) >= 0.5} for phrase in candidate.indicator.phrases)
    return max(said, key=len, default=set())


def shaken(candidate, best):
    """Nearly as close to another indicator's words, it is less sure."""
    return candidate if candidate.strength == best else replace(candidate, strength=0.45 * candidate.strength)


def coded(text, indicators):
    return [i for i in indicators if i.code_pattern and i.code_pattern.search(text)]


def strength_of(evidence, indicator, year, indicators):
    """(the product of what each clue leaves, 0 as soon as one excludes; the phrase that is the most said)"""
    figure = evidence.figure
    if "range" in figure.marks or not indicator.accepts(value_for(figure, indicator)):
        return 0, None
    strength = unit_factor(evidence, indicator)
    for factor in (state_factor, warning_factor, year_factor(year), noun_factor):
        strength *= factor(evidence, indicator) if strength else 0
    if not strength:
        return 0, None
    factor, phrase = label_factor(evidence, indicator, indicators)
    return strength * factor, phrase


def value_for(figure, indicator):
    """« 1.234 » is a thousand where the indicator has no decimals."""
    if "dotted" in figure.marks and indicator.decimals == 0:
        return round(figure.value * 1000)
    return figure.value


def label_factor(evidence, indicator, indicators):
    """(how much of the best phrase stands near the figure, its column and its heading counting less; that phrase)"""
    if indicator.code_pattern and indicator.code_pattern.search(evidence.text):
        return 1.0, next(iter(indicator.phrases), Phrase({}, indicator.label))
    if indicator.code_pattern and indicator.code_pattern.search(first_header(evidence)):
        return 1.0 if evidence.is_total else CODED_COLUMN, next(iter(indicator.phrases), Phrase({}, indicator.label))
    if A_CODE.match(evidence.text):
        return 0, None  # the row of another indicator
    near = {**evidence.near, **unit_stems(evidence)}
    header = dict.fromkeys(evidence.column_stems, 1.0 if evidence.is_total else 0.8)
    heading, is_coded = heading_stems(evidence, indicator, indicators)
    own = merged(near, header)
    said = merged(own, heading)
    factor = 0.6 if elsewhere_coded(evidence, indicator, indicators) else 1
    factor *= 0.5 if counts_another(evidence, indicator, indicators) else 1
    is_side = is_aside(evidence, indicator, indicators) or is_doing(evidence, indicator, indicators)
    factor *= SIDE if is_side else 1
    factors = [factor * phrase_factor(p, indicator, near, own, said, evidence, is_coded) for p in indicator.phrases]
    return max(zip(factors, indicator.phrases, strict=True), key=itemgetter(0), default=(0, None))


def counts_another(evidence, indicator, indicators):
    """« Personnes vivant dans ces foyers » are not foyers: the first word of a row says what it counts."""
    first = next((word for word in stems(evidence.text) if word not in PLAIN), "")
    if evidence.kind == "sentence" or not first or is_said(first, indicator.firsts):
        return False
    return any(first in other.unit_words for other in indicators)


def is_aside(evidence, indicator, indicators):
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
        return set(stems(first_header(evidence))) if evidence.is_total else set(near)
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


def heading_stems(evidence, indicator, indicators):
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
