"""The words that tesseract saw on a page, as if the page had said them.

What it is not sure of is left out, and a figure it is not sure of is blotted: a wrong figure is worse than none.
"""

import re
from array import array
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from indicators.extraction.pages import Word
from indicators.extraction.pictures import is_legible, scale

LEAST, LEAST_OF_SIGNS, LEAST_OF_YEARS, LEAST_OF_FIGURES = 30, 60, 60, 80  # how sure it is, out of 100
BLOT, DOTS = "▯", "..."  # of a table of contents
MISREAD_BULLET = re.compile(r"[+*eo°¢©®·.-]")
TALL, LOW, TAIL = 0.73, 0.53, 0.21  # a letter's height, and what hangs below the line, as parts of the type's size
OVER, UNDER = 0.9, 0.22  # what a word's box has above and below the line
ASCENDS = re.compile(r"[^\W_acegmnopqrsuvwxyzçœæ]|[()%€/&@!?|\[\]]")
DESCENDS = re.compile(r"[gjpqyçQ,;()|\[\]]")
ASIDE = 0.05
SAME_SIZE, SAME_LINE = 0.25, 0.2
LONG = 100  # points: a line that tells how much the page leans
LOOKS_LIKE_A_FIGURE = re.compile(r"[OoIl|SBZz]|(?=.*\d)(?=.*[OoIl|SBZz])[\dOoIl|SBZz.,]+")
FIGURE = re.compile(r"\W*\d")  # not the code P203.3
YEAR = re.compile(r"\W*20[0-4]\d\W*")
CHAPTER, PAGE = re.compile(r"\d{1,2}(?:[.,]|$)|[A-Z]{1,4}[.)]"), re.compile(r"\d{1,3}")
MOST_CHAPTERS = 5  # of a page that is no table of contents
PROSE = 5  # words: a line that is no cell
SAME_ROW = 0.4  # of the type's size
APART = "    "
NEAR = 1.0  # of the type's size: what may be one number


@dataclass(slots=True)
class Seen:
    text: str
    sure: float
    box: list  # left, top, right, bottom in points
    size: float = 0  # of its type, 0 when its letters do not tell
    base: float = 0  # the line it stands on


def put_words(page, told):
    """Adds to a page the words of tesseract's table (TSV)."""
    if not is_legible(page):
        page.text, page.words, page.boxes = "", [], array("f")
    own = [word.box for word in page.words]
    lines = [line for line in map(kept, seen_lines(page, told).values()) if line]
    page.lacks_text, page.lean = not lines, lean_of(lines)
    for line in lines:
        straighten(line, page)
    lines = in_order(lines)
    if lists_chapters(lines):
        blot_all(lines)
    for line, following in pairwise([*lines, []]):
        blot([*line, *following[:1]] if len(line) >= PROSE else line)  # a number may go on below
        add_line(page, [seen for seen in line if not is_said(seen, own)])
    page.is_recognised = len(page.words) > len(own)


def seen_lines(page, told):
    lines, dots = defaultdict(list), scale(page.width, page.height)
    for row in told.splitlines():
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5":
            left, top, width, height, sure = (float(cell) for cell in cells[6:11])
            box = [side / dots for side in (left, top, left + width, top + height)]
            if width > height or len(cells[11]) < 3:  # what is upright is a picture's
                lines[tuple(cells[2:5])].append(Seen(cells[11].strip(), sure, box))
    return lines


def kept(line):
    line = [seen for seen in line if seen.text and (is_word(seen) or seen.sure >= LEAST_OF_SIGNS or DOTS in seen.text)]
    if all(seen.sure < LEAST for seen in line):
        return []
    for seen in line:
        if seen.sure < LEAST and is_word(seen):  # left out, what is around it would close up
            seen.text = BLOT * len(seen.text)
    if len(line) > 1 and MISREAD_BULLET.fullmatch(line[0].text) and line[1].text[0].isupper():
        line[0].text = "•"
    return line


def is_word(seen):
    return any(map(str.isalnum, seen.text))


def lean_of(lines):
    """How much lower each line is with each point to the right; a scan is seldom straight."""
    slopes = [slope for slope in map(slope_of, lines) if slope is not None]
    return median(slopes) if slopes else 0.0


def slope_of(line):
    measure(line)
    first, last = line[0], line[-1]
    across = last.box[0] - first.box[0]
    return (last.base - first.base) / across if across > LONG else None


def measure(line):
    """The size of each word's type and the line it stands on, from the letters that rise above and hang below."""
    for seen in line:
        hangs = bool(DESCENDS.search(seen.text))
        parts = (TALL if ASCENDS.search(seen.text) else LOW) + (TAIL if hangs else 0)
        tells = sum(map(str.isalnum, seen.text)) > 1 or seen.text.isdigit()
        seen.size = (seen.box[3] - seen.box[1]) / parts if tells else 0
        seen.base = seen.box[3] - (TAIL * seen.size if hangs else 0)


def straighten(line, page):
    """Boxes as a PDF's own text has them: as high as the type whatever the letters, on a line that is level."""
    for seen in line:
        seen.base -= page.lean * (seen.box[0] + seen.box[2] - page.width) / 2
    usual = median([seen.size for seen in line if seen.size] or [line[0].box[3] - line[0].box[1]])
    base = median(seen.base for seen in line)
    for seen in line:
        if not seen.size or abs(seen.size - usual) < SAME_SIZE * usual:
            seen.size = usual
        if seen.size == usual or abs(seen.base - base) < SAME_LINE * usual:
            seen.base = base
        seen.box = loose_box(seen)


def loose_box(seen):
    """With the white that belongs to its letters; a 1 has more of it on its sides."""
    left, _, right, _ = seen.box
    before, after = (ASIDE * seen.size * (2 if letter == "1" else 1) for letter in (seen.text[0], seen.text[-1]))
    return [left - before, seen.base - OVER * seen.size, right + after, seen.base + UNDER * seen.size]


def leaning_back(page, box):
    """A box of the straightened page, where it is on the page as it is shown."""
    left, top, right, bottom = box
    lower = page.lean * (left + right - page.width) / 2
    return [left, round(top + lower, 1), right, round(bottom + lower, 1)]


def in_order(lines):
    """Tesseract's order, which knows columns of text; where there are none, row by row, as tables are read."""
    rows = rows_of(lines)
    if any(sum(len(line) >= PROSE for line in row) > 1 for row in rows):
        return lines
    return [line for row in rows for line in sorted(row, key=lambda line: line[0].box[0])]


def rows_of(lines):
    rows = []
    for line in sorted(lines, key=lambda line: line[0].base):
        if rows and line[0].base - rows[-1][0][0].base < SAME_ROW * line[0].size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def lists_chapters(lines):
    """A table of contents, whose dots are seldom seen: numbered lines, and pages in order at the end of some."""
    numbered = sum(bool(CHAPTER.match(line[0].text)) for line in lines)
    pages = [int(line[-1].text) for line in lines if len(line) > 1 and PAGE.fullmatch(line[-1].text)]
    return numbered > MOST_CHAPTERS and 2 * numbered >= len(lines) and pages == sorted(pages)


def blot_all(lines):
    for line in lines:
        for seen in filter(is_figure, line):
            seen.text = re.sub(r"\d", BLOT, seen.text)


def blot(line):
    """Figures next to one another may be one number: one that is in doubt puts them all in doubt."""
    for run in runs_of_figures(line):
        if any(is_doubtful(seen) for seen in run):
            blot_all([run])


def is_doubtful(seen):
    least = LEAST_OF_YEARS if YEAR.fullmatch(seen.text) else LEAST_OF_FIGURES
    return seen.sure < least or bool(LOOKS_LIKE_A_FIGURE.fullmatch(seen.text))


def runs_of_figures(line):
    run = []
    for seen in line:
        if not is_figure(seen) or (run and seen.box[0] - run[-1].box[2] > NEAR * seen.size):
            yield run
            run = []
        if is_figure(seen):
            run.append(seen)
    yield run


def is_figure(seen):
    return bool(FIGURE.match(seen.text) or LOOKS_LIKE_A_FIGURE.fullmatch(seen.text))


def is_said(seen, own):
    """Whether the page's own text has a word there."""
    x, y = (seen.box[0] + seen.box[2]) / 2, (seen.box[1] + seen.box[3]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in own)


def add_line(page, line):
    for seen, following in pairwise([*line, None]):
        start = len(page.text)
        page.text += seen.text + space_after(seen, following)
        page.boxes.extend(seen.box * (len(page.text) - start))
        page.words.append(Word(page.index, start, start + len(seen.text), seen.text, tuple(seen.box)))


def space_after(seen, following):
    """As wide as what stands apart on a page is in its text."""
    if following is None:
        return APART + "\n"
    return APART if following.box[0] - seen.box[2] > NEAR * seen.size else " "
