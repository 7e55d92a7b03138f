"""The whole way: pages, cells, evidence, candidates, proposals."""

from collections import defaultdict

from indicators.extraction import Proposal
from indicators.extraction.catalogue import read_catalogue
from indicators.extraction.confidence import THRESHOLD, rank
from indicators.extraction.evidence import evidence_of
from indicators.extraction.layout import cells_of, without_repeated
from indicators.extraction.matching import candidates
from indicators.extraction.naming import named_by
from indicators.extraction.reading import read_pages
from indicators.extraction.years import report_year

OTHERS = 4


def propose(path_or_bytes, catalogue, year=None, before=None, threshold=THRESHOLD):
    pages = list(read_pages(path_or_bytes))
    indicators = read_catalogue(catalogue)
    year = year or report_year([page.text for page in pages])
    by_code = defaultdict(list)
    for evidence in evidence_of(without_repeated([cells_of(page) for page in pages]), pages):
        for candidate in candidates(evidence, indicators, year):
            by_code[candidate.code].append(candidate)
    ranked = {
        indicator.code: rank(by_code[indicator.code], (before or {}).get(indicator.code)) for indicator in indicators
    }
    return [
        proposal(found[0], found[1 : 1 + OTHERS], pages)
        for code, found in ranked.items()
        if found and found[0][0] >= threshold
    ]


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
