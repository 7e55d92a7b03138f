"""The whole way: pages, cells, evidence, candidates, proposals."""

from collections import defaultdict

from indicators.extraction import Proposal
from indicators.extraction.breakdowns import EXACT, made_up, parts_of, said_alike
from indicators.extraction.catalogue import read_catalogue
from indicators.extraction.chains import mark_shares, mark_sums
from indicators.extraction.confidence import THRESHOLD, rank
from indicators.extraction.finding import evidence_of
from indicators.extraction.layout import cells_of, without_repeated
from indicators.extraction.matching import candidates
from indicators.extraction.naming import named_by
from indicators.extraction.pages import read_pages
from indicators.extraction.subjects import carry_subjects
from indicators.extraction.years import report_year

OTHERS = 4


def propose(path_or_bytes, catalogue, year=None, before=None, threshold=THRESHOLD):
    pages = list(read_pages(path_or_bytes))
    indicators = read_catalogue(catalogue)
    year = year or report_year([page.text for page in pages])
    evidence = list(evidence_of(without_repeated([cells_of(page) for page in pages]), pages))
    carry_subjects(evidence)
    mark_sums(evidence)
    mark_shares(evidence)
    ranked = ranked_wholes(evidence, indicators, year, before or {})
    found = {code: (first[0][0], first[0][1].value) for code, first in ranked.items() if is_sure(first, threshold)}
    parts = parts_of(evidence, indicators, found, year)
    ranked = without_parts(ranked, parts) | parts
    for code, alike in said_alike(parts, indicators):
        ranked[code] = sorted([alike, *ranked[code]], key=lambda found: -found[0])
    return [
        proposal(first[0], first[1 : 1 + OTHERS], pages)
        for first in (ranked.get(indicator.code) for indicator in indicators)
        if is_sure(first, threshold)
    ]


def ranked_wholes(evidence, indicators, year, before):
    """{code: [(confidence, candidate), the surest first]} of the indicators that are not parts of a breakdown."""
    wholes = [indicator for indicator in indicators if not indicator.part_of]
    by_code = defaultdict(list)
    for one in evidence:
        for candidate in candidates(one, wholes, year):
            by_code[candidate.code].append(candidate)
    for candidate in made_up(evidence, indicators, year):
        by_code[candidate.code].append(candidate)
    return {whole.code: rank(by_code[whole.code], before.get(whole.code)) for whole in wholes}


def without_parts(ranked, parts):
    """What states the part of a breakdown states nothing else, unless it is surer."""
    taken = {id(found[0][1].evidence): 1 if found[0][0] >= EXACT else found[0][1].strength for found in parts.values()}
    return {
        code: [(sure, candidate) for sure, candidate in found if sure > taken.get(id(candidate.evidence), 0)]
        for code, found in ranked.items()
    }


def is_sure(found, threshold):
    return bool(found) and found[0][0] >= threshold


def proposal(first, others, pages):
    confidence, candidate = first
    evidence = candidate.evidence
    words = quoted_words(evidence)
    return Proposal(
        candidate.code, candidate.value, candidate.indicator.unit, evidence.page + 1, quote(words, pages), boxes(words),
        confidence, evidence.kind != "sentence", "approximate" in evidence.figure.marks,
        named_by(candidate), candidate.matched.text,
        [proposal(other, [], pages) for other in others],
    )  # fmt: skip


def quoted_words(evidence):
    """The longest run of the page's text around the value that holds only the evidence's own words."""
    words = sorted(
        {(word.start, word.end): word for word in evidence.words if word.page == evidence.page}.values(),
        key=lambda w: w.start,
    )
    value = evidence.value_words[0].start
    return words, value


def quote(words, pages):
    run = unbroken(*words, pages)
    return pages[run[0].page].quote(run[0].start, run[-1].end)


def boxes(words):
    return [[round(side, 1) for side in word.box] for word in words[0]]


def unbroken(words, value, pages):
    run = []
    for word in words:
        if run and not follows(run[-1], word, pages[word.page]):
            if run[0].start <= value <= run[-1].start:
                return run
            run = []
        run.append(word)
    return run


def follows(before, word, page):
    """Nothing but spaces between two words of the page's text, and no word cut in two."""
    return not before.is_cut and not page.text[before.end : word.start].strip(" \r\n\t\u200b\u00a0\u202f")
