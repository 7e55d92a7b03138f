"""What may be published without giving away a small number of people, or what a structure keeps to itself.

Totals need no rule: each adds up figures that the pages of its own edition tell.
Pure: figures in, decisions out. tests/indicators/test_disclosure.py plays the attacker against it.
"""

from decimal import Decimal
from functools import cache

FEWEST_STRUCTURES = 3  # behind any breakdown and any trend


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


def is_spread(parts, rows, threshold):
    """Whether nobody can place the share of one structure in one part within less than the threshold.

    `parts` are the sums shown; `rows` what each structure behind them gave over all parts, as though everybody knew it:
    with « non connu » it is the structure's own figure, which its page tells. A share then lies between what the others
    could not hold and what both the part and the structure can; whoever knows less places it less well.
    """
    everything = sum(rows)
    for row in rows:
        for part in filter(None, parts):
            least, most = max(Decimal(0), part + row - everything), min(part, row)
            if least > 0 and most - least < threshold:
                return False
    return True


def shown_parts(cells_by_structure, threshold):
    """(structures behind, [(start, end)], sums of these) of one breakdown, or None when it is not shown.

    `cells_by_structure`: {structure: its cells}, in the order of the categories.
    """
    behind = [cells for cells in cells_by_structure.values() if any(cells)]
    if len(behind) < FEWEST_STRUCTURES:
        return None
    sums = [sum(column) for column in zip(*behind, strict=True)]
    spans = merged(sums, threshold)
    if spans is None:
        return None
    parts = [sum(sums[start:end]) for start, end in spans]
    return (len(behind), spans, parts) if is_spread(parts, list(map(sum, behind)), threshold) else None


def same_structures(candidates, told):
    """Over whom a trend may add up the figures of a past year: as many as it can, or nobody (an empty set).

    `candidates`: the structures that have a figure each year; `told`: the sets over which a published trend added up
    figures of these years that no edition told one by one. Another set would give their difference away.
    """
    if not told:
        return candidates if len(candidates) >= FEWEST_STRUCTURES else frozenset()
    only, *others = told
    return only if not others and only <= candidates else frozenset()
