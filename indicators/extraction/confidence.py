"""From strengths to a value with its confidence: what several pages say alike is surer, what they dispute is less so."""

import math
from collections import defaultdict

THRESHOLD = 0.5  # below, nothing is proposed
SLOPE, MIDDLE = 9.0, 0.5
AGREEMENT, DISPUTE = 0.08, 0.3
KINDS = {"row": 1.05, "sentence": 1.0, "big": 0.9}


def rank(candidates):
    """The candidates of one indicator, one for each value, the surest first, with their confidence."""
    by_value = defaultdict(list)
    for candidate in candidates:
        by_value[round(candidate.value, 6)].append(candidate)
    scored = [(support(group), max(group, key=weight)) for group in by_value.values()]
    scored.sort(key=lambda pair: (-pair[0], pair[1].evidence.page))
    return [(confidence(score, rival(scored, score, position)), best) for position, (score, best) in enumerate(scored)]


def weight(candidate):
    return candidate.strength * KINDS[candidate.evidence.kind]


def support(group):
    pages = {(candidate.evidence.page, candidate.evidence.kind) for candidate in group}
    return max(map(weight, group)) + AGREEMENT * min(len(pages) - 1, 3)


def rival(scored, score, position):
    others = [other for index, (other, _) in enumerate(scored) if index != position]
    return max(others, default=0)


def confidence(score, rival):
    disputed = DISPUTE * max(0, rival / score - 0.75) / 0.25 if score else 0
    return round(1 / (1 + math.exp(-SLOPE * (score - disputed - MIDDLE))), 3)
