"""The report's own words that name a value, without its figure."""

import re

from indicators.extraction.words import placed_stems

LONGEST = 80


def named_by(candidate):
    evidence = candidate.evidence
    if candidate.named:
        return shortened(candidate.named)
    if evidence.kind == "sentence":
        return shortened(in_sentence(candidate))
    is_said = re.search(r"[^\W\d_]{3}", evidence.text)
    return shortened(evidence.text if is_said else evidence.first_header)


def in_sentence(candidate):
    """From the first to the last of the words that matched, around the figure and the nouns that follow it."""
    text, figure = candidate.evidence.text, candidate.evidence.figure
    places = [place for place in near_places(candidate) if abs(place[0] - figure.start) < LONGEST]
    start = min([figure.start, *(start for start, _ in places)])
    end = max([figure.end, *(end for _, end in places)])
    return f"{text[start : figure.start].strip()} {text[figure.end : end].strip()}"


def near_places(candidate):
    evidence, words = candidate.evidence, candidate.matched.weights
    after = evidence.nouns
    for stem, start, end in placed_stems(evidence.text):
        follows = stem in after and start >= evidence.figure.end
        if follows or any(stem.startswith(word) or word.startswith(stem) for word in words):
            yield start, end


def shortened(text):
    text = " ".join(text.split()).strip(" :;,.-–—•")
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0]
