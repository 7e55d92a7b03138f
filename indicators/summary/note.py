"""The page for whoever decides: which figures, which trends, which problems of a snapshot it tells."""

from decimal import Decimal

from indicators.summary.disclosure import FEWEST_STRUCTURES

KEY_FIGURES, KEY_TRENDS, KEY_PROBLEMS = 5, 3, 3


def note(lines, problems):
    """One page for whoever decides: five figures that enough structures gave, three trends, three problems."""
    key = [line for line in lines if line["is_key"]]
    told = [line for line in key if line["answered"] >= FEWEST_STRUCTURES]
    moved = sorted((line for line in key if moves(line)), key=lambda line: -abs(change(line["trend"])))
    return {
        "figures": [line["code"] for line in told[:KEY_FIGURES]],
        "trends": [line["code"] for line in moved[:KEY_TRENDS]],
        "problems": [problem["theme"] for problem in problems[:KEY_PROBLEMS]],
    }


def moves(line):
    """A change worth a line: over at least half of the structures that gave this figure."""
    return change(line["trend"]) and 2 * len(line["trend"]["structures"]) >= line["answered"]


def change(trend):
    """The last year compared with the one before, as a rounded percentage; None when there is nothing to compare."""
    if trend is None or len(trend["values"]) < 2:
        return None
    before, now = (Decimal(value) for value in trend["values"][-2:])
    return round((now - before) * 100 / before) if before else None
