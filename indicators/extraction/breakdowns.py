"""The parts of a breakdown, proposed where their table or their sentence is about a whole that was read.

What tells: figures that follow one another and whose sum is the whole, « dont », or the heading of the table.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations, groupby, product

from indicators.extraction.ages import ages_in
from indicators.extraction.cautions import warning_factor
from indicators.extraction.cells import TOTAL
from indicators.extraction.chains import (
    LINK,
    columns,
    count,
    lists,
    name_in_sentence,
    rows,
    sentence_key,
    sentences,
    totals_of_sentences,
    whole_columns,
)
from indicators.extraction.dating import year_factor
from indicators.extraction.evidence import ASIDE
from indicators.extraction.labels import coverage
from indicators.extraction.matching import Candidate
from indicators.extraction.parts import part_named
from indicators.extraction.values import figures_in
from indicators.extraction.words import PLAIN, stems

EXACT, LINKED, NEAR, TITLED = 0.92, 0.85, 0.75, 0.65  # confidence: the sum, « dont », about the sum, the heading
LEAST_SUM, MOST_SUM = 0.95, 1.005  # of the whole
FARTHEST = 3  # rows around the parts that are named
MOST_ROWS = 60
YOUNG = set(stems("jeunes enfants mineurs adolescents personnes"))
SUPPORTED = 0.95  # strength of a whole that its own parts make up
LEAST_CAUTION = 0.25
NOT_COUNTS = {"range", "signed", "state", "none"}
OTHER_COLUMN = re.compile(r"%|\bpart\b|taux|[ée]volution", re.I)
DONT = re.compile(r"^\W*dont\s", re.I)
OPENING = re.compile(r"\W*(?:parmi (?:eux|elles|ces)|dont)\b", re.I)
ON_THE_WHOLE = re.compile(r"\W*(?:sur l['’]ensemble|au total|en tout|l['’]ensemble)\W*$", re.I)
AMONG = re.compile(r"\b(?:parmi|sur) (?:les|ces|nos)\s*$", re.I)


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
    usable = usable_for(evidence, year) if shared_out else []
    chains = [*columns(usable), *rows(usable), *sentences(usable), *lists(usable)]
    by_code = {}
    for whole in shared_out:
        read = [
            *linked(whole, usable),
            *linked_rows(whole, usable),
            *completed(whole, usable),
            *(part for chain in chains for part in shared(whole, chain)),
        ]
        by_code |= surest(whole, read)
    return by_code


def usable_for(evidence, year):
    return [e for e in evidence if is_count(e) and year_factor(year)(e, None)]


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
    return plain and count(figure) == int(count(figure)) and not OTHER_COLUMN.search(evidence.first_header)


# What confirms a part: (confidence, part, its name in the report, evidence)


def shared(whole, chain):
    """The parts named in a chain of figures whose sum is the whole."""
    runs = [(sharing(whole, [e for _, e in chain], run[0][0], run[-1][0]), run) for run in runs_of_parts(whole, chain)]
    confidence, run = max(runs, key=lambda found: (found[0], len(found[1])), default=(0, []))
    for position, part in run if confidence else ():
        yield confidence, part, *chain[position]


def runs_of_parts(whole, chain):
    """[(position, part)] of parts that follow one another, none said twice."""
    named = [(position, part_named(whole.parts, whole.indicator, name)) for position, (name, _) in enumerate(chain)]
    named = [(position, part) for position, part in named[:MOST_ROWS] if part]
    for start, end in combinations(range(len(named) + 1), 2):
        run = named[start:end]
        if len(run) > 1 and len({part.code for _, part in run}) == len(run):
            yield run


def sharing(whole, chain, first, last):
    if whole.value is None:
        return TITLED if is_titled(whole, chain[first]) else 0
    starts, ends = range(max(0, first - FARTHEST), first + 1), range(last + 1, min(len(chain), last + FARTHEST + 1) + 1)
    sums = [sum(count(e.figure) for e in chain[start:end]) for start, end in product(starts, ends)]
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
            if part and whole.value is not None and is_linked(e, before, whole):
                yield LINKED, part, name, e
        before = sentence


def completed(whole, evidence):
    """« 638 personnes : 411 adultes et 227 mineurs »: a part is sure where the others make up the whole."""
    for total, parts in totals_of_sentences(evidence):
        for name, e in parts if count(total.figure) == whole.value else ():
            if part := part_named(whole.parts, whole.indicator, name):
                yield EXACT, part, name, e


def linked_rows(whole, evidence):
    """Under the row of the whole, « dont mineurs »."""
    for chain in whole_columns(evidence):
        total = None
        for e in chain:
            name = DONT.sub("", e.text)
            part = part_named(whole.parts, whole.indicator, name) if name != e.text else None
            if part and whole.value is not None and total == whole.value:
                yield LINKED, part, name, e
            total = total if name != e.text else count(e.figure)


def is_linked(e, sentence_before, whole):
    value = whole.value
    before = ASIDE.sub(" ", e.text[: e.figure.start])
    if ON_THE_WHOLE.match(before) and is_titled(whole, e):
        return True
    if OPENING.match(before) and len(list(LINK.finditer(before))) < 2:
        return bool(sentence_before) and count(sentence_before[-1].figure) == value
    figures = figures_in(before)
    if links := list(LINK.finditer(before)):
        figures = [figure for figure in figures if figure.end <= links[-1].start()]
        return bool(figures) and count(figures[-1]) == value
    return any(count(figure) == value and AMONG.search(before[: figure.start]) for figure in figures)


def surest(whole, read):
    """{code: [(confidence, candidate), …]}; nothing where the parts are more than the whole."""
    most = whole.value * MOST_SUM if whole.value is not None else float("inf")
    by_code = defaultdict(dict)
    for confidence, part, name, e in sorted(read, key=lambda found: -found[0]):
        if count(e.figure) <= most and warning_factor(e, whole.indicator) > LEAST_CAUTION:
            candidate = Candidate(part, e, count(e.figure), confidence, part.phrases[0], name)
            by_code[part.code].setdefault(count(e.figure), (min(confidence, whole.confidence), candidate))
    ranked = {code: list(found.values()) for code, found in by_code.items()}
    ranked = {code: found for code, found in ranked.items() if not is_tie(found)}
    return ranked if sum(found[0][1].value for found in ranked.values()) <= most else {}


def is_tie(found):
    return len(found) > 1 and found[0][0] == found[1][0]


def said_alike(parts, indicators):
    """The indicators that an age class alone says, as « jeunes de moins de 18 ans » and that part of the persons."""
    widest = max(indicators, key=lambda i: len({part.dimension for part in indicators if part.part_of == i.code}))
    for confidence, candidate in (found[0] for found in parts.values()):
        if candidate.indicator.part_of != widest.code or not (ages := ages_in(candidate.indicator.label)):
            continue
        for other in indicators:
            phrase = next((p for p in other.phrases if ages_in(p.text) == ages and is_only_an_age(p)), None)
            if phrase and not other.part_of:
                yield other.code, (confidence, replace(candidate, indicator=other, matched=phrase))


def is_only_an_age(phrase):
    return all(word in YOUNG or word.startswith("age") for word in phrase.weights)


# A whole that its parts make known


def made_up(evidence, indicators, year):
    """Candidates of the wholes stated by a figure that is the sum of their parts: a table's total, or a sentence's."""
    most_shared = sorted(wholes(indicators, {}), key=lambda whole: -dimensions(whole, indicators))
    usable = usable_for(evidence, year) if most_shared else []
    for total, parts in [*totals_of_columns(usable), *totals_of_sentences(usable)]:
        for whole in most_shared:
            if is_about(whole, total) and any(len(run) == len(parts) for run in runs_of_parts(whole, parts)):
                named = "" if total.kind == "sentence" else total.header
                yield Candidate(
                    whole.indicator, total, count(total.figure), SUPPORTED, whole.indicator.phrases[0], named
                )
                break


def dimensions(whole, indicators):
    return len({i.dimension for i in indicators if i.part_of == whole.indicator.code})


def totals_of_columns(evidence):
    for chain in whole_columns(evidence):
        parts = []
        for e in chain:
            if TOTAL.match(e.text):
                if sum(count(part.figure) for _, part in parts) == count(e.figure):
                    yield e, parts
                parts = []
            else:
                parts.append((e.text, e))


def is_about(whole, total):
    """Its noun or its column says what the whole counts, and nothing else; or its heading names the whole."""
    words = set(total.nouns if total.kind == "sentence" else stems(total.first_header)) - PLAIN
    own = whole.indicator
    return bool(words & own.unit_words) and words <= own.vocabulary or is_titled(whole, total)
