"""What may be published without giving away a small number of people, or what a structure keeps to itself.

Totals need no rule: each adds up figures that the pages of its own edition tell.
Pure: figures in, decisions out. tests/indicators/test_disclosure.py plays the attacker against it.
"""

from decimal import Decimal
from functools import cache

FEWEST_STRUCTURES = 3  # behind any breakdown and any trend


def merged(columns, threshold):
    """The finest way of putting neighbours together: [(start, end)], end excluded, or None when it would say nothing.

    `columns`: for each category, what each structure gave. A part is a lone zero, or reaches the threshold even once
    whoever gave most of it has taken its own away. Among the finest ways, the one whose parts are most alike.
    """
    columns = [list(map(Decimal, column)) for column in columns]

    @cache
    def part(start, end):
        """The sum of these categories, or None when they may not be one part."""
        shares = [sum(of) for of in zip(*columns[start:end], strict=True)]
        size, others = sum(shares), sum(shares) - max(shares)
        is_lone_zero = size == 0 and end - start == 1
        return size if is_lone_zero or (size >= threshold and (others == 0 or others >= threshold)) else None

    @cache
    def best(end):
        """(how many parts, minus the sum of their squares, the parts) for the categories before `end`, or None."""
        if end == 0:
            return 0, Decimal(0), ()
        ways = []
        for start in range(end):
            size, before = part(start, end), best(start)
            if before is not None and size is not None:
                parts, squares, spans = before
                ways.append((parts + 1, squares - size * size, (*spans, (start, end))))
        return max(ways, default=None)

    way = best(len(columns))
    if way is None or way[0] < 2 or not any(map(any, columns)):
        return None
    return list(way[2])


def is_spread(parts, rows, threshold):
    """Whether nobody can place the share of one structure in one part within less than the threshold.

    `parts` are the sums shown; `rows` what each structure behind them gave over all parts, as though everybody knew it:
    with « non connu » it is the structure's own figure, which its page tells. A share then lies between what the others
    could not hold and what both the part and the structure can; whoever knows less places it less well.
    """
    everything = sum(rows)
    for part in filter(None, parts):
        for row in rows:
            least, most = max(Decimal(0), part + row - everything), min(part, row)
            if least > 0 and most - least < threshold:
                return False
            if least == 0:
                break  # rows come the largest first: the others hold less
    return True


def is_spread_for_everybody(shares, threshold):
    """For a reader of the summary, and for each structure behind it, which takes its own figures away.

    `shares`: for each structure, what it gave to each part shown.
    """
    shares = sorted(shares, key=sum, reverse=True)
    rows = [sum(of) for of in shares]
    parts = [sum(column) for column in zip(*shares, strict=True)]
    if not is_spread(parts, rows, threshold):
        return False
    return all(
        is_spread([part - mine for part, mine in zip(parts, own, strict=True)], rows[:n] + rows[n + 1 :], threshold)
        for n, own in enumerate(shares)
    )


def shown_parts(cells_by_structure, threshold):
    """(structures behind, [(start, end)], sums of these) of one breakdown, or None when it is not shown.

    `cells_by_structure`: {structure: its cells}, in the order of the categories.
    """
    behind = [cells for cells in cells_by_structure.values() if any(cells)]
    if len(behind) < FEWEST_STRUCTURES:
        return None
    spans = merged(list(zip(*behind, strict=True)), threshold)
    if spans is None:
        return None
    shares = [[sum(cells[start:end]) for start, end in spans] for cells in behind]
    if not is_spread_for_everybody(shares, threshold):
        return None
    return len(behind), spans, [sum(column) for column in zip(*shares, strict=True)]


def same_structures(candidates, told):
    """Over whom a trend may add up the figures of a past year: as many as it can, or nobody (an empty set).

    `candidates`: the structures that have a figure each year; `told`: the sets over which a published trend added up
    figures of these years that no edition told one by one. Another set would give their difference away.
    """
    if not told:
        return candidates if len(candidates) >= FEWEST_STRUCTURES else frozenset()
    only, *others = told
    return only if not others and only <= candidates else frozenset()
