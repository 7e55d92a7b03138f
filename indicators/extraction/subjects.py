"""What a figure speaks of where its own words do not say it: « Ils déclarent », « dont chauds »."""

import re
from itertools import groupby

ANAPHORA = re.compile(r"\W*(?:ils|elles|leurs?|ceux-ci|celles-ci)(?!\w)", re.I)
DONT = re.compile(r"\W*dont\s", re.I)


def carry_subjects(evidence):
    carry_pronouns(evidence)
    carry_dont(evidence)


def counted_by(e):
    return " ".join(e.text[e.figure.end :].split()[:2]) if e.nouns else ""


def carry_dont(evidence):
    """« dont chauds » beside « Repas servis »"""
    before = None
    for e in (e for e in evidence if e.kind != "sentence"):
        if DONT.match(e.text) and before and e.page == before.page:
            e.heading = f"{e.heading} / {before.text}"
        elif re.match(r"\W*[^\W\d_]{4}", e.text):
            before = e


def carry_pronouns(evidence):
    """« Ils déclarent 4 870 heures »: those that the sentence before counts."""
    counted = ""
    for _, sentence in groupby((e for e in evidence if e.kind == "sentence"), key=lambda e: (e.page, e.text)):
        sentence = list(sentence)
        if ANAPHORA.match(sentence[0].text):
            for e in sentence:
                e.heading = f"{e.heading} / {counted}"
        else:
            counted = counted_by(sentence[0]) or counted
