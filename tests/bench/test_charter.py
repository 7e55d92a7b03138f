"""Run by `make bench`: prints one line of docs/performance.md for each measure; asserts nothing about time."""

import random
import statistics
import time

import pytest

from charter.comparing import compare
from charter.reading import read
from charter.register import broken_acts
from tests.bench.test_pages import measure
from tests.charter.signatures import many
from tests.charter.texts import FIRST, adopted

WORDS, ARTICLES = 10_000, 40
VOCABULARY = [f"{start}{end}" for start in ("par", "sol", "ma", "ren", "con", "vi") for end in ("tage", "son", "tion")]
VOCABULARY += [f"mot{number}" for number in range(1500)] + ["de", "la", "et", "les", "à"] * 150


def charter_of(chance, articles):
    lines = ["# Longue charte", "## 1 – Tout"]
    for number in range(1, articles + 1):
        lines.append(f"### Article {number} : {' '.join(chance.choices(VOCABULARY, k=6))}")
        lines.append(" ".join(chance.choices(VOCABULARY, k=WORDS // articles)))
    return "\n\n".join(lines)


def changed(chance, text, share):
    """With this share of its words replaced."""
    return " ".join(
        chance.choice(VOCABULARY) if word in VOCABULARY and chance.random() < share else word
        for word in text.split(" ")
    )


def median(act, times=7):
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations) * 1000


def differences(before, after):
    return [change.runs for change in compare(before, after)]


@pytest.mark.parametrize("articles", [1, ARTICLES])
@pytest.mark.parametrize("share", [0.02, 0.4, 1])
def test_comparing_long_versions(articles, share):
    chance = random.Random(articles)
    source = charter_of(chance, articles)
    other = changed(chance, source, share)
    before = read(source)
    after = read(other, before)
    reading = median(lambda: read(other, before), 3)
    told = f"comparer deux versions de {WORDS} mots, {articles} article(s), {share:.0%} des mots changés"
    print(f"\n| {told} | {median(lambda: differences(before, after)):.0f} ms | lecture {reading:.0f} ms |", end="")


def test_pages(cast, as_user):
    chance = random.Random(1)
    source = charter_of(chance, ARTICLES)
    adopted(cast.ccas, source)
    adopted(cast.ccas, changed(chance, source, 0.05))
    anyone = as_user(None)
    measure(f"la charte en vigueur, {WORDS} mots", lambda: anyone.get("/charte/"))
    measure(f"ce qui a changé entre deux versions de {WORDS} mots", lambda: anyone.get("/charte/versions/1..2/"))
    adopted(cast.ccas, FIRST)
    measure("la charte en vigueur", lambda: anyone.get("/charte/"))


def test_the_register_of_three_hundred(cast, client):
    """Each has signed five versions of ten thousand words."""
    many(cast.ccas, 300, 5, charter_of(random.Random(1), ARTICLES))
    measure(f"registre, 300 structures, 5 versions de {WORDS} mots", lambda: client.get("/charte/signataires/"))
    measure("le même pour un tableur", lambda: client.get("/charte/signataires.csv"))
    print(f"\n| recalculer les 1 500 sceaux | {median(broken_acts, 3):.0f} ms | |", end="")
