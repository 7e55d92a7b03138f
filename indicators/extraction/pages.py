"""A PDF's pages as words that know their page, their characters and their box, and the thin rules drawn around them.

Boxes are (left, top, right, bottom) in points, from the top left corner of the page as it is shown.
"""

import ctypes
import unicodedata
from array import array
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from indicators.extraction.pictures import lacks_text

MAX_PAGES, MAX_CHARACTERS_OF_A_PAGE, MAX_CHARACTERS, MAX_OBJECTS = 500, 60_000, 3_000_000, 6_000
THIN = 3  # points: a shape as thin as this is a rule
BREAK = "\ufffe"  # PDFium's sign for a hyphen at the end of a line
HYPHENS = ("\u00ad", "\u2010", BREAK)
SPACES = {9, 10, 13, 32, 160}
LEVEL = 0.02  # radians: what leans more is an ornament, or the heading of a narrow column


@dataclass(slots=True)
class Word:
    page: int  # from 0
    start: int  # its characters in the page's text
    end: int
    text: str
    box: tuple
    is_bold: bool = False
    spacing: float = 0  # the usual space between the words of its line, as a part of their height

    @property
    def height(self):
        return self.box[3] - self.box[1]

    @property
    def middle(self):
        return (self.box[1] + self.box[3]) / 2

    @property
    def is_cut(self):
        return self.text.endswith(HYPHENS)


@dataclass(slots=True)
class Page:
    index: int
    width: float
    height: float
    text: str = ""
    boxes: array = field(default_factory=lambda: array("f"))  # four figures a character
    words: list = field(default_factory=list)
    across: list = field(default_factory=list)  # level rules: (y, left, right)
    down: list = field(default_factory=list)  # upright rules: (x, top, bottom)
    glyphs: int = 0  # how many characters are drawn
    letters: int = 0  # how many of them are known as letters or digits
    lacks_text: bool = False  # a picture of a page, such as a scan
    is_recognised: bool = False  # its words come from character recognition
    lean: float = 0  # of a scan's lines: how much lower with each point to the right

    def box(self, position):
        return tuple(self.boxes[4 * position : 4 * position + 4])

    def quote(self, start, end):
        """The page's own characters, each run of spaces as one."""
        return " ".join(self.text[start:end].replace("\u200b", "").split())


def read_pages(report):
    """The pages of a report: its path, its bytes, an open document, or its pages when they are read already."""
    if isinstance(report, list):
        return report
    if isinstance(report, pdfium.PdfDocument):
        return pages_of(report)
    return pages_of_closed(report)


def pages_of_closed(path_or_bytes):
    with pdfium.PdfDocument(path_or_bytes) as document:
        yield from pages_of(document)


def pages_of(document):
    left = MAX_CHARACTERS
    for index in range(min(len(document), MAX_PAGES)):
        page = read_page(document, index, min(left, MAX_CHARACTERS_OF_A_PAGE))
        left -= len(page.text)
        yield page


def read_page(document, index, limit):
    source = document[index]
    try:
        page = Page(index, *source.get_size())
        place = placing(source)
        read_characters(page, source, place, limit)
        read_rules(page, source, place)
        page.lacks_text = lacks_text(page, source, place)
        return page
    finally:
        source.close()


def placing(source):
    """How the page's own coordinates become those of the page as it is shown."""
    left, bottom, right, top = source.get_bbox()
    turn = source.get_rotation()

    def place(x0, y0, x1, y1):
        x0, x1, y0, y1 = x0 - left, x1 - left, y0 - bottom, y1 - bottom
        if turn == 90:
            return y0, x0, y1, x1
        if turn == 180:
            return right - left - x1, y0, right - left - x0, y1
        if turn == 270:
            return top - bottom - y1, right - left - x1, top - bottom - y0, right - left - x0
        return x0, top - bottom - y1, x1, top - bottom - y0

    return place


def read_characters(page, source, place, limit):
    text, box, turn = source.get_textpage(), raw.FS_RECTF(), source.get_rotation()
    codes = []
    try:
        for position in range(min(text.count_chars(), limit)):
            code = raw.FPDFText_GetUnicode(text, position)
            raw.FPDFText_GetLooseCharBox(text, position, ctypes.byref(box))
            codes.append(code if code and leaning(text, position, turn) < LEVEL else 32)
            page.boxes.extend(place(box.left, box.bottom, box.right, box.top))
            count(page, code)
        page.text = paired(codes)
        page.words = list(words_of(page))
        for word in page.words:
            word.is_bold = has_bold_font(text, word.start)
    finally:
        text.close()


def count(page, code):
    page.glyphs += code not in SPACES
    page.letters += code < 0x110000 and chr(code).isalnum()


def has_bold_font(text, position):
    name = ctypes.create_string_buffer(80)
    raw.FPDFText_GetFontInfo(text, position, name, len(name), ctypes.byref(ctypes.c_int()))
    return any(sign in name.value for sign in (b"Bold", b"bold", b"Black", b"Heavy"))


def leaning(text, position, turn):
    angle = raw.FPDFText_GetCharAngle(text, position) + turn * 0.0174533  # both are clockwise
    return abs((angle + 3.14159) % 6.28319 - 3.14159)


def paired(codes):
    """One character a code: the two halves of a mathematical letter become the letter, then nothing to see."""
    letters = [chr(code) if code < 0x110000 else " " for code in codes]
    for position, code in enumerate(codes[:-1]):
        if 0xD800 <= code < 0xDC00 <= codes[position + 1] < 0xE000:
            letters[position] = chr(0x10000 + ((code - 0xD800) << 10) + codes[position + 1] - 0xDC00)
            letters[position + 1] = "\u200b"
    return "".join(" " if "\ud800" <= letter < "\ue000" else letter for letter in letters)


def words_of(page):
    start = last = None
    for position, letter in enumerate(page.text):
        if letter.isspace() or letter == "\u200b":
            continue
        if start is not None and not holds_on(page, last, position):
            yield make_word(page, start, last + 1)
            start = position
        start = position if start is None else start
        last = position
    if start is not None:
        yield make_word(page, start, last + 1)


def holds_on(page, last, position):
    """Whether a character belongs to the word before it; what stands above the line, as in m³, does."""
    before, after = page.box(last), page.box(position)
    size = max(before[3] - before[1], after[3] - after[1])
    together = min(before[3], after[3]) - max(before[1], after[1]) > 0.3 * size
    gap = after[0] - before[2]
    spaced = any(letter.isspace() for letter in page.text[last + 1 : position])
    if not together or gap < (-0.5 if spaced else -1.5) * size:  # the letters of a ligature share its box
        return False
    least = min(before[3] - before[1], after[3] - after[1])
    if page.text[last].isdigit() and page.text[position].isalpha() and after[1] - before[1] > 0.25 * size:
        return False  # a big number and its small label
    return gap < (0.06 if spaced else 0.4) * least and page.text[last + 1 : position] != " "


def make_word(page, start, end):
    boxes = [page.box(position) for position in range(start, end) if page.text[position] not in " \r\n\u200b"]
    tallest = max(boxes, key=lambda box: box[3] - box[1])
    box = (min(b[0] for b in boxes), tallest[1], max(b[2] for b in boxes), tallest[3])
    letters = "".join(page.text[start:end].split()).replace("\u200b", "")
    return Word(page.index, start, end, unicodedata.normalize("NFKC", letters), box)


def read_rules(page, source, place):
    shapes = source.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1)
    for _, shape in zip(range(MAX_OBJECTS), shapes, strict=False):
        left, top, right, bottom = place(*shape.get_bounds())
        if bottom - top <= THIN < right - left:
            page.across.append(((top + bottom) / 2, left, right))
        elif right - left <= THIN < bottom - top:
            page.down.append(((left + right) / 2, top, bottom))
        elif is_outline(shape):
            page.across += [(top, left, right), (bottom, left, right)]
            page.down += [(left, top, bottom), (right, top, bottom)]


def is_outline(shape):
    """A frame that is drawn, with four sides; a filled shape is a colour behind the words."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(shape, ctypes.byref(fill), ctypes.byref(stroke))
    return bool(stroke.value) and raw.FPDFPath_CountSegments(shape) in (4, 5)
