"""All that may state a figure in a document: its tables, its text and its big numbers, under their headings."""

import re
from itertools import pairwise

from indicators.extraction.cells import REST, column_year, is_total, on_a_row
from indicators.extraction.evidence import Evidence
from indicators.extraction.layout import A_CODE, paragraphs_of
from indicators.extraction.sentences import sentences_of
from indicators.extraction.tables import Table, corner_of, right_of

CONTENTS = re.compile(r"\W*(?:sommaire|table des mati[èe]res|plan du rapport)\W*", re.I)
LAST_NUMBER = re.compile(r"\D\s?(\d{1,3})\s*$")
LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:p\.?\s?)?(\d{1,3})\s*$")
LEAST_RUNNING, LONGEST_NAME = 14, 32  # words
THAT_IS = re.compile(r",?\ssoit\s\d.*$", re.I)  # « 11 salariés, soit 9,4 ETP »


def evidence_of(pages_of_cells, pages):
    """All the evidence of a document, in its order."""
    found, heading, carried, contents = [], "", None, False
    for page, cells in zip(pages, pages_of_cells, strict=True):
        table = Table(cells, carried, page.across)
        contents = is_contents(page.text, len(pages), contents)
        if contents:
            continue
        prose = [cell for cell in table.cells if not table.is_value(cell) and is_prose(cell, table)]
        paragraphs = paragraphs_of(prose)
        heads = true_headings(paragraphs, table)
        table.headings = {id(cell) for head in heads for cell in head.cells}
        table.prose = {id(cell) for paragraph in paragraphs if is_running(paragraph) for cell in paragraph.cells}
        for head, paragraph in under_headings(paragraphs, heading):
            found += sentences_of(paragraph, head)
        for cell in table.values:
            found += rows_of(cell, table, heading_before(cell, heads, heading))
        heading = heads[-1].text if heads else heading
        carried, table.before = table, None
    return found


def is_running(paragraph):
    """Lines of a text, which never are the heading of a column."""
    return not paragraph.is_heading and len(paragraph.cells) > 1 and len(paragraph.words) > LEAST_RUNNING


def true_headings(paragraphs, table):
    """Headings stand alone on their line; side by side, they are those of columns."""
    firsts = {id(paragraph.cells[0]) for paragraph in paragraphs if paragraph.is_heading}
    for paragraph in paragraphs:
        mates = table.mates(paragraph.cells[0])
        is_column = len(mates) > 1 or any(id(mate) in firsts for mate in mates) or is_split(paragraph)
        code = code_beside(paragraph.cells, table)
        is_named = bool(code) and len(paragraph.words) <= LONGEST_NAME and not has_values(paragraph.cells, table)
        paragraph.is_heading = (paragraph.is_heading or is_named) and not is_column
        if paragraph.is_heading:
            paragraph.words = [*code, *paragraph.words]
    return [paragraph for paragraph in paragraphs if paragraph.is_heading]


def has_values(cells, table):
    top, bottom = cells[0].box[1] - 6, cells[-1].box[3] + 6
    return any(top < (value.box[1] + value.box[3]) / 2 < bottom for value in table.values)


def code_beside(cells, table):
    """An indicator's code in its own frame, at the left of its name."""
    left, top, bottom = cells[0].box[0], cells[0].box[1], cells[-1].box[3]
    codes = [cell for cell in table.cells if A_CODE.fullmatch(cell.text) and cell.box[2] < left]
    return next((cell.words for cell in codes if top - 3 < (cell.box[1] + cell.box[3]) / 2 < bottom + 3), [])


def is_split(paragraph):
    """Two titles on a line, and not a number and its title."""
    first, *others = paragraph.cells
    return any(on_a_row(first, other) for other in others) and bool(re.search(r"[^\W\d_]{3}", first.text))


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
    heading = f"{heading} / {corner_of(headers, table)}".strip(" /")
    text = THAT_IS.sub("", " ".join([*(part.text for part in label), own]).strip())
    beside_total = not is_total(headers) and any(is_total(table.headers(mate)) for mate in mates)
    yield Evidence(
        "big" if is_big else "row", figure, cell.page, [*words, *cell.words], cell.words, text, header, heading,
        column_year(headers), len(mates) + 1, beside_total, is_first=not between,
    )  # fmt: skip
