"""Chains of figures that follow one another: the rows of a column, the values of a row, a sentence's, a list's.

A chain is [(name, evidence)], each figure with the words that name it there.
"""

import re
from itertools import groupby

from indicators.extraction.ages import AGE
from indicators.extraction.cells import TOTAL
from indicators.extraction.words import stem

ROW_GAP, ALIGNED = 60, 4  # points
LINK = re.compile(r"\b(?:dont|parmi (?:eux|elles|lesquel\w+)|y compris)\b", re.I)
LABEL = re.compile(r"([^.;:,\d]{3,60}?)\s?(?::|\.{3,}|=)\s*$|([^.;:,()]*\d[^.;:,()]{0,40}?)\s?:\s*$")
BEFORE_NAME = re.compile(r"\s?(?:\([^)]*\)\s?)?(?:(?:sont|étaient|ont|avaient)\s)?(?:des\s|d['’]|de\s)?", re.I)
AFTER_NAME = re.compile(r"[,;.():]|(?<!\w)(?:et|ont|sont|contre|dont|soit|pour|parmi)(?!\w)|\d", re.I)


def count(figure):
    """« 1.268 » is a thousand and more."""
    return round(figure.value * 1000) if "dotted" in figure.marks else figure.value


def columns(evidence):
    """The rows of a table, from one total to the next."""
    for chain in whole_columns(evidence):
        for is_total, part in groupby(chain, key=lambda e: bool(TOTAL.match(e.text))):
            if not is_total:
                yield [(e.text, e) for e in part]


def whole_columns(evidence):
    chains = []
    in_rows = sorted((e for e in evidence if e.kind != "sentence"), key=lambda e: (e.page, place(e)[1]))
    for e in in_rows:
        chain = next((chain for chain in reversed(chains[-12:]) if is_under(chain[-1], e)), None)
        if chain is None:
            chains.append([e])
        else:
            chain.append(e)
    return chains


def mark_sums(evidence):
    """A row that is the sum of those above it is their total, whatever its name."""
    for chain in whole_columns(evidence):
        above, rows_above = 0, 0
        for e in chain:
            e.is_sum = rows_above > 1 and above > 0 and count(e.figure) == above
            above, rows_above = (0, 0) if e.is_total else (above + count(e.figure), rows_above + 1)


def mark_shares(evidence):
    """« 27 départs en formation : 18 bénévoles, 9 salariés »"""
    for total, parts in totals_of_sentences(evidence):
        for _, e in parts if total.nouns[:1] != [stem("personnes")] else ():
            e.is_share = True


def totals_of_sentences(evidence):
    """(a figure, those that follow) where it is their sum: « 1 377 personnes (789 femmes et 588 hommes) »"""
    for sentence in sentences(evidence):
        for position, (_, total) in enumerate(sentence):
            is_result = position > 1 and total.text[: total.figure.start].rstrip().endswith("=")
            parts = sentence[:position] if is_result else sentence[position + 1 :]
            if len(parts) > 1 and sum(count(e.figure) for _, e in parts) == count(total.figure):
                yield total, parts


def is_under(above, e):
    (x0, _, x1, y1), (x2, y2, x3, _) = place(above), place(e)
    aligned = min(abs(x0 - x2), abs(x1 - x3), abs(x0 + x1 - x2 - x3) / 2) < ALIGNED or are_bars(above, e)
    return above.page == e.page and above.heading == e.heading and aligned and 0 < y2 - y1 + 2 < ROW_GAP


def are_bars(above, e):
    """The labels are aligned, and the values stand where the bars of a chart end."""
    both = [one for one in (above, e) if one.kind == "row" and one.is_first and one.text]
    lefts = [min(word.box[0] for word in one.words) for one in both]
    return len(both) == 2 and abs(lefts[0] - lefts[1]) < ALIGNED and not (above.header or e.header)


def place(e):
    boxes = [word.box for word in e.value_words]
    return min(b[0] for b in boxes), boxes[0][1], max(b[2] for b in boxes), boxes[0][3]


def rows(evidence):
    """The values of a row, each named by its column; or big numbers side by side."""
    in_rows = [e for e in evidence if e.kind != "sentence"]
    in_rows = sorted(in_rows, key=lambda e: (e.page, round(place(e)[3] / 4), place(e)[0]))
    for _, row in groupby(in_rows, key=lambda e: (e.page, round(place(e)[3] / 4))):
        named = [(e.first_header if e.kind == "row" else e.text, e) for e in row]
        yield [(name, e) for name, e in named if not TOTAL.match(name)]


def sentences(evidence):
    """The figures of a sentence, each named by what follows it or by its label."""
    for _, sentence in groupby((e for e in evidence if e.kind == "sentence"), key=sentence_key):
        yield [(name_in_sentence(e), e) for e in sentence]


def sentence_key(e):
    return e.page, e.words[0].start, e.words[-1].end


def lists(evidence):
    """« Femmes : 412 », « Hommes : 775 », each on its line."""
    firsts = [next(group) for _, group in groupby((e for e in evidence if e.kind == "sentence"), key=sentence_key)]
    labelled = [(name, e) for e in firsts if (name := label_before(e))]
    for _, items in groupby(labelled, key=lambda item: (item[1].page, item[1].heading)):
        yield list(items)


def label_before(e):
    match = LABEL.search(e.text[: e.figure.start])
    return LINK.sub("", match[1] or match[2]) if match else ""


def name_in_sentence(e):
    """What follows a figure, or its label: « 310 hommes », « Hommes : 310 »."""
    return name_after(e) or label_before(e)


def name_after(e):
    after = e.text[e.figure.end :]
    after = after[BEFORE_NAME.match(after).end() :]
    ages = [match.span() for match in AGE.finditer(after)]
    ends = (m.start() for m in AFTER_NAME.finditer(after) if not any(a <= m.start() < b for a, b in ages))
    return after[: next(ends, len(after))].strip()
