"""The parts of a breakdown, proposed where their table or their sentence is about a whole that was read.

What tells: figures that follow one another and whose sum is the whole, « dont », or the heading of the table.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, product

from indicators.extraction.cautions import ASIDE, warning_factor, year_factor
from indicators.extraction.matching import Candidate, coverage
from indicators.extraction.parts import AGE, part_named
from indicators.extraction.tables import TOTAL
from indicators.extraction.values import figures_in
from indicators.extraction.words import stems

EXACT, LINKED, NEAR, TITLED = 0.92, 0.85, 0.75, 0.65  # confidence: the sum, « dont », about the sum, the heading
LEAST_SUM, MOST_SUM = 0.95, 1.005  # of the whole
FARTHEST = 3  # rows around the parts that are named
ROW_GAP, ALIGNED = 60, 4  # points
LEAST_CAUTION = 0.25
NOT_COUNTS = {"range", "signed", "state", "none"}
OTHER_COLUMN = re.compile(r"%|\bpart\b|taux|[ée]volution", re.I)
LINK = re.compile(r"\b(?:dont|parmi (?:eux|elles|lesquel\w+)|y compris)\b", re.I)
OPENING = re.compile(r"\W*(?:parmi (?:eux|elles|ces)|dont)\b", re.I)
AMONG = re.compile(r"\b(?:parmi|sur) (?:les|ces|nos)\s*$", re.I)
LABEL = re.compile(r"([^.;:,\d]{3,60}?)\s?(?::|\.{3,}|=)\s*$|([^.;:,()]*\d[^.;:,()]{0,40}?)\s?:\s*$")
BEFORE_NAME = re.compile(r"\s?(?:\([^)]*\)\s?)?(?:(?:sont|étaient|ont|avaient)\s)?(?:des\s|d['’]|de\s)?", re.I)
AFTER_NAME = re.compile(r"[,;.():]|(?<!\w)(?:et|ont|sont|contre|dont|soit|pour|parmi)(?!\w)|\d", re.I)


@dataclass
class Whole:
    """An indicator and its parts along one dimension."""

    indicator: object
    parts: list
    value: float | None
    confidence: float


def parts_of(evidence, indicators, found, year):
    """{code of a part: [(confidence, candidate)]}; `found` is {code: (confidence, value)} of what was read."""
    shared_out = list(wholes(indicators, found))
    usable = [e for e in evidence if is_count(e) and year_factor(year)(e, None)] if shared_out else []
    chains = [*columns(usable), *rows(usable), *sentences(usable), *lists(usable)]
    by_code = {}
    for whole in shared_out:
        read = [*linked(whole, usable), *(part for chain in chains for part in shared(whole, chain))]
        by_code |= surest(whole, read)
    return by_code


def wholes(indicators, found):
    """Each indicator that has parts, once for each dimension."""
    by_code, parts = {indicator.code: indicator for indicator in indicators}, defaultdict(list)
    for indicator in indicators:
        if indicator.part_of in by_code:
            parts[indicator.part_of, indicator.dimension].append(indicator)
    for (code, _), siblings in parts.items():
        confidence, value = found.get(code, (1, None))
        yield Whole(by_code[code], siblings, value, confidence)


def is_count(evidence):
    figure = evidence.figure
    plain = not figure.unit and figure.most is None and not figure.marks & NOT_COUNTS
    return plain and figure.value == int(figure.value) and not OTHER_COLUMN.search(evidence.header)


# Chains: [(name, evidence)] of figures that follow one another


def columns(evidence):
    """The rows of a table, from one total to the next."""
    chains = []
    in_rows = sorted((e for e in evidence if e.kind != "sentence"), key=lambda e: (e.page, place(e)[1]))
    for e in in_rows:
        chain = next((chain for chain in reversed(chains[-12:]) if is_under(chain[-1], e)), None)
        if chain is None:
            chains.append([e])
        else:
            chain.append(e)
    for chain in chains:
        for is_total, part in groupby(chain, key=lambda e: bool(TOTAL.match(e.text))):
            if not is_total:
                yield [(e.text, e) for e in part]


def is_under(above, e):
    (x0, _, x1, y1), (x2, y2, x3, _) = place(above), place(e)
    aligned = min(abs(x0 - x2), abs(x1 - x3), abs(x0 + x1 - x2 - x3) / 2) < ALIGNED
    return above.page == e.page and above.heading == e.heading and aligned and 0 < y2 - y1 + 2 < ROW_GAP


def place(e):
    boxes = [word.box for word in e.value_words]
    return min(b[0] for b in boxes), boxes[0][1], max(b[2] for b in boxes), boxes[0][3]


def rows(evidence):
    """The values of a row, each named by its column; or big numbers side by side."""
    in_rows = [e for e in evidence if e.kind != "sentence"]
    in_rows = sorted(in_rows, key=lambda e: (e.page, round(place(e)[3] / 4), place(e)[0]))
    for _, row in groupby(in_rows, key=lambda e: (e.page, round(place(e)[3] / 4))):
        named = [(e.header.split(" / ")[0] if e.kind == "row" else e.text, e) for e in row]
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
    if label := label_before(e):
        return label
    after = e.text[e.figure.end :]
    after = after[BEFORE_NAME.match(after).end() :]
    ages = [match.span() for match in AGE.finditer(after)]
    ends = (m.start() for m in AFTER_NAME.finditer(after) if not any(a <= m.start() < b for a, b in ages))
    return after[: next(ends, len(after))]


# What confirms a part: (confidence, part, its name in the report, evidence)


def shared(whole, chain):
    """The parts named in a chain of figures whose sum is the whole."""
    named = [(position, part_named(whole.parts, whole.indicator, name)) for position, (name, _) in enumerate(chain)]
    named = [(position, part) for position, part in named if part]
    codes = [part.code for _, part in named]
    if len(set(codes)) < 2 or len(set(codes)) < len(codes):
        return
    confidence = sharing(whole, [e for _, e in chain], named[0][0], named[-1][0])
    for position, part in named if confidence else ():
        yield confidence, part, *chain[position]


def sharing(whole, chain, first, last):
    if whole.value is None:
        return TITLED if is_titled(whole, chain[first]) else 0
    starts, ends = range(max(0, first - FARTHEST), first + 1), range(last + 1, min(len(chain), last + FARTHEST + 1) + 1)
    sums = [sum(e.figure.value for e in chain[start:end]) for start, end in product(starts, ends)]
    if whole.value in sums:
        return EXACT
    return NEAR if LEAST_SUM * whole.value <= sums[-1 - sums[::-1].index(max(sums))] <= MOST_SUM * whole.value else 0


def is_titled(whole, e):
    heading = dict.fromkeys(stems(e.heading), 1.0)
    return any(phrase.weights and coverage(phrase, heading) > 0.99 for phrase in whole.indicator.phrases)


def linked(whole, evidence):
    """« 1 187 personnes, dont 412 femmes »; « Parmi elles, 412 femmes » after a sentence that states the whole."""
    before = []
    for _, sentence in groupby((e for e in evidence if e.kind == "sentence"), key=sentence_key):
        sentence = list(sentence)
        for e in sentence:
            name = name_in_sentence(e)
            part = part_named(whole.parts, whole.indicator, name)
            if part and whole.value is not None and is_linked(e, before, whole.value):
                yield LINKED, part, name, e
        before = sentence


def is_linked(e, sentence_before, value):
    before = ASIDE.sub(" ", e.text[: e.figure.start])
    if OPENING.match(before) and len(list(LINK.finditer(before))) < 2:
        return bool(sentence_before) and sentence_before[-1].figure.value == value
    figures = figures_in(before)
    if links := list(LINK.finditer(before)):
        figures = [figure for figure in figures if figure.end <= links[-1].start()]
        return bool(figures) and figures[-1].value == value
    return any(figure.value == value and AMONG.search(before[: figure.start]) for figure in figures)


def surest(whole, read):
    """{code: [(confidence, candidate), …]}; nothing where the parts are more than the whole."""
    most = whole.value * MOST_SUM if whole.value is not None else float("inf")
    by_code = defaultdict(dict)
    for confidence, part, name, e in sorted(read, key=lambda found: -found[0]):
        if e.figure.value <= most and warning_factor(e, whole.indicator) > LEAST_CAUTION:
            candidate = Candidate(part, e, e.figure.value, confidence, part.phrases[0], name)
            by_code[part.code].setdefault(e.figure.value, (min(confidence, whole.confidence), candidate))
    ranked = {code: list(found.values()) for code, found in by_code.items()}
    ranked = {code: found for code, found in ranked.items() if not is_tie(found)}
    return ranked if sum(found[0][1].value for found in ranked.values()) <= most else {}


def is_tie(found):
    return len(found) > 1 and found[0][0] == found[1][0]
