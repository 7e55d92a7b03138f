"""From strengths to a confidence: what several pages say alike is surer, what they dispute is less so."""

import math
from collections import defaultdict
from dataclasses import replace

THRESHOLD = 0.5  # below, nothing is proposed
SLOPE, MIDDLE = 9.0, 0.5
AGREEMENT, DISPUTE, TIE = 0.08, 0.5, 0.15
UNCODED = 0.75
PART = 0.6  # what is left of a row's strength beside its table's total
LIKELY, WILD = 2, 10  # times last year's figure, more or less
STEADY, JUMP, LAST_YEARS = 1.04, 0.92, 0.8  # what these leave of a value's support
COMES_NEAR = 0.75  # of the support of another value
KINDS = {"row": 1.05, "sentence": 1.0, "big": 0.9}


def rank(candidates, before=None):
    """The candidates of one indicator, one for each value, the surest first, with their confidence.

    `before` is its figure of last year.
    """
    by_value = defaultdict(list)
    for candidate in after_totals(candidates):
        by_value[round(candidate.value, 6)].append(candidate)
    scored = [(support(group), max(group, key=weight)) for group in by_value.values()]
    scored = [(score * consistency(best.value, before, score, scored), best) for score, best in scored]
    scored.sort(key=lambda pair: (-pair[0], pair[1].evidence.page))
    return [(confidence(score, rival(scored, score, position)), best) for position, (score, best) in enumerate(scored)]


def after_totals(candidates):
    """A table's total is preferred to its parts."""
    candidates = after_codes(candidates)
    totals = {table(candidate) for candidate in candidates if candidate.evidence.is_total}
    in_rows = [c for c in candidates if c.evidence.kind == "row" and table(c) in totals]
    sums = {candidate.value for candidate in in_rows if candidate.evidence.is_total}
    parts = {candidate.value for candidate in in_rows if not candidate.evidence.is_total} - sums
    for candidate in candidates:
        is_part = candidate.evidence.kind == "row" and not candidate.evidence.is_total and table(candidate) in totals
        is_said_again = candidate.evidence.kind != "row" and candidate.value in parts
        if is_part or is_said_again:
            candidate = replace(candidate, strength=candidate.strength * PART)
        yield candidate


def after_codes(candidates):
    """Where the report gives the indicator's code somewhere, what it says elsewhere is less sure."""
    if not any(candidate.is_coded for candidate in candidates):
        return candidates
    return [c if c.is_coded else replace(c, strength=c.strength * UNCODED) for c in candidates]


def table(candidate):
    return candidate.evidence.page, candidate.evidence.heading


def weight(candidate):
    return candidate.strength * KINDS[candidate.evidence.kind]


def support(group):
    pages = {(candidate.evidence.page, candidate.evidence.kind) for candidate in group}
    return max(map(weight, group)) + AGREEMENT * min(len(pages) - 1, 3)


def consistency(value, before, score, scored):
    """Last year's figure beside another one is perhaps that of last year's column; a wild jump is less likely."""
    if before is None:
        return 1
    if value == before:
        others = [other for other, best in scored if best.value != before]
        return LAST_YEARS if max(others, default=0) > COMES_NEAR * score else STEADY
    if value <= 0 or before <= 0:
        return 1
    times = max(value / before, before / value)
    return STEADY if times <= LIKELY else JUMP if times >= WILD else 1


def rival(scored, score, position):
    """How much the other values dispute this one: the nearest of them, then each one that is as sure."""
    others = [other / score for index, (other, _) in enumerate(scored) if index != position and score]
    nearest = max(0, max(others, default=0) - 0.75) / 0.25
    return DISPUTE * min(nearest, 1) + TIE * max(0, sum(other > 0.95 for other in others) - 1)


def confidence(score, disputed):
    return round(1 / (1 + math.exp(-SLOPE * (score - disputed - MIDDLE))), 3)
