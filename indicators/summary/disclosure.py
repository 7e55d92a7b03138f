"""What may be published without giving away a small number of people, or what a structure keeps to itself.

Pure: figures in, decisions out. tests/indicators/test_disclosure.py plays the attacker against it.
"""

from decimal import Decimal
from functools import cache

FEWEST_STRUCTURES = 3  # behind any breakdown and any trend
FEWEST_HIDDEN = 2  # figures that are not told one by one, in a total whose others are


def merged(cells, threshold):
    """The finest way of putting neighbours together: [(start, end)], end excluded, or None when it would say nothing.

    Each part is a lone zero, or reaches the threshold. Among the finest ways, the one whose parts are most alike.
    """
    cells = list(map(Decimal, cells))
    totals = [sum(cells[:end], Decimal(0)) for end in range(len(cells) + 1)]

    @cache
    def best(end):
        """(how many parts, minus the sum of their squares, the parts) for the cells before `end`, or None."""
        if end == 0:
            return 0, Decimal(0), ()
        ways = []
        for start in range(end):
            size, before = totals[end] - totals[start], best(start)
            if before is not None and (size >= threshold or (size == 0 and end - start == 1)):
                parts, squares, spans = before
                ways.append((parts + 1, squares - size * size, (*spans, (start, end))))
        return max(ways, default=None)

    way = best(len(cells))
    if way is None or way[0] < 2 or not totals[-1]:
        return None
    return list(way[2])


def is_spread(parts, wholes, threshold):
    """Whether nobody can place the share of one structure in one part within less than the threshold.

    `parts` are the sums shown; `wholes` what each structure behind them counts in all, which its own page may tell.
    A share lies between what the others could not hold and what both the part and the structure can.
    """
    room = sum(wholes)
    for whole in wholes:
        others = room - whole
        for part in filter(None, parts):
            least, most = max(Decimal(0), part - others), min(part, whole)
            if least > 0 and most - least < threshold:
                return False
    return True


def shown_parts(cells_by_structure, wholes, threshold):
    """(structures behind, [(start, end)], sums of these) of one breakdown, or None when it is not shown.

    `cells_by_structure`: {structure: its cells}, in the order of the categories; `wholes`: {structure: its total}.
    """
    behind = {structure: cells for structure, cells in cells_by_structure.items() if any(cells)}
    if len(behind) < FEWEST_STRUCTURES:
        return None
    sums = [sum(column) for column in zip(*behind.values(), strict=True)]
    spans = merged(sums, threshold)
    if spans is None:
        return None
    parts = [sum(sums[start:end]) for start, end in spans]
    held = [max(wholes.get(structure) or 0, sum(cells)) for structure, cells in behind.items()]
    return (len(behind), spans, parts) if is_spread(parts, held, threshold) else None


def kept_apart(values, shown, before=(), held=()):
    """(structures whose figure is not told, whether the total may be) for one total.

    `values`: {structure: figure} added up; `shown`: the structures that have their page in this edition; `before`:
    those whose figure an earlier edition kept back; `held`: the hidden structures that an earlier total contained.
    A single hidden figure would be the total less all the others: another is kept back with it, the largest one, so
    that neither can be found. What was kept back once stays so.
    """
    hidden = set(values) - set(shown)
    kept = set(before) & set(values) - hidden
    if not hidden and not held:
        return kept, True
    candidates = sorted(set(values) - hidden - kept, key=lambda structure: (-values[structure], structure))
    missing = max(0, FEWEST_HIDDEN - len(hidden | kept))
    more = set(candidates[:missing]) if hidden else set()
    is_safe = not hidden or len(hidden | kept | more) >= FEWEST_HIDDEN
    has_moved = set(held) - set(values)  # one that left would be the difference between two totals
    if not is_safe or has_moved:
        return kept, False
    return kept | more, True
