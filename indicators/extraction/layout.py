"""From words to cells (what stands together on a line, or within rules), and from cells to paragraphs and headings."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median

from indicators.extraction.pages import HYPHENS

WIDEST_SPACE = 1.4
CELL_GAP, DIGITS_GAP = 0.95, 0.42  # of the words' height: what separates cells; what separates two numbers
MOST_RULES = 900  # beyond, it is a drawing
TALLEST_CELL = 0.45  # of the page: a taller frame holds a layout, not a cell
DIGITS = re.compile(r"[\d.,]*\d[\d.,]*")
NUMBERED = re.compile(
    r"(?:[IVX]{1,4}|[A-Z])(?:[.)]\d{0,2})*\s?[.)–—-]\s|\.?\d{1,2}(?:\.\d{1,2})*[.)]\s?(?=[^\W\d])"
    r"|\d{1,2}(?:\.\d{1,2})+\s(?=[A-ZÀ-Ý])|\d{1,2}\s?[/–—-]\s(?=[A-ZÀ-Ý])"
)
LABELLED = re.compile(r":\s?[\d\s.,]+[^:.]{0,25}$")  # « Repas servis : 1 250 »
A_YEAR = re.compile(r"(?:19|20)\d\d(?:[/–-](?:19|20)?\d\d)?")
A_CODE = re.compile(r"[A-Z]{1,3}[. ]?\d{2,4}(?:\.\d+)?[A-Z]?")
BULLET = re.compile(r"[•▪◦●■□➢→✓–—*·o\uf000-\uf0ff-]$")


@dataclass(eq=False)
class Cell:
    page: int
    words: list
    frame: tuple  # what the rules give it, or the box of its words
    is_ruled: bool = False

    @cached_property
    def box(self):
        return around(self.words)

    @cached_property
    def start(self):
        return min(word.start for word in self.words)

    @cached_property
    def text(self):
        return joined(self.words)

    @cached_property
    def height(self):
        return median(word.height for word in self.words)

    @cached_property
    def place(self):
        return self.page, self.start


@dataclass(slots=True)
class Paragraph:
    words: list
    cells: list = field(default_factory=list)
    is_heading: bool = False

    @property
    def place(self):
        return self.cells[0].place

    @property
    def text(self):
        return joined(self.words)


def around(words):
    boxes = [word.box for word in words]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def joined(words):
    """The words as one text: a word cut at the end of a line is whole again."""
    return "".join(piece for _, piece in pieces(words))


def pieces(words):
    """(word, its text and the space after it)"""
    for word, following in pairwise([*words, None]):
        if word.is_cut and (following is None or is_lower(word, following)):
            yield word, word.text.rstrip("".join(HYPHENS))
        else:
            yield word, word.text + (space_between(word, following) if following else "")


def is_lower(word, following):
    return word.page != following.page or following.middle - word.middle > 0.5 * word.height


def space_between(word, following):
    """A space that may stand within a number, or the wider one that never does."""
    if is_lower(word, following):
        return " "
    if word.text.endswith(",") and following.text.isdigit() and word.end - word.start > len(word.text):
        return ""  # 𝟗𝟔, 𝟖 in the letters of formulas
    if not (word.text[-1:].isdigit() and following.text[:1].isdigit()):
        return " "
    gap = following.box[0] - word.box[2]
    limit = max(DIGITS_GAP, 1.2 * word.spacing)
    return "\u2003" if gap > limit * max(word.height, following.height) else " "


def cells_of(page):
    """The cells of a page in the order of its text."""
    for line in lines_of(page.words):
        note_spacing(line)
    framed, free = framed_words(page)
    cells = [Cell(page.index, words, frame, True) for frame, words in framed.items()]
    for line in lines_of(free):
        cells += [Cell(page.index, words, around(words)) for words in apart(line)]
    return sorted(cells, key=lambda cell: cell.start)


def note_spacing(line):
    """A justified line has wide spaces, within its numbers too."""
    gaps = [(b.box[0] - a.box[2]) / a.height for a, b in pairwise(line) if a.height and not a.text[-1:].isdigit()]
    gaps = [gap for gap in gaps if 0 < gap < WIDEST_SPACE]
    spoken = sum(word.text[:1].isalpha() for word in line)
    for word in line:
        word.spacing = median(gaps) if spoken >= 4 and len(gaps) >= 3 else 0


def framed_words(page):
    """{frame: words} for those that have a rule on each side, and the others."""
    across, down = tidy(page.across), tidy(page.down)
    framed, free = defaultdict(list), []
    if len(across) + len(down) > MOST_RULES:
        return {}, page.words
    for word in page.words:
        frame = frame_of(word, across, down)
        fits = frame and frame[3] - frame[1] < TALLEST_CELL * page.height
        (framed[frame] if fits else free).append(word)
    for frame in [frame for frame, words in framed.items() if is_layout(words)]:
        free += framed.pop(frame)
    return {frame: in_lines(words) for frame, words in framed.items()}, free


def tidy(rules):
    return sorted({(round(at), round(start), round(end)) for at, start, end in rules if end - start > 3})


def frame_of(word, across, down):
    x, y = (word.box[0] + word.box[2]) / 2, word.middle
    level = [at for at, left, right in across if left - 2 <= x <= right + 2]
    upright = [at for at, top, bottom in down if top - 2 <= y <= bottom + 2]
    sides = [
        max((at for at in upright if at <= x), default=None),
        max((at for at in level if at <= y), default=None),
        min((at for at in upright if at > x), default=None),
        min((at for at in level if at > y), default=None),
    ]
    return None if None in sides else tuple(sides)


def is_layout(words):
    """A frame whose lines hold columns is a page's layout, not a cell."""
    return any(len(list(apart(line, 2.2))) > 1 for line in lines_of(words))


def in_lines(words):
    return [word for line in lines_of(words) for word in line]


def lines_of(words):
    lines = []
    for word in sorted(words, key=lambda word: word.middle):
        near = lines and abs(lines[-1][0].middle - word.middle) < 0.4 * min(lines[-1][0].height, word.height)
        if near:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box[0]) for line in lines]


def apart(line, widest=CELL_GAP):
    """The words of a line, cut where a gap is too wide for a space."""
    start = 0
    for position, (word, following) in enumerate(pairwise(line), 1):
        numbers = DIGITS.fullmatch(word.text) and DIGITS.match(following.text)
        limit = min(widest, max(DIGITS_GAP, 1.2 * word.spacing)) if numbers else max(widest, 1.7 * word.spacing)
        if word.is_cut or A_YEAR.fullmatch(word.text) and A_YEAR.fullmatch(following.text):
            limit = -1  # two narrow columns: two years above them, or a word that goes on below
        elif numbers and "," in word.text and "," in following.text:
            limit = 0.1
        elif following.start - word.end not in range(-1, 4):
            limit = min(limit, 0.5)  # not beside one another in the page's text: two columns
        if following.box[0] - word.box[2] > limit * max(word.height, following.height):
            yield line[start:position]
            start = position
    yield line[start:]


def without_repeated(pages_of_cells):
    """Leaves out what comes back at the same place on most pages: headers, footers, page numbers, stamps."""
    count = len(pages_of_cells)
    seen = Counter(sign for cells in pages_of_cells for sign in {repeated_sign(cell) for cell in cells})
    repeated = {sign for sign, times in seen.items() if times >= max(3, 0.45 * count)}
    lowest = max((cell.box[3] for cells in pages_of_cells for cell in cells), default=0)
    return [
        [cell for cell in cells if repeated_sign(cell) not in repeated or is_of_a_form(cell, lowest)]
        for cells in pages_of_cells
    ]


def is_of_a_form(cell, lowest):
    """The same table on each page, with other figures: rules or figures, away from the page's ends; a code."""
    _, top, _, bottom = cell.box
    is_inside = 0.12 * lowest < top and bottom < 0.9 * lowest
    return is_inside and (cell.is_ruled or cell.text.isdigit()) or bool(A_CODE.fullmatch(cell.text))


def repeated_sign(cell):
    left, top, _, _ = cell.box
    text = re.sub(r"\d+", "#", cell.text)
    return text, round(top / 4), None if text == "#" else round(left / 12)


def paragraphs_of(cells):
    """Consecutive cells that follow one another downwards, or across a page, as one text."""
    paragraphs = []
    usual = median([word.height for cell in cells for word in cell.words] or [1])
    for cell in cells:
        if paragraphs and follows(paragraphs[-1].cells[-1], cell, paragraphs[-1]):
            paragraphs[-1].cells.append(cell)
            paragraphs[-1].words += cell.words
        else:
            paragraphs.append(Paragraph(list(cell.words), [cell]))
    for paragraph in paragraphs:
        paragraph.is_heading = looks_like_heading(paragraph, usual)
    return paragraphs


def follows(before, cell, paragraph):
    if before.is_ruled or cell.is_ruled or starts_anew(cell):
        return False
    if NUMBERED.match(paragraph.text) and cell.text[:1].isupper() and not before.text.endswith((",", ":")):
        return False  # the text under a numbered heading
    if cell.text[:1].isupper() and (
        ends_short(before, paragraph) or has_room(before, paragraph, cell) or LABELLED.search(before.text)
    ):
        return False
    changes = abs(before.height - cell.height) > 0.2 * before.height or is_bold(before) != is_bold(cell)
    if LABELLED.search(cell.text) and (LABELLED.search(before.text) or changes):
        return False
    if before.page != cell.page:
        return continues_on_next_page(paragraph.text, cell.text)
    if changes:
        return bool(re.match(r"[a-zà-ÿ(,;]", cell.text)) and near(before, cell)
    return near(before, cell)


def ends_short(before, paragraph):
    """The last line stops well before the others did."""
    right = max(other.box[2] for other in paragraph.cells[-3:])
    return before.box[2] < right - 0.25 * (right - before.box[0])


def has_room(before, paragraph, cell):
    """The first word of a line would have stood at the end of the line before: that was the end of a paragraph."""
    left, _, right, _ = cell.words[0].box
    widest = max(other.box[2] for other in [*paragraph.cells[-3:], cell])
    return before.box[2] + (right - left) + 0.6 * before.height < widest


def near(before, cell):
    (left, top, right, bottom), (x0, y0, x1, _) = before.box, cell.box
    if abs(y0 - top) < 0.5 * before.height:
        return 0 <= x0 - right < 1.6 * before.height
    widest = 1.2 if cell.text[:1].islower() else 0.75
    return -0.3 * before.height < y0 - bottom < widest * before.height and min(right, x1) - max(left, x0) > 0


def starts_anew(cell):
    return bool(BULLET.match(cell.words[0].text)) or bool(NUMBERED.match(cell.text + " "))


def continues_on_next_page(text, following):
    return not re.search(r"[.!?:;…]\W*$", text) and bool(re.match(r"[a-zà-ÿ(]", following))


def is_bold(cell):
    return sum(word.is_bold for word in cell.words) > len(cell.words) / 2


def looks_like_heading(paragraph, usual):
    words, text = paragraph.words, paragraph.text
    if len(words) > 32 or not re.search(r"[^\W\d]{3}", text) or re.search(r"[.;,]$", text) or len(paragraph.cells) > 3:
        return False
    if paragraph.cells[0].is_ruled or re.search(r"\d[\d\s]*(?:[%€]|[.]{4})", text):
        return False
    bigger = paragraph.cells[0].height > 1.12 * usual
    return bool(NUMBERED.match(text)) or bigger or all(word.is_bold for word in words) or text.isupper()
