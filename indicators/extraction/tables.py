"""The cells of a page seen as rows and columns: which hold a value, what names it at its left and above it."""

import math
import re

from indicators.extraction.cells import (
    BIG,
    EDGE,
    boundary,
    column_year,
    is_heading_like,
    is_note,
    is_sentence,
    middle,
    nearest_of_each_line,
    on_a_row,
    shares_column,
    touching,
    value_of,
)
from indicators.extraction.layout import Cell, around

TALLEST_BAND = 90  # points between the rules over and under a row


class Table:
    """The cells of a page seen as rows and columns."""

    def __init__(self, cells, before=None, across=()):
        self.cells = cells
        self.before = before  # the page before: a table may go on
        self.known_headers = {}
        self.headings, self.prose = set(), set()
        self.figures = {}
        self.across, self.bands = sorted(across), {}
        for cell in cells:
            figure = value_of(cell)
            if figure and (cell.is_ruled or self.mates(cell) or self.is_big(cell)):
                self.figures[id(cell)] = figure
        self.values = [cell for cell in cells if id(cell) in self.figures]
        for cell in [cell for cell in cells if not cell.is_ruled and id(cell) not in self.figures]:
            self.part(cell)
        for cell in [cell for cell in self.cells if not cell.is_ruled and id(cell) not in self.figures]:
            self.part_header(cell)
        self.band_labels = {id(label) for value in self.values if across for label in self.in_band(value)}

    def part(self, cell):
        """A value so near its label that they are one cell is parted from it, where others stand in its column."""
        for size in (1, 2, 3, 4):
            label, words = cell.words[:-size], cell.words[-size:]
            value = Cell(cell.page, words, around(words)) if 0 < len(label) < 10 else None
            if value and self.is_in_column(value) and not label[-1].text[-1:].isdigit() and (figure := value_of(value)):
                parted = Cell(cell.page, label, around(label))
                self.cells = [c for c in self.cells if c is not cell] + [parted, value]
                self.figures[id(value)] = figure
                self.values.append(value)
                return

    def part_header(self, cell):
        """Two headings so near that they are one cell are parted, where two columns stand under them."""
        if not 1 < len(cell.words) < 8 or not (columns := self.two_under(cell)):
            return
        position = boundary(cell.words, *columns)
        parts = [words for words in (cell.words[:position], cell.words[position:]) if words]
        if len(parts) == 2:
            parted = [Cell(cell.page, words, around(words)) for words in parts]
            self.cells = [c for c in self.cells if c is not cell] + parted

    def two_under(self, cell):
        """The two cells of the row of values right below that share its edges."""
        near = (v for v in self.values if 0 <= v.box[1] - cell.box[3] < 2.5 * cell.height)
        below = [v for v in near if shares_column(cell, v, 0)]
        if not below:
            return None
        first = min(below, key=lambda v: v.box[1])
        row = sorted((c for c in [first, *self.mates(first)] if shares_column(cell, c, 0)), key=lambda c: c.box[0])
        if len(row) != 2 or any(c.is_ruled for c in row):
            return None
        left, right = row
        lefts = [left.box[0] - cell.box[0], *(left.box[2] - word.box[2] for word in cell.words[:-1])]
        rights = [right.box[2] - cell.box[2], *(right.box[0] - word.box[0] for word in cell.words[1:])]
        are_aligned = min(map(abs, lefts)) < EDGE and min(map(abs, rights)) < EDGE
        return (left, right) if are_aligned else None

    def is_in_column(self, value):
        if not any(abs(v.box[1] - value.box[1]) < 3 * value.height for v in self.values):
            return False
        same = [
            v
            for v in self.values
            if not v.is_ruled and min(abs(v.frame[2] - value.frame[2]), abs(v.frame[0] - value.frame[0])) < 4
        ]
        return len(same) >= 2 and bool(re.match(r"\d", value.text))

    def is_value(self, cell):
        return id(cell) in self.figures

    def mates(self, cell):
        return [other for other in self.cells if other is not cell and on_a_row(cell, other)]

    def is_big(self, cell):
        others = [other.height for other in self.cells if other is not cell]
        return bool(others) and cell.height > BIG * sorted(others)[len(others) // 2]

    def label_cells(self, cell):
        """The text at the left of a value, and what goes on above or below it when no rule says where it ends."""
        left = [other for other in self.mates(cell) if other.frame[2] <= cell.frame[0] + 3 and not self.is_value(other)]
        left = [other for other in left if re.search(r"[^\W\d_]|\b(?:19|20)\d\d\b", other.text)]
        left = sorted(left, key=lambda other: other.frame[0])
        if others := self.in_band(cell):
            return sorted({*left, *others}, key=lambda other: (round(other.frame[0] / 8), other.frame[1]))
        return [part for other in left for part in self.whole_label(other)]

    def in_band(self, cell):
        """The lines of a label that stand around a value between two rules, where they hold one row."""
        band = self.band(cell)
        if not band or any(not on_a_row(cell, v) and self.band(v) == band for v in self.values):
            return []
        inside = [o for o in self.cells if self.band(o) == band and o.frame[2] <= cell.frame[0] + 3]
        return [o for o in inside if not self.is_value(o) and re.search(r"[^\W\d_]", o.text)]

    def band(self, cell):
        """The level rules right above and right below a cell that is not within a frame."""
        if id(cell) not in self.bands:
            self.bands[id(cell)] = None if cell.is_ruled else self.band_of(cell)
        return self.bands[id(cell)]

    def band_of(self, cell):
        left, right = cell.box[0], cell.box[2]
        over = [y for y, x0, x1 in self.across if x0 <= left + 3 and right - 3 <= x1]
        above = max((y for y in over if y <= middle(cell)), default=None)
        below = min((y for y in over if y > middle(cell)), default=None)
        return (round(above), round(below)) if above and below and below - above < TALLEST_BAND else None

    def whole_label(self, cell):
        if cell.is_ruled:
            return [cell]
        column = [other for other in self.cells if self.goes_with(cell, other)]
        above = sorted((o for o in column if o.box[1] < cell.box[1]), key=lambda other: -other.box[1])
        below = sorted((o for o in column if o.box[1] > cell.box[1]), key=lambda other: other.box[1])
        parts = [cell]
        for other in above:
            if touching(other, parts[0]) and parts[0].text[:1].islower():
                parts = [other, *parts]
        for other in below:
            if touching(parts[-1], other) and other.text[:1].islower():
                parts = [*parts, other]
        return parts

    def goes_with(self, cell, other):
        alone = not any(self.is_value(mate) for mate in self.mates(other))
        return other is not cell and not other.is_ruled and alone and abs(other.box[0] - cell.box[0]) < 12

    def headers(self, cell):
        """The cells above a value in its column, the nearest first, and on the page before where the table goes on."""
        if id(cell) not in self.known_headers:
            wide = self.column_of(cell)
            found, stopped = self.above(wide, cell.frame[1])
            if self.before and not stopped and (not found or self.goes_on(cell) and column_year(found) is None):
                found = [*found, *self.before.above(wide, math.inf)[0]]
            self.known_headers[id(cell)] = found
        return self.known_headers[id(cell)]

    def goes_on(self, cell):
        """The column of a table with rules was there on the page before."""
        sides = {(round(other.frame[0]), round(other.frame[2])) for other in self.before.cells if other.is_ruled}
        return cell.is_ruled and (round(cell.frame[0]), round(cell.frame[2])) in sides

    def above(self, cell, top):
        """(what stands above in a column, whether a heading or a paragraph was met)"""
        column = [other for other in self.cells if other.frame[3] <= top + 3 and shares_column(cell, other)]
        found, start = [], self.start_of_table(cell, top)
        for other in sorted(column, key=lambda other: -other.frame[3]):
            if other.frame[3] < start:
                return nearest_of_each_line(found, cell), True
            if id(other) in self.headings or id(other) in self.prose or is_sentence(other):
                return nearest_of_each_line(found, cell), True
            if not self.is_value(other) and is_heading_like(other) and not self.is_label(other):
                found.append(other)
        return nearest_of_each_line(found, cell), False

    def start_of_table(self, cell, top):
        """How high one may go from row to row without a wide gap."""
        widest = 14 if cell.is_ruled else 4 * cell.height
        lowest = top
        left = min([mate.frame[0] for mate in self.mates(cell)], default=cell.frame[0])
        for other in sorted(self.cells, key=lambda other: -other.frame[3]):
            if other.frame[3] > top + 3 or (cell.is_ruled and not other.is_ruled):
                continue
            if id(other) in self.headings and left - 6 < other.frame[2] and other.frame[0] < cell.frame[2]:
                break
            if lowest - other.frame[3] > widest and math.isfinite(lowest):
                break
            lowest = min(lowest, other.frame[1])
        return lowest

    def is_label(self, cell):
        """The label of another row, not the heading of a column."""
        if id(cell) in self.band_labels:
            return True
        return any(self.is_value(mate) and mate.frame[0] > cell.frame[0] for mate in self.mates(cell))

    def column_of(self, cell):
        """A cell as wide as the values it is aligned with."""
        if cell.is_ruled:
            return cell
        aligned = [v for v in self.values if not v.is_ruled and abs(v.frame[2] - cell.frame[2]) < 3]
        left = min([v.frame[0] for v in aligned], default=cell.frame[0])
        beside = [mate.frame[2] for mate in self.mates(cell) if mate.frame[2] <= cell.frame[0]]
        left = max([left, *(right + 1 for right in beside)])
        return Cell(cell.page, cell.words, (left, *cell.frame[1:]))

    def captions(self, cell):
        """What stands under or over a big number, whichever is nearer."""
        near = [other for other in self.cells if not self.is_value(other) and shares_column(cell, other, 0)]
        below = [other for other in near if 0 <= other.box[1] - cell.box[3] + 4 < 2.2 * cell.height]
        above = [other for other in near if 0 <= cell.box[1] - other.box[3] + 4 < 1.2 * cell.height]
        below, above = sorted(below, key=lambda o: o.box[1]), sorted(above, key=lambda o: -o.box[1])
        if below and above and is_note(below[0], above[0], cell):
            below = []
        return self.stacked(below or above)

    def stacked(self, cells):
        kept = cells[:1]
        for cell in cells[1:]:
            if abs(cell.box[1] - kept[-1].box[3]) < 0.8 * cell.height and abs(cell.height - kept[0].height) < 2:
                kept.append(cell)
        return kept


def corner_of(headers, table):
    """What stands at the top left of a table, over the names of its rows."""
    if not headers:
        return ""
    left = [o for o in table.mates(headers[0]) if o.frame[2] <= headers[0].frame[0] + 3 and not table.is_value(o)]
    left = [o for o in left if is_heading_like(o) and column_year([o]) is None]
    return min(left, key=lambda o: o.frame[0]).text if left else ""


def right_of(cell, table):
    near = [o for o in table.mates(cell) if 0 <= o.box[0] - cell.box[2] < 2.5 * cell.height and not table.is_value(o)]
    return sorted(near, key=lambda other: (round(other.box[0] / 4), other.box[1]))[:1]
