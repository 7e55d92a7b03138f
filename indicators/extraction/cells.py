"""What one cell says, and how two of them stand to each other."""

import re
from itertools import pairwise

from indicators.extraction.ages import AGE
from indicators.extraction.layout import NUMBERED
from indicators.extraction.values import ANSWERS, Figure, figures_in
from indicators.extraction.years import years_in

TOTAL = re.compile(
    r"^\W*(?:total|ensemble|totaux|cumul|(?:indice|valeur|note|score|r[ée]sultat) (?:global|total|final)e?)\b"
    r"|^\W*(?:valeur|r[ée]sultat)s?(?: (?:de l['’](?:indicateur|exercice|ann[ée]e)|annuelle?))*\W*$"
    r"(?! (?:parties? )?[A-D]\b)|^.{0,25}pond[ée]r[ée]e? par",
    re.I,
)
SUBTOTAL = re.compile(r"\bsous[- ]total\W*(?:[A-D]\b.*)?$|\btotal (?:parties? )?[A-D]\b", re.I)
BEFORE_A_VALUE = re.compile(r"[\W_]*(?:environ|env|près de|plus de|moins de|soit|dont|total|une?)?[\W_]*", re.I)
NUMBERING = re.compile(r"\W*\d{1,2}(?:\.\d{1,2})*\.?[.)]\W*")
REST = re.compile(r"[\s*()≈~:€%.,/+-]+")
PER_MANY = re.compile(r"\s?(?:u|nb|nbre|unités?)?\s?/\s?1\s?0{2,3}\s?\w*\.?$", re.I)  # 0,11 u/1000 habitants
EDGE = 4  # points between two edges that are aligned
BIG = 1.3  # times the height of the words it goes with


def is_note(below, above, cell):
    """What stands under a number is smaller or farther than what stands over it."""
    farther = (below.box[1] - cell.box[3]) - (cell.box[1] - above.box[3])
    return farther > 3 or farther > -3 and below.height < 0.88 * above.height


def boundary(words, left, right):
    """Where two headings part: at the edge of a column, or at the widest gap."""
    pairs = list(enumerate(pairwise(words), 1))
    edges = [at for at, (a, b) in pairs if abs(a.box[2] - left.box[2]) < EDGE or abs(b.box[0] - right.box[0]) < EDGE]
    return edges[0] if edges else max(pairs, key=lambda pair: pair[1][1].box[0] - pair[1][0].box[2])[0]


def value_of(cell):
    """The figure of a cell that holds nothing else but its unit, a note or one or two words."""
    text = cell.text
    answer = ANSWERS.get(text.strip(" .*").lower().replace("-", " "))
    if answer is not None:
        return Figure(0, len(text), 100.0 if answer else 0.0, marks={"state"})
    if NUMBERING.fullmatch(text) or AGE.fullmatch(text.strip(" .:")) or text.count("(") != text.count(")"):
        return None
    text = PER_MANY.sub("", text)
    figures = figures_in(text) if len(cell.words) <= 7 else []
    if len(figures) != 1:
        return None
    if NUMBERED.match(text) or not BEFORE_A_VALUE.fullmatch(text[: figures[0].start]):
        return None
    rest = REST.sub(" ", text[: figures[0].start] + text[figures[0].end :]).split()
    rest = [word for word in rest if not re.fullmatch(r"\d", word)]
    return figures[0] if len(rest) <= 3 and sum(map(len, rest)) <= 22 and text[:1] not in "<>≥≤×∗=" else None


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
    numbers = sum(any(map(str.isdigit, word.text)) for word in cell.words)
    return not cell.is_ruled and len(cell.words) > 11 and numbers < len(cell.words) / 3


def is_heading_like(cell):
    """Words or a year: what may stand at the top of a column."""
    return bool(re.search(r"[^\W\d_]{3}|[%€]|\bN\b", cell.text)) or any(True for _ in years_in(cell.text))


def is_total(headers):
    return bool(headers) and bool(TOTAL.match(headers[0].text))


def nearest_of_each_line(headers, cell):
    """Of two headings on one line, the one that covers the column the most."""
    kept = []
    for header in headers:
        beside = next(
            (i for i, other in enumerate(kept) if on_a_row(header, other) and not shares_column(header, other, 0)), None
        )
        if beside is None:
            kept.append(header)
        elif off_centre(header, cell) < off_centre(kept[beside], cell):
            kept[beside] = header
    return kept


def off_centre(header, cell):
    """How far a heading is from a column: from its right side, its left side or its middle, whichever is nearest."""
    (x0, _, x1, _), (x2, _, x3, _) = header.frame, cell.frame
    return min(abs(x0 - x2), abs(x1 - x3), abs(x0 + x1 - x2 - x3) / 2)


def column_year(headers):
    for header in headers:
        years = [year for year, _, _ in years_in(header.text)]
        if years:
            return years[-1]
    return None
