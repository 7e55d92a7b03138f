"""What warns against a figure: another year, another place, a target, a capacity, a definition, a part of something."""

import re

from indicators.extraction.years import BEFORE, years_in

CHANGE = re.compile(r"variation|[ée]volution|[ée]cart|diff[ée]rence|progression|tendance|hausse|baisse", re.I)
NOT_DONE = re.compile(
    r"objectif|cible|pr[ée]vision|pr[ée]vu|attendu|budget\b|capacit[ée]|agr[ée][ée]e?s?\b|autoris[ée]e?s?\b|maxim"
    r"|potentiel|possible|bar[èe]me|cotation|th[ée]orique|seuil|plafond|estimation pour|projet[ée]",
    re.I,
)
ELSEWHERE = re.compile(
    r"national|en france|france enti[èe]re|d[ée]partement|r[ée]gion|r[ée]seau national|m[ée]tropole|pays"
    r"|commune voisine|autres? (?:structure|association|ville)",
    re.I,
)
DEFINING = re.compile(
    r"compris(?:e|es)? entre|vari(?:e|ent) (?:de|entre)|est d[ée]fini|est le (?:ratio|quotient|rapport)|s['’]obtien"
    r"|sont attribu|est obtenu|exprim[ée]e? en|comptabilis[ée]s que|est dite?|[ée]chelle de|valeur 0|si le service"
    r"|requis|mesure l|doi(?:t|vent)\b|il faut|n[ée]cessaire pour|à condition|pour (?:pouvoir )?b[ée]n[ée]ficier",
    re.I,
)
PER = re.compile(
    r"^\s?(?:[\w'’-]+\s){0,2}?par (?:jour|semaine|mois|an\b|personne|s[ée]ance|habitant|foyer|m[ée]nage"
    r"|b[ée]n[ée]vole|abonn[ée])",
    re.I,
)
EACH = re.compile(
    r"\bchaque (?:jour|soir|matin|mois|semaine|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b[^;\d]{0,40}$",
    re.I,
)
AS_BASE = re.compile(r"(?:\bpar|(?:\d|\bune?|\bdeux|\btrois)\s(?:\w+\s)?sur|/|sur une? \w+ de|[<>≥≤×∗*]|\sx)\s?$", re.I)
IS_PER = re.compile(r"\bpar\b")
IN_FORMULA = re.compile(r"^\s?(?:[×∗*]|\)?\s?=)")
PART = re.compile(r"\b(?:dont|parmi (?:eux|elles|lesquel\w+)|soit|y compris)\s(?:\w+['’\s]){0,2}$", re.I)
FROM = re.compile(
    r"\b(?:contre|au lieu de|pass(?:[ée]e?s?|ant|ent|e) de|compar[ée] à|après)\s(?:[^\W\d]+['’\s]){0,2}$",
    re.I,
)
ASIDE = re.compile(r"\([^)]*\)")
COMPARED = re.compile(r"\b(?:contre|par rapport|au lieu|compar|que l|après|plus que|moins que)", re.I)


def warning_factor(evidence, indicator):
    before, after = around(evidence)
    own = indicator.names
    if is_base(evidence.figure, before) or IN_FORMULA.match(after) or (PER.match(after) and not indicator.is_ratio):
        return 0
    if IS_PER.search(indicator.unit) and not re.search(r"\bpar\b|moyenne|\s/\s", evidence.text):
        return 0.3
    if evidence.kind == "sentence":
        return sentence_warning(evidence, indicator, before, own)
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


def sentence_warning(evidence, indicator, before, own):
    factor = 0.55 if before.rstrip().endswith("(") else 1.0
    clause = clause_around(evidence)
    if DEFINING.search(evidence.text) and "=" not in before[-3:]:
        factor *= 0.25
    if NOT_DONE.search(clause) and not NOT_DONE.search(own):
        factor *= 0.25
    if ELSEWHERE.search(re.split(r"[;:()\d]", before)[-1] + clause) and not ELSEWHERE.search(own):
        factor *= 0.3
    if CHANGE.search(before[-60:]) and not re.search(r"\bà\s(?:\w+['’\s]){0,2}$", before):
        factor *= 0.4
    if PART.search(before) and "dont" not in own and "soit" not in before[-8:] and not years_after(evidence):
        factor *= 0.6
    if EACH.search(before) and not indicator.is_ratio:
        factor *= 0.2
    return factor


def around(evidence):
    if evidence.kind != "sentence":
        return "", ""
    return evidence.text[: evidence.figure.start], evidence.text[evidence.figure.end :]


def clause_around(evidence):
    """What stands between two signs around a figure, up to the next figure."""
    before, after = around(evidence)
    figure = evidence.text[evidence.figure.start : evidence.figure.end]
    return re.split(r"[,;:()]\s", before)[-1] + figure + re.split(r"[,;()\d]", after)[0]


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
    following = years_after(evidence)
    if following:
        return following[0]
    inside = is_inside(before)
    if inside and re.match(r"\W*$", before[before.rindex("(") + 1 :]):
        written = [year for year, _, end in years_in(before) if before.rindex("(") - end < 3]
        return written[-1] if written else None
    before = ASIDE.sub(" ", before)
    leading = [year for year, _, end in years_in(before) if year != BEFORE or len(before) - end < 40]
    return leading[-1] if leading else None


def is_inside(before):
    return "(" in before and ")" not in before[before.rindex("(") :]


def years_after(evidence):
    """The years written between a figure and the next one, in the same clause."""
    before, after = around(evidence)
    close = re.split(
        r"\d[\d\s]*\s?[%€]|(?<![\d/])(?!(?:19|20)\d\d)\d{1,3}(?:[ .,]\d{3})*(?![\d/.])(?!\s?(?:er|jan|d[ée]c|/))",
        after[:80],
    )[0]
    close = re.split(r"\)" if is_inside(before) else r"\(", close)[0]
    return [year for year, _, _ in years_in(COMPARED.split(close)[0])]
