"""How strongly a piece of evidence speaks of an indicator: its words, its unit, its year, and what warns against it."""

import re
from dataclasses import dataclass, replace

from indicators.extraction.evidence import TOTAL
from indicators.extraction.words import KEPT, PLAIN, folded, placed_stems, stem, stems
from indicators.extraction.years import BEFORE, years_in

CHANGE = re.compile(r"variation|[ée]volution|[ée]cart|diff[ée]rence|progression|tendance|hausse|baisse", re.I)
NOT_DONE = re.compile(
    r"objectif|cible|pr[ée]vision|pr[ée]vu|attendu|budget\b|capacit[ée]|agr[ée][ée]e?s?\b|autoris[ée]e?s?\b|maxim|potentiel|possible"
    r"|bar[èe]me|cotation|th[ée]orique|seuil|plafond|estimation pour|projet[ée]",
    re.I,
)
ELSEWHERE = re.compile(
    r"national|en france|france enti[èe]re|d[ée]partement|r[ée]gion|r[ée]seau national|m[ée]tropole|pays|commune voisine|autres? (?:structure|association|ville)",
    re.I,
)
DEFINING = re.compile(
    r"compris(?:e|es)? entre|vari(?:e|ent) (?:de|entre)|est d[ée]fini|est le (?:ratio|quotient|rapport)|s['’]obtien|sont attribu|est obtenu"
    r"|exprim[ée]e? en|comptabilis[ée]s que|est dite?|[ée]chelle de|valeur 0|si le service|requis|mesure l|doi(?:t|vent)\b|il faut|nécessaire pour|à condition|pour (?:pouvoir )?bénéficier",
    re.I,
)
UNIT_WORDS = {"h": "heures", "j": "jours", "etp": "ETP équivalent temps plein", "€": "montant", "point": "points"}
PER = re.compile(
    r"^\s?(?:[\w'’-]+\s){0,2}?par (?:jour|semaine|mois|an\b|personne|s[ée]ance|habitant|foyer|m[ée]nage|b[ée]n[ée]vole|abonn[ée])",
    re.I,
)
AS_BASE = re.compile(r"(?:\bpar|(?:\d|\bune?|\bdeux|\btrois)\s(?:\w+\s)?sur|/|sur une? \w+ de|[<>≥≤×∗*]|\sx)\s?$", re.I)
IS_PER = re.compile(r"\bpar\b")
IN_FORMULA = re.compile(r"^\s?(?:[×∗*]|\)?\s?=)")
PART = re.compile(r"\b(?:dont|parmi (?:eux|elles|lesquel\w+)|soit|y compris)\s(?:\w+['’\s]){0,2}$", re.I)
FROM = re.compile(
    r"\b(?:contre|au lieu de|pass[ée]e?s? de|passant de|passent de|passe de|compar[ée] à|après)\s(?:\w+['’\s]){0,2}$",
    re.I,
)
LABELLED = re.compile(r"\W*([^.;:]{3,80}?)\s?(?::|\.{3,})\s?$")
COMPARED = re.compile(r"\b(?:contre|par rapport|au lieu|compar|que l|après|plus que|moins que)", re.I)
A_CODE = re.compile(r"^\W*[A-Z]{1,3}[. ]?\d{2,4}(?:\.\d+)?[A-Z]?\b")


@dataclass
class Candidate:
    indicator: object
    evidence: object
    value: float
    strength: float

    @property
    def code(self):
        return self.indicator.code


def candidates(evidence, indicators, year):
    """The indicators that a piece of evidence may state, each with its strength."""
    codes = coded(evidence.text, indicators)
    found = []
    for indicator in indicators:
        if codes and indicator not in codes:
            continue
        strength = strength_of(evidence, indicator, year, indicators)
        if strength > 0.12:
            found.append(Candidate(indicator, evidence, value_for(evidence.figure, indicator), strength))
    found = [humbled(candidate, found) for candidate in found]
    best = max((candidate.strength for candidate in found), default=0)
    return [shaken(candidate, best) for candidate in found if candidate.strength > 0.92 * best]


def humbled(candidate, found):
    """One word in common is little where another indicator has several: « neuf ménages sont entrés dans un logement »."""
    if words_in_common(candidate) > 1 or candidate.evidence.kind != "sentence":
        return candidate
    nearer = [other for other in found if other.strength > 0.5 * candidate.strength and words_in_common(other) > 1]
    return replace(candidate, strength=0.6 * candidate.strength) if nearer else candidate


def words_in_common(candidate):
    near = candidate.evidence.near
    return max((sum(word in near for word in phrase.weights) for phrase in candidate.indicator.phrases), default=0)


def shaken(candidate, best):
    """Nearly as close to another indicator's words, it is less sure."""
    return candidate if candidate.strength == best else replace(candidate, strength=0.45 * candidate.strength)


def coded(text, indicators):
    return [i for i in indicators if i.code_pattern and i.code_pattern.search(text)]


def strength_of(evidence, indicator, year, indicators):
    """The product of what each clue leaves; 0 as soon as one excludes."""
    figure = evidence.figure
    if "range" in figure.marks or not indicator.accepts(value_for(figure, indicator)):
        return 0
    strength = unit_factor(evidence, indicator)
    for factor in (state_factor, warning_factor, year_factor(year), noun_factor):
        strength *= factor(evidence, indicator) if strength else 0
    return strength and strength * label_factor(evidence, indicator, indicators)


def value_for(figure, indicator):
    """« 1.234 » is a thousand where the indicator has no decimals."""
    if "dotted" in figure.marks and indicator.decimals == 0:
        return round(figure.value * 1000)
    return figure.value


# Units


def unit_factor(evidence, indicator):
    figure, family = evidence.figure, indicator.family
    unit = figure.unit or (unit_of_labels(evidence) if evidence.kind == "row" else "")
    if "signed" in figure.marks and (unit in ("%", "€") or figure.value < 0):
        return 0
    if figure.most is not None:
        return 1.0 if figure.most in (indicator.high, 100) and family in ("point", "") and not indicator.is_ratio else 0
    return tax_factor(evidence, indicator) * compared(unit, evidence, indicator)


def compared(unit, evidence, indicator):
    figure, kind, said = evidence.figure, evidence.kind, set(stems(f"{evidence.text} {evidence.header}"))
    family, plain = indicator.family, folded(indicator.unit).replace("³", "3").replace(" ", "")
    if figure.marks & {"state", "none"}:
        return 1.0
    if not unit:
        if family in ("an", "h", "etp") and not (kind != "sentence" and indicator.unit_stems & said):
            return 0.2 if evidence.nouns else 0.5
        return 1.0 if family in ("an", "h", "etp") else 0.9 if family in ("%", "€", "km", "t", "kg", "m3") else 1.0
    if unit in (family, plain):
        return 1.1
    if "/" in plain and unit == plain.split("/")[0]:
        return 0.9 if figure.value == 0 or plain.startswith("€") and figure.value < 100 else 0
    if plain.startswith("nb/") and unit in ("%", "‰"):
        return 0.9
    if unit in ("an", "j", "h", "mois") and unit[:1] == plain[:1]:
        return 1.0
    return unit_noun(unit, indicator)


def unit_noun(unit, indicator):
    """A unit written as a word may be what the indicator counts: jours, points."""
    words = {"j": "jour", "h": "heur", "point": "point", "mois": "mois", "an": "an"}
    return 1.0 if unit in words and words[unit] in indicator.vocabulary else 0


def unit_of_labels(evidence):
    text = f"{evidence.text} {evidence.header.split(' / ')[0]}"
    match = re.search(
        r"[(\[]\s?(%|€|k€|tMS|€\s?/\s?m3|km|kg|heures|h)\s?[)\]]|\ben (%|€|k€|euros|heures|tMS|km|kg)(?!\w)", text, re.I
    )
    found = (match[1] or match[2]).lower().replace(" ", "") if match else ""
    return {"euros": "€", "heures": "h", "tms": "tms", "k€": "€"}.get(found, found)


def tax_factor(evidence, indicator):
    """A price without tax is not a price with tax."""
    wanted = {tax for tax in ("HT", "TTC") if re.search(rf"\b{tax}\b", indicator.label)}
    if not wanted:
        return 1
    said = {tax for tax in ("HT", "TTC") if re.search(rf"\b{tax}\b", evidence.text)} | (
        evidence.figure.marks & {"HT", "TTC"}
    )
    return 1 if not said or wanted & said else 0


def state_factor(evidence, indicator):
    if "state" in evidence.figure.marks:
        return 0.7 if indicator.is_state else 0
    if "none" in evidence.figure.marks:
        return 0.8 if evidence.kind == "sentence" else 0
    return 1


# Warnings


def warning_factor(evidence, indicator):
    before, after = around(evidence)
    own = indicator.names
    if is_base(evidence.figure, before) or IN_FORMULA.match(after) or (PER.match(after) and not indicator.is_ratio):
        return 0
    if IS_PER.search(indicator.unit) and not re.search(r"\bpar\b|moyenne|/", evidence.text):
        return 0.3
    if evidence.kind == "sentence":
        return sentence_warning(evidence, before, after, own)
    column = evidence.header.split(" / ")[0]
    if CHANGE.search(column) or CHANGE.search(evidence.text) and not CHANGE.search(own):
        return 0
    if evidence.figure.value == indicator.high and indicator.family != "%" and evidence.columns > 1:
        return 0.4  # the scale beside the score
    return row_warning(evidence, column, own)


def is_base(figure, before):
    """« par 100 km », « pour 120 m³ », « un sur trois »: what a figure is counted for."""
    is_round = figure.value in (1, 10, 100, 1000, 10_000) or figure.unit in ("m3", "km")
    return bool(AS_BASE.search(before)) or (is_round and bool(re.search(r"\bpour\s?$", before)))


def row_warning(evidence, column, own):
    if evidence.beside_total:
        return 0.5
    if NOT_DONE.search(column) and not NOT_DONE.search(own):
        return 0
    if NOT_DONE.search(evidence.text) and not NOT_DONE.search(own):
        return 0.3
    if ELSEWHERE.search(column) or ELSEWHERE.search(evidence.text) and not ELSEWHERE.search(own):
        return 0.3
    return 0.6 if re.match(r"\W*dont\b", evidence.text, re.I) and "dont" not in own else 1


def sentence_warning(evidence, before, after, own):
    factor = 0.55 if before.rstrip().endswith("(") else 1.0
    clause = clause_around(evidence)
    if DEFINING.search(evidence.text) and "=" not in before[-3:]:
        factor *= 0.25
    if NOT_DONE.search(clause) and not NOT_DONE.search(own):
        factor *= 0.25
    if ELSEWHERE.search(clause) and not ELSEWHERE.search(own):
        factor *= 0.3
    if CHANGE.search(before[-60:]) and not re.search(r"\bà\s(?:\w+['’\s]){0,2}$", before):
        factor *= 0.4
    if PART.search(before) and "dont" not in own and "soit" not in before[-8:]:
        factor *= 0.6
    return factor


def around(evidence):
    if evidence.kind != "sentence":
        return "", ""
    return evidence.text[: evidence.figure.start], evidence.text[evidence.figure.end :]


def clause_around(evidence):
    before, after = around(evidence)
    return (
        re.split(r"[,;:()]\s", before)[-1]
        + evidence.text[evidence.figure.start : evidence.figure.end]
        + re.split(r"[,;()]", after)[0]
    )


# Years


def year_factor(wanted):
    def factor(evidence, indicator):
        said = year_said(evidence)
        if said is None or wanted is None:
            return 0.92
        if said == wanted:
            return 1.0
        return 0

    return factor


def year_said(evidence):
    if evidence.kind != "sentence":
        years = [year for year, _, _ in years_in(evidence.text)]
        return evidence.year if evidence.year is not None else (years[0] if len(set(years)) == 1 else None)
    return year_of_figure(evidence)


def year_of_figure(evidence):
    """The year written after a figure, before the next one; or the one that opens its sentence."""
    before, after = around(evidence)
    if FROM.search(before):
        return BEFORE
    close = re.split(
        r"\d[\d\s]*\s?[%€]|(?<![\d/])(?!(?:19|20)\d\d)\d{1,3}(?:[ .,]\d{3})*(?![\d/.])(?!\s?(?:er|jan|d[ée]c|/))",
        after[:80],
    )[0]
    inside = "(" in before and ")" not in before[before.rindex("(") :]
    close = re.split(r"\)", close)[0] if inside else re.split(r"\(", close)[0]
    close = COMPARED.split(close)[0]
    following = [year for year, _, _ in years_in(close)]
    if following:
        return following[0]
    if inside and re.match(r"\W*$", before[before.rindex("(") + 1 :]):
        written = [year for year, _, end in years_in(before) if before.rindex("(") - end < 3]
        return written[-1] if written else None
    leading = [year for year, _, end in years_in(before) if year != BEFORE or len(before) - end < 40]
    return leading[-1] if leading else None


# Words


def noun_factor(evidence, indicator):
    """« 1 250 repas » states repas: the noun after a figure must be one of the indicator's."""
    if evidence.kind != "sentence" or evidence.figure.unit or "state" in evidence.figure.marks:
        return rest_factor(evidence, indicator)
    nouns = evidence.nouns
    if not nouns:
        return 1
    own = indicator.vocabulary
    return 1.25 if any(is_said(noun, own) for noun in nouns) else 0.15


def rest_factor(evidence, indicator):
    """In a cell, « 191 abonnés »."""
    return 1


def is_said(said, vocabulary):
    return said in vocabulary or any(len(word) >= 3 and said.startswith(word) for word in vocabulary)


def label_factor(evidence, indicator, indicators):
    """How much of the indicator's name stands near the figure, its column and its heading counting less."""
    if indicator.code_pattern and indicator.code_pattern.search(evidence.text):
        return 1.0
    if A_CODE.match(evidence.text):
        return 0  # the row of another indicator
    near, header = {**evidence.near, **unit_stems(evidence)}, dict.fromkeys(evidence.column_stems, 0.8)
    heading, is_coded = heading_stems(evidence, indicator, indicators)
    own = merged(near, header)
    said = merged(own, heading)
    factor = 0.6 if elsewhere_coded(evidence, indicator, indicators) else 1
    return factor * max((phrase_factor(p, near, own, said, evidence, is_coded) for p in indicator.phrases), default=0)


def elsewhere_coded(evidence, indicator, indicators):
    """The heading names the codes of others."""
    codes = coded(evidence.heading, indicators)
    return bool(codes) and indicator not in codes


def unit_stems(evidence):
    return dict.fromkeys(stems(UNIT_WORDS.get(evidence.figure.unit, "")), 1.0)


def merged(*spoken):
    return {word: max(said.get(word, 0) for said in spoken) for word in {word for said in spoken for word in said}}


def phrase_factor(phrase, near, own, said, evidence, is_coded):
    covered = coverage(phrase, said)
    covered *= 1 + 0.04 * min(3, sum(word in said for word in phrase.weights) - 1) + 0.06 * adjacent(phrase, evidence)
    return covered and covered * own_or_total(evidence, coverage(phrase, own), is_coded) * density(
        near, phrase, evidence
    )


def adjacent(phrase, evidence):
    """How many of its words follow the figure at once: « 74 familles monoparentales »."""
    return sum(word in phrase.weights for word in evidence.nouns) if evidence.kind == "sentence" else 0


def own_or_total(evidence, own, is_coded):
    """The words of a heading are not enough: the row or the sentence says some of them, or is the total."""
    if TOTAL.match(evidence.text) or evidence.text[: evidence.figure.start].rstrip().endswith("="):
        return 0.95
    if is_coded:
        return 0.55 + 0.45 * min(1, own / 0.3)
    return 0.35 + 0.65 * min(1, own / 0.5)


def coverage(phrase, said):
    """The part of a phrase that is said."""
    return sum(weight * spoken(word, said) for word, weight in phrase.weights.items()) / phrase.total


def spoken(word, said):
    """« ouvert » speaks of « ouverture »."""
    if word in said or len(word) < 5:
        return said.get(word, 0)
    kin = [weight for other, weight in said.items() if len(other) > 4 and other not in KEPT and akin(word, other)]
    return 0.9 * max(kin, default=0)


def akin(word, other):
    return word.startswith(other) or (other.startswith(word) and word not in KEPT)


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
            return 0.8 if is_lone else 1
        near = set(stems(labelled[1]))
    if TOTAL.match(evidence.text):
        return 1
    other = sum(word not in phrase.weights and word not in PLAIN for word in near)
    return 1 - (0.8 if is_lone else 0.3) * other / (len(near) + 1)
