"""The sentences of a paragraph, and the figures they state."""

import re
from dataclasses import replace

from indicators.extraction.evidence import Evidence
from indicators.extraction.layout import NUMBERED, pieces
from indicators.extraction.values import LEFT_OUT, NONE, STATES, Figure, figures_in

ABBREVIATION = re.compile(r"(?:\b(?:art|cf|p|n|M|Mme|env|etc|R|L|D|St|av|bd|tél|max|min|hab|H\.T|T\.T\.C|[A-Z]))\.$")
WINDOW = 400  # characters kept on each side of a figure
MOST_FIGURES = 60  # of one sentence, beyond which it is a list of numbers


def sentences_of(paragraph, heading):
    for words in sentence_words(paragraph):
        spans, text = [], ""
        for word, piece in pieces(words):
            spans.append((len(text), len(text) + len(piece), word))
            text += piece
        number = NUMBERED.match(text)
        figures = [*figures_in(text), *states_in(text), *nothing_in(text)]
        figures = [figure for figure in figures if not number or figure.start >= number.end()]
        figures = figures if re.search(r"[^\W\d]{3}|=", text) else []
        for figure in figures[:MOST_FIGURES]:
            yield sentence_evidence(figure, figures, spans, text, heading)


def sentence_evidence(figure, figures, spans, text, heading):
    """The sentence, or what stands around the figure when it is very long."""
    start, end = max(0, figure.start - WINDOW), figure.end + WINDOW
    words = [word for first, last, word in spans if start < last and first < end]
    inside = [word for first, last, word in spans if first < figure.end and figure.start < last]
    moved = replace(figure, start=figure.start - start, end=figure.end - start)
    return Evidence("sentence", moved, inside[0].page, words, inside, text[start:end], "", heading, None, len(figures))


def sentence_words(paragraph):
    """The paragraph's words, sentence by sentence."""
    sentence = []
    for word, following in zip(paragraph.words, [*paragraph.words[1:], None], strict=True):
        sentence.append(word)
        if following is None or (len(sentence) > 2 and ends(word.text, following.text)):
            yield sentence
            sentence = []


def ends(text, following):
    stops = (
        not text.endswith("..") and text.endswith((".", "!", "?", ";", "!»", ".»")) and not ABBREVIATION.search(text)
    )
    return (stops and bool(re.match(r"[A-ZÀ-ÝŒ•«\"\d(]", following))) or bool(
        re.match(r"[•▪➢→✓■\uf000-\uf0ff]", following)
    )


def states_in(text):
    for match in STATES.finditer(text):
        yield Figure(match.start(), match.end(), 0.0 if match["no"] else 100.0, marks={"state"})


def nothing_in(text):
    for match in NONE.finditer(text):
        if LEFT_OUT.search(text, 0, match.start()):
            continue
        yield Figure(match.start(), match.start() + len(match[0].rstrip()), 0.0, marks={"none"})
