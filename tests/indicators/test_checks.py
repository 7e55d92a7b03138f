"""What surprises is asked about, by a sentence beside the figure, and never refused."""

from decimal import Decimal

import pytest

from indicators.before import Before
from indicators.checks import remarks, unexplained
from indicators.figures import NOT_ASKED, NOT_COUNTED, Kind, Reply, counted
from indicators.models import Breakdown, Indicator

PEOPLE = Indicator(pk=1, code="personnes", low=5, high=20000)
BY_AGE = Breakdown(pk=1, indicator=PEOPLE, dimension="age")
BY_SEX = Breakdown(pk=2, indicator=PEOPLE, dimension="sex")
YOUNG = Indicator(pk=2, code="jeunes", breakdown=BY_AGE)
OLD = Indicator(pk=3, code="aines", breakdown=BY_AGE)
WOMEN = Indicator(pk=4, code="femmes", breakdown=BY_SEX)
ASKED = [PEOPLE, YOUNG, OLD, WOMEN]


def about(text, word=""):
    return Reply(Kind.ESTIMATED, Decimal(text), word)


def remarks_on(previous=None, **replies):
    replies = {code: counted(reply) if isinstance(reply, (int, str)) else reply for code, reply in replies.items()}
    before = {} if previous is None else {"personnes": Before(previous, is_taken_over=False)}
    return remarks(ASKED, replies, before)


@pytest.mark.parametrize("value", [5, 6, 19999, 20000])
def test_an_ordinary_figure_surprises_nobody(value):
    assert remarks_on(personnes=value) == {}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (4, "C’est rare en dessous de 5."),
        (0, "C’est rare en dessous de 5."),
        (20001, "C’est rare au-dessus de 20\u202f000."),
    ],
)
def test_a_figure_out_of_its_usual_bounds_is_asked_about(value, says):
    assert remarks_on(personnes=value) == {"personnes": [says]}


def test_bounds_that_nobody_gave_surprise_nobody():
    assert remarks([Indicator(pk=9, code="x")], {"x": counted(10**9)}, {}) == {}


@pytest.mark.parametrize("value", [50, 51, 100, 149, 150])
def test_up_to_half_more_or_less_than_last_year_is_ordinary(value):
    assert remarks_on(counted(100), personnes=value) == {}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("150.01", "Bien plus que l’an dernier (100)."),
        ("49.99", "Moins de la moitié de l’an dernier (100)."),
    ],
)
def test_a_large_change_is_asked_about(value, says):
    assert remarks_on(counted(100), personnes=value) == {"personnes": [says]}


def test_an_estimate_is_compared_too():
    assert "personnes" in remarks_on(about(100), personnes=about(200))


@pytest.mark.parametrize("previous", [None, counted(0), NOT_COUNTED, NOT_ASKED])
def test_without_a_figure_last_year_there_is_no_change(previous):
    assert remarks_on(previous, personnes=1000) == {}


@pytest.mark.parametrize("reply", [NOT_COUNTED, NOT_ASKED])
def test_no_figure_this_year_is_no_surprise(reply):
    assert remarks_on(counted(100), personnes=reply) == {}
    assert remarks_on(counted(100)) == {}


def test_two_surprises_on_one_figure_are_both_said():
    assert len(remarks_on(counted(100), personnes=1)["personnes"]) == 2


def test_parts_above_their_total_are_asked_about_on_the_total():
    assert remarks_on(personnes=100, jeunes=60, aines=41) == {
        "personnes": ["Par âge, vous en comptez 101, plus que les 100 du total."]
    }


def test_parts_that_make_the_total_or_less_are_ordinary():
    assert remarks_on(personnes=100, jeunes=60, aines=40) == {}
    assert remarks_on(personnes=100, jeunes=60) == {}


def test_each_way_of_sharing_out_is_added_up_apart():
    assert remarks_on(personnes=100, jeunes=60, femmes=60) == {}


def test_parts_without_a_total_or_without_a_figure_are_not_compared():
    assert remarks_on(jeunes=60) == {}
    assert remarks_on(personnes=NOT_COUNTED, jeunes=60) == {}
    assert remarks_on(personnes=100, jeunes=60, aines=NOT_ASKED) == {}


def test_a_word_explains_a_figure_and_keeps_the_sentence():
    replies = {"personnes": about(1, word="Le local a brûlé.")}
    assert "personnes" in remarks(ASKED, replies, {})
    assert unexplained(ASKED, replies, {}) == 0
    assert unexplained(ASKED, {"personnes": counted(1)}, {}) == 1


def test_the_word_of_the_whole_explains_its_parts():
    replies = {"personnes": about(100, word="Un nouveau local."), "jeunes": counted(60)}
    assert unexplained(ASKED, replies, {"jeunes": Before(counted(10), is_taken_over=False)}) == 0
