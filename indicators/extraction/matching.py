"""How strongly a piece of evidence speaks of an indicator: its words, its unit, its year, and what warns against it."""

from dataclasses import dataclass, replace

from indicators.extraction.cautions import warning_factor
from indicators.extraction.dating import year_factor
from indicators.extraction.labels import HELPED, HELPING, coded, coverage, label_factor, unit_stems
from indicators.extraction.nouns import is_said, noun_factor, spoken
from indicators.extraction.units import state_factor, unit_factor
from indicators.extraction.words import OPENING, PLAIN, stems

OTHER_COLUMN = 0.4  # of a row's strength, when its column counts something else
SHARE = 0.3  # of a figure that is a part of another one of its sentence


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
        texts = self.evidence.text, self.evidence.heading, self.evidence.first_header
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


def candidates(evidence, indicators, year):
    """The indicators that a piece of evidence may state, each with its strength."""
    codes = coded(evidence.text, indicators) or coded(evidence.first_header, indicators)
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
    words = set(stems(evidence.first_header)) - PLAIN
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
