"""What changes between two texts: said clause by clause, then word by word; nothing is lost on the way."""

import random

from hypothesis import given
from hypothesis import strategies as st

from charter.comparing import ADDED, CHANGED, REMOVED, SAME, compare, rising, runs, stretches, told
from charter.reading import read
from charter.templatetags.charter import marked
from tests.charter.texts import FIRST, SECOND

BEFORE = read(FIRST)


def changes(text):
    return {one.clause.key: (one.state, one.is_moved) for one in compare(BEFORE, read(text, BEFORE)) if not one.is_same}


def test_a_word_more():
    assert changes(SECOND) == {"article-1-texte-1": (CHANGED, False)}
    change = next(one for one in compare(BEFORE, read(SECOND, BEFORE)) if not one.is_same)
    assert change.runs == [(SAME, "La porte est ouverte"), (ADDED, " à toute heure"), (SAME, ", sans condition.")]
    assert change.what == "Texte"
    assert change.under == "Article 1\u202f: Accueillir chacun"


def test_added_removed_moved_renumbered():
    assert changes(FIRST.replace("- À montrer son dossier à la personne.\n", "")) == {
        "article-2-engagement-2": (REMOVED, False)
    }
    assert changes(FIRST + "\n### Article 3 : Se voir\n") == {"article-3": (ADDED, False)}
    assert changes(FIRST.replace("Article 2", "Article 5")) == {"article-2": (CHANGED, False)}
    swapped = FIRST.replace("- **L’écoute**\n- **La confiance**", "- **La confiance**\n- **L’écoute**")
    assert list(changes(swapped).values()) == [(SAME, True)]
    assert changes(FIRST) == {}


def test_what_did_not_change_is_together():
    found = stretches(compare(BEFORE, read(SECOND, BEFORE)))
    assert [(one.is_same, len(one.changes)) for one in found] == [(True, 8), (False, 1), (True, 4)]


def test_what_was_removed_first_stands_first():
    text = read(FIRST.replace("## Avant-propos\n\nNous l’écrivons ensemble.\n\n", ""), BEFORE)
    assert [one.state for one in compare(BEFORE, text)][:3] == [REMOVED, REMOVED, SAME]


SOME = st.lists(st.sampled_from(["la", "porte", "ouverte", "à", "tous", ",", "\n", "midi"]), max_size=40).map(" ".join)


@given(SOME, SOME)
def test_both_texts_are_found_again(before, after):
    found = runs(before, after)
    assert "".join(words for state, words in found if state != ADDED) == before
    assert "".join(words for state, words in found if state != REMOVED) == after
    assert all(words for _, words in found)


def test_long_texts_are_found_again_too():
    chance = random.Random(8)
    vocabulary = [f"mot{number}" for number in range(900)] + ["de", "la", "et"] * 200
    before = chance.choices(vocabulary, k=6000)
    after = [chance.choice(vocabulary) if chance.random() < 0.1 else word for word in before]
    found = runs(" ".join(before), " ".join(after))
    assert "".join(words for state, words in found if state != ADDED) == " ".join(before)
    assert "".join(words for state, words in found if state != REMOVED) == " ".join(after)
    same = sum(len(words) for state, words in found if state == SAME)
    assert same > 0.8 * len(" ".join(before))
    assert len(runs("a " * 9000, "b " * 9000)) <= 3  # nothing in common, and no time lost to say it


@given(st.lists(st.integers(0, 40), unique=True, max_size=12))
def test_the_longest_rising_part(numbers):
    best = [numbers[index] for index in rising(numbers)]
    assert best == sorted(best)
    lengths = []
    for place, number in enumerate(numbers):
        lengths.append(1 + max((lengths[i] for i in range(place) if numbers[i] < number), default=0))
    assert len(best) == max(lengths, default=0)


def test_marks_are_words_too_and_text_is_escaped():
    html = marked([(SAME, "<b> "), (REMOVED, "a"), (ADDED, "&")])
    assert html.startswith("&lt;b&gt; <del>")
    assert "[retiré\u202f: " in html
    assert "[ajouté\u202f: </span>&amp;<span" in html
    assert told(None) == ""


def test_another_title_of_the_whole_is_said_first():
    after = read(FIRST.replace("# Charte d’essai", "# Charte entière"), BEFORE)
    first, *others = compare(BEFORE, after)
    assert (first.state, first.what, first.under) == (CHANGED, "Titre de la charte", "")
    assert "entière" in "".join(words for _, words in first.runs)
    assert all(change.is_same for change in others)
    untitled = read(FIRST.replace("# Charte d’essai", ""), BEFORE)
    assert [compare(*pair)[0].state for pair in ((BEFORE, untitled), (untitled, BEFORE))] == [REMOVED, ADDED]
