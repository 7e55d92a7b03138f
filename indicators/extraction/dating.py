"""The year that a piece of evidence speaks of, and what is left of it when another one is wanted."""

import re

from indicators.extraction.evidence import ASIDE, before_and_after
from indicators.extraction.years import BEFORE, MONTH, years_in

FROM = re.compile(
    r"\b(?:contre|au lieu de|pass(?:[ée]e?s?|ant|ent|e) de|compar[ée] à|après)\s(?:[^\W\d]+['’\s]){0,2}$",
    re.I,
)
ON_A_DAY = re.compile(r"\b(?:le|du) (?:1er|\d{1,2}) [^\W\d]{3,9} $", re.I)  # « leur avis le 3 mai 2022 »
A_DAY = re.compile(rf"\d{{1,2}}(?:er)?\s{MONTH}\s(?:19|20)\d\d", re.I)
LATER = 0.25  # under a heading about the next year
COMPARED = re.compile(r"\b(?:contre|comme|par rapport|au lieu|alors qu|compar|que l|après|plus que|moins que)", re.I)
UP_TO_A_FIGURE = re.compile(
    r"\d[\d\s]*\s?[%€]|(?<![\d/])(?!(?:19|20)\d\d)\d{1,3}(?:[ .,]\d{3})*(?![\d/.])(?!\s?(?:er|jan|d[ée]c|/))|;"
)


def year_factor(wanted):
    def factor(evidence, indicator):
        said = year_said(evidence)
        if said is None and wanted is not None and is_ahead(evidence.heading, wanted):
            return LATER
        if said is None or wanted is None:
            return 0.92
        if said == wanted:
            return 1.0
        return 0

    return factor


def is_ahead(heading, wanted):
    """« Cap sur 2024 » in a report on 2023."""
    years = [year for year, _, _ in years_in(A_DAY.sub(" ", heading))]
    return bool(years) and min(years) > wanted


def year_said(evidence):
    if evidence.kind != "sentence":
        years = [year for year, _, _ in years_in(evidence.text)]
        return evidence.year if evidence.year is not None else (years[0] if len(set(years)) == 1 else None)
    return year_of_figure(evidence)


def year_of_figure(evidence):
    """The year written after a figure, before the next one; or the one that opens its sentence."""
    before, after = before_and_after(evidence)
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
    leading = [
        year
        for year, start, end in years_in(before)
        if (year != BEFORE or len(before) - end < 40) and not ON_A_DAY.search(before[:start])
    ]
    return leading[-1] if leading else None


def is_inside(before):
    return "(" in before and ")" not in before[before.rindex("(") :]


def years_after(evidence):
    """The years written between a figure and the next one, in the same clause."""
    before, after = before_and_after(evidence)
    close = UP_TO_A_FIGURE.split(after[:80])[0]
    close = re.split(r"\)" if is_inside(before) else r"\(", close)[0]
    return [year for year, _, _ in years_in(COMPARED.split(close)[0])]
