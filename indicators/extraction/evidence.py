"""The pieces of a report that may state a figure: a cell of a table, a sentence, a big number; each with what surrounds it."""

import math
import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from indicators.extraction.layout import NUMBERED, Cell, around, paragraphs_of, pieces
from indicators.extraction.values import ANSWERS, NONE, STATES, Figure, figures_in
from indicators.extraction.words import folded, placed_stems, stem, stems
from indicators.extraction.years import years_in

TOTAL = re.compile(r"^\W*(?:sous[- ])?(?:total|ensemble|totaux|cumul)\b", re.I)
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÀ-ÝŒ•«\"0-9])|\s+(?=[•▪➢→✓])")
ABBREVIATION = re.compile(r"(?:\b(?:art|cf|p|n|M|Mme|env|etc|R|L|D|St|av|bd|tél|max|min|hab|H\.T|T\.T\.C|[A-Z]))\.$")
CONTENTS = re.compile(r"\W*(?:sommaire|table des mati[èe]res|plan du rapport)\W*", re.I)
LAST_NUMBER = re.compile(r"\D\s?(\d{1,3})\s*$")
LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:p\.?\s?)?(\d{1,3})\s*$")
BEFORE_A_VALUE = re.compile(r"[\W_]*(?:environ|env|près de|plus de|moins de|soit|dont|total|une?)?[\W_]*", re.I)
NUMBERING = re.compile(r"\W*\d{1,2}(?:\.\d{1,2})*\.?[.)]\W*")
REST = re.compile(r"[\s*()≈~:€%.,/+-]+")
WINDOW = 400  # characters kept on each side of a figure
MOST_FIGURES = 60  # of one sentence, beyond which it is a list of numbers
FAR = 90  # characters between a figure and a word that names it
OTHER_FIGURE = re.compile(r"[;]|\d\s?[%€]?\s?[\w]")
NOT_A_FIGURE = re.compile(r"(?:19|20)\d\d|\d+/\d+/\d+|m3")
NOT_A_NOUN = set(
    "au aux a en et ou pour dont contre soit sur par est sont ont sous dans avec sans selon le la les l d de du des un une ce"
    " cette qui que se ne y il elle nous on depuis lors cet ces fois puis mais ainsi comme ete etait etaient".split()
)
BIG = 1.3  # times the height of the words it goes with


@dataclass(eq=False)
class Evidence:
    kind: str  # row, sentence or big
    figure: Figure
    page: int
    words: list  # what is quoted
    value_words: list
    text: str  # the label of a row, or the sentence
    header: str = ""
    heading: str = ""
    year: int | None = None
    is_alone: bool = False  # the only figure of its row
    columns: int = 1
    beside_total: bool = False  # its row has a total in another column

    @cached_property
    def near(self):
        """{stem: 1 near the figure, less when another figure, a comma or many words stand between}"""
        if self.kind != "sentence":
            return dict.fromkeys(stems(self.text), 1.0)
        found = {}
        for word, start, end in placed_stems(self.text):
            found[word] = max(found.get(word, 0), nearness(self.text, self.figure, start, end))
        return found

    @cached_property
    def column_stems(self):
        return set(stems(self.header))

    @cached_property
    def heading_stems(self):
        return set(stems(self.heading))

    @cached_property
    def nouns(self):
        """The words that follow the figure at once, up to a small word or a sign."""
        return following_nouns(self.text[self.figure.end :]) if self.kind == "sentence" else []


def nearness(text, figure, start, end):
    is_before = end <= figure.start
    gap = text[end : figure.start] if is_before else text[figure.end : start]
    near = 1.0 if len(gap) < FAR else 0.7 if len(gap) < 2 * FAR else 0.4
    if OTHER_FIGURE.search(NOT_A_FIGURE.sub("", gap)):
        near *= 0.75
    if is_before:
        return near * (0.8 if "," in gap else 1)
    return near * (0.6 if re.search(r",|\bet\b", gap) else 1)


def following_nouns(after):
    after = re.sub(r"^\s?(?:de |d['’]|des )", " ", after)
    after = re.split(r"[^\w\s'’-]", after)[0] if not after[:1].isalnum() else ""
    found = []
    for word in after.split()[:3]:
        if folded(word) in NOT_A_NOUN or not stem(word) or re.match(r"\W*\d", word):
            break
        found.append(stem(re.sub(r"^.['’]", "", word)))
    return found


def evidence_of(pages_of_cells, pages):
    """All the evidence of a document, in its order."""

    found, heading, carried, contents = [], "", None, False
    for page, cells in zip(pages, pages_of_cells, strict=True):
        table = Table(cells, carried)
        contents = is_contents(page.text, len(pages), contents)
        if contents:
            continue
        prose = [cell for cell in table.cells if not table.is_value(cell) and is_prose(cell, table)]
        paragraphs = paragraphs_of(prose)
        for paragraph in paragraphs:
            paragraph.is_heading = paragraph.is_heading and len(table.mates(paragraph.cells[0])) < 2
        heads = [paragraph for paragraph in paragraphs if paragraph.is_heading]
        table.headings = {id(cell) for head in heads for cell in head.cells}
        for head, paragraph in under_headings(paragraphs, heading):
            found += sentences_of(paragraph, head)
        for cell in table.values:
            found += rows_of(cell, table, heading_before(cell, heads, heading))
        heading = heads[-1].text if heads else heading
        carried, table.before = table, None
    return found


def under_headings(paragraphs, heading):
    for paragraph in paragraphs:
        yield heading, paragraph
        if paragraph.is_heading:
            heading = paragraph.text


def heading_before(cell, heads, heading):
    before = [head for head in heads if head.place < cell.place]
    return before[-1].text if before else heading


def is_contents(text, count, goes_on=False):
    """A table of contents: lines that end with the number of a page, in order, after dots or under its title."""
    lines = [line.strip() for line in text.splitlines()]
    dotted = [match for match in map(LEADERS.search, lines) if match]
    titled = any(CONTENTS.fullmatch(line) for line in lines[:6])
    ending = [match for match in map(LAST_NUMBER.search, lines) if match] if titled else dotted
    numbers = [int(match[1]) for match in ending]
    few = 1 if goes_on else 4
    return len(dotted if not titled else ending) >= few and max(numbers) <= count + 5 and is_rising(numbers)


def is_rising(numbers):
    return sum(later >= earlier for earlier, later in pairwise(numbers)) >= 0.8 * (len(numbers) - 1)


def is_prose(cell, table):
    if not cell.is_ruled:
        return not table.is_label(cell)
    return len(cell.words) >= 4 and bool(re.search(r"[^\W\d]{3}", cell.text))


class Table:
    """The cells of a page seen as rows and columns."""

    def __init__(self, cells, before=None):
        self.cells = cells
        self.before = before  # the page before: a table may go on
        self.known_headers = {}
        self.headings = set()
        self.figures = {}
        for cell in cells:
            figure = value_of(cell)
            if figure and (cell.is_ruled or self.mates(cell) or self.is_big(cell)):
                self.figures[id(cell)] = figure
        self.values = [cell for cell in cells if id(cell) in self.figures]
        for cell in [cell for cell in cells if not cell.is_ruled and id(cell) not in self.figures]:
            self.part(cell)

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
        return [part for other in left for part in self.whole_label(other)]

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
        """The cells above a value in its column, the nearest first; those of the page before where the table goes on."""
        if id(cell) not in self.known_headers:
            wide = self.column_of(cell)
            found, stopped = self.above(wide, cell.frame[1])
            if not found and not stopped and self.before:
                found, _ = self.before.above(wide, math.inf)
            self.known_headers[id(cell)] = found
        return self.known_headers[id(cell)]

    def above(self, cell, top):
        """(what stands above in a column, whether a heading or a paragraph was met)"""
        column = [other for other in self.cells if other.frame[3] <= top + 3 and shares_column(cell, other)]
        found = []
        for other in sorted(column, key=lambda other: -other.frame[3]):
            if id(other) in self.headings or is_sentence(other):
                return found, True
            if not self.is_value(other) and is_heading_like(other) and not self.is_label(other):
                found.append(other)
        return found, False

    def is_label(self, cell):
        """The label of another row, not the heading of a column."""
        return any(self.is_value(mate) and mate.frame[0] > cell.frame[0] for mate in self.mates(cell))

    def column_of(self, cell):
        """A cell as wide as the values it is aligned with."""
        if cell.is_ruled:
            return cell
        aligned = [v for v in self.values if not v.is_ruled and abs(v.frame[2] - cell.frame[2]) < 3]
        left = min([v.frame[0] for v in aligned], default=cell.frame[0])
        return Cell(cell.page, cell.words, (left, *cell.frame[1:]))

    def captions(self, cell):
        """What stands under or over a big number, whichever is nearer."""
        near = [other for other in self.cells if not self.is_value(other) and shares_column(cell, other, 0)]
        below = [other for other in near if 0 <= other.box[1] - cell.box[3] + 4 < 2.2 * cell.height]
        above = [other for other in near if 0 <= cell.box[1] - other.box[3] + 4 < 1.2 * cell.height]
        below, above = sorted(below, key=lambda o: o.box[1]), sorted(above, key=lambda o: -o.box[1])
        if below and above and cell.box[1] - above[0].box[3] < below[0].box[1] - cell.box[3] - 3:
            below = []
        return self.stacked(below or above)

    def stacked(self, cells):
        kept = cells[:1]
        for cell in cells[1:]:
            if abs(cell.box[1] - kept[-1].box[3]) < 0.8 * cell.height and abs(cell.height - kept[0].height) < 2:
                kept.append(cell)
        return kept


def value_of(cell):
    """The figure of a cell that holds nothing else but its unit, a note or one or two words."""
    text = cell.text
    answer = ANSWERS.get(text.strip(" .*").lower().replace("-", " "))
    if answer is not None:
        return Figure(0, len(text), 100.0 if answer else 0.0, marks={"state"})
    figures = figures_in(text) if len(cell.words) <= 7 and not NUMBERING.fullmatch(text) else []
    if len(figures) != 1:
        return None
    if not BEFORE_A_VALUE.fullmatch(text[: figures[0].start]):
        return None
    rest = REST.sub(" ", text[: figures[0].start] + text[figures[0].end :]).split()
    rest = [word for word in rest if not re.fullmatch(r"\d", word)]
    return figures[0] if len(rest) <= 3 and sum(map(len, rest)) <= 22 and text[:1] not in "<>≥≤" else None


def on_a_row(cell, other):
    if not (cell.is_ruled or other.is_ruled):
        big, small = (cell, other) if cell.height > other.height else (other, cell)
        if big.height > BIG * small.height:
            return big.box[1] <= middle(small) <= big.box[3]
        return abs(middle(cell) - middle(other)) < 0.45 * min(cell.height, other.height)
    return (
        other.frame[1] - 2 <= middle(cell) <= other.frame[3] + 2
        or cell.frame[1] - 2 <= middle(other) <= cell.frame[3] + 2
    )


def middle(cell):
    return (cell.box[1] + cell.box[3]) / 2


def touching(upper, lower):
    return abs(lower.box[1] - upper.box[3]) < 0.7 * lower.height


def shares_column(cell, other, slack=6):
    wide = slack if not cell.is_ruled else -2
    return min(cell.frame[2] + wide, other.frame[2]) - max(cell.frame[0] - wide, other.frame[0]) > 0


def is_sentence(cell):
    return not cell.is_ruled and len(cell.words) > 11


def is_heading_like(cell):
    """Words or a year: what may stand at the top of a column."""
    return bool(re.search(r"[^\W\d_]{3}|[%€]|\bN\b", cell.text)) or any(True for _ in years_in(cell.text))


def rows_of(cell, table, heading):
    figure = table.figures[id(cell)]
    label = table.label_cells(cell)
    is_big = not label and table.is_big(cell)
    own = REST.sub(" ", cell.text[: figure.start] + cell.text[figure.end :]).strip()
    if is_big and not re.search(r"[^\W\d_]{3}", own):
        label = right_of(cell, table) or table.captions(cell)
    headers = [] if is_big else table.headers(cell)
    mates = [other for other in table.mates(cell) if table.is_value(other)]
    between = [] if is_big else [other for other in mates if other.frame[2] <= cell.frame[0] + 3]
    words = [word for part in [*label, *between] for word in part.words]
    header = " / ".join(other.text for other in headers[:3])
    yield Evidence(
        "big" if is_big else "row", figure, cell.page, [*words, *cell.words], cell.words,
        " ".join([*(part.text for part in label), own]).strip(), header, heading, column_year(headers), not mates, len(mates) + 1,
        not is_total(headers) and any(is_total(table.headers(mate)) for mate in mates),
    )  # fmt: skip


def is_total(headers):
    return bool(headers) and bool(TOTAL.match(headers[0].text))


def right_of(cell, table):
    near = [o for o in table.mates(cell) if 0 <= o.box[0] - cell.box[2] < 2.5 * cell.height and not table.is_value(o)]
    return sorted(near, key=lambda other: other.box[0])[:1]


def column_year(headers):
    for header in headers:
        years = [year for year, _, _ in years_in(header.text)]
        if years:
            return years[-1]
    return None


def sentences_of(paragraph, heading):
    for words in sentence_words(paragraph):
        spans, text = [], ""
        for word, piece in pieces(words):
            spans.append((len(text), len(text) + len(piece), word))
            text += piece
        number = NUMBERED.match(text)
        figures = [*figures_in(text), *states_in(text), *nothing_in(text)]
        figures = [figure for figure in figures if not number or figure.start >= number.end()]
        figures = figures if re.search(r"[^\W\d]{3}|=", text) else []
        for figure in figures[:MOST_FIGURES]:
            yield sentence_evidence(figure, figures, spans, text, heading)


def sentence_evidence(figure, figures, spans, text, heading):
    """The sentence, or what stands around the figure when it is very long."""
    start, end = max(0, figure.start - WINDOW), figure.end + WINDOW
    words = [word for first, last, word in spans if start < last and first < end]
    inside = [word for first, last, word in spans if first < figure.end and figure.start < last]
    moved = replace(figure, start=figure.start - start, end=figure.end - start)
    alone = len(figures) == 1
    return Evidence(
        "sentence", moved, inside[0].page, words, inside, text[start:end], "", heading, None, alone, len(figures)
    )


def sentence_words(paragraph):
    """The paragraph's words, sentence by sentence."""
    sentence = []
    for word, following in zip(paragraph.words, [*paragraph.words[1:], None], strict=True):
        sentence.append(word)
        if following is None or (len(sentence) > 2 and ends(word.text, following.text)):
            yield sentence
            sentence = []


def ends(text, following):
    stops = (
        not text.endswith("..") and text.endswith((".", "!", "?", ";", "!»", ".»")) and not ABBREVIATION.search(text)
    )
    return (stops and bool(re.match(r"[A-ZÀ-ÝŒ•«\"\d(]", following))) or bool(
        re.match(r"[•▪➢→✓■\uf000-\uf0ff]", following)
    )


def states_in(text):
    for match in STATES.finditer(text):
        yield Figure(match.start(), match.end(), 0.0 if match["no"] else 100.0, marks={"state"})


def nothing_in(text):
    for match in NONE.finditer(text):
        yield Figure(match.start(), match.end(), 0.0, marks={"none"})
