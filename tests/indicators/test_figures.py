from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from indicators.figures import (
    NOT_ASKED,
    NOT_COUNTED,
    WITHOUT_FIGURE,
    Kind,
    Reply,
    counted,
    packed,
    parse_figure,
    plain,
    read_reply,
    unpacked,
)
from lemans_solidaire.network.templatetags.french import figure


def estimated(value):
    return Reply(Kind.ESTIMATED, Decimal(value))


FIGURES = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)
REPLIES = st.one_of(
    st.builds(Reply, st.sampled_from([Kind.COUNTED, Kind.ESTIMATED]), FIGURES, st.text(max_size=30)),
    st.builds(Reply, st.sampled_from(WITHOUT_FIGURE), st.none(), st.text(max_size=30)),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1200", "1200"),
        ("1 200", "1200"),
        ("1\u202f200", "1200"),
        ("1\u00a0200\u00a0000", "1200000"),
        ("1200,5", "1200.5"),
        ("1 187,5", "1187.5"),
        ("1187.5", "1187.5"),
        ("0", "0"),
        (" 007 ", "7"),
        ("12,00", "12"),
        ("999 999 999 999,99", "999999999999.99"),
    ],
)
def test_numbers_as_people_type_them(typed, meant):
    assert parse_figure(typed) == Decimal(meant)
    assert read_reply(typed) == counted(meant)


@pytest.mark.parametrize("typed", ["", "   ", "\u202f"])
@pytest.mark.parametrize("kind", [Kind.COUNTED, Kind.ESTIMATED])
def test_nothing_typed_is_no_answer(typed, kind):
    assert read_reply(typed, kind) is None


@pytest.mark.parametrize("typed", ["non compté", "Non comptée", "pas compté", "NON COMPTÉS", "nc", "N.C.", "n. c."])
def test_not_counted_may_be_written(typed):
    assert read_reply(typed) == NOT_COUNTED


@pytest.mark.parametrize("typed", ["non demandé", "Pas demandée", "nd", "N.D.", "n. d."])
def test_not_asked_may_be_written(typed):
    assert read_reply(typed) == NOT_ASKED


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("environ 600", "600"),
        ("Environ\u202f1\u202f200", "1200"),
        ("~600", "600"),
        ("≈ 600", "600"),
        ("env. 600", "600"),
        ("près de 1 187,5", "1187.5"),
        ("à peu près 600", "600"),
        ("autour de 600", "600"),
        ("approximativement 600", "600"),
    ],
)
def test_about_is_an_estimate(typed, meant):
    assert read_reply(typed) == estimated(meant)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_written_wins_over_the_kind_chosen_beside_it(kind):
    assert read_reply("non compté", kind) == NOT_COUNTED
    if kind not in WITHOUT_FIGURE:
        assert read_reply("environ 600", kind) == estimated(600)


def test_a_kind_chosen_is_enough_without_a_figure():
    assert read_reply("", Kind.NOT_COUNTED) == NOT_COUNTED
    assert read_reply(" ", Kind.NOT_ASKED, "Par discrétion.") == Reply(Kind.NOT_ASKED, None, "Par discrétion.")


def test_a_figure_may_be_said_estimated():
    assert read_reply("600", Kind.ESTIMATED) == estimated(600)


@pytest.mark.parametrize("typed", ["12", "0", "environ 600", "beaucoup"])
@pytest.mark.parametrize("kind", WITHOUT_FIGURE)
def test_a_figure_and_no_figure_together_ask_for_a_choice(typed, kind):
    with pytest.raises(ValidationError, match="gardez l’un des deux") as refusal:
        read_reply(typed, kind)
    assert typed in refusal.value.messages[0]


def test_zero_is_a_figure():
    assert read_reply("0") == counted(0) != NOT_COUNTED


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("-3", "négatif"),
        ("− 3", "négatif"),
        ("beaucoup", "pas un nombre"),
        ("environ beaucoup", "pas un nombre"),
        ("environ", "pas un nombre"),
        ("12 13", "pas un nombre"),
        ("1,2,3", "pas un nombre"),
        ("1e5", "pas un nombre"),
        ("١٢", "pas un nombre"),
        ("NaN", "pas un nombre"),
        ("Infinity", "pas un nombre"),
        ("=1+1", "pas un nombre"),
        ("1.200", "deux façons"),
        ("environ 1.200", "deux façons"),
        ("1,234", "après la virgule"),
        ("9" * 13, "trop grand"),
    ],
)
def test_what_cannot_be_read_is_explained(typed, says):
    with pytest.raises(ValidationError, match=says):
        read_reply(typed)


@given(st.text(max_size=60), st.sampled_from(Kind))
def test_any_text_gives_an_answer_or_an_explanation(typed, kind):
    try:
        reply = read_reply(typed, kind)
    except ValidationError:
        return
    assert reply is None or (reply.value is None) == (reply.kind in WITHOUT_FIGURE)
    assert reply is None or reply.value is None or reply.value >= 0


@given(FIGURES)
def test_what_is_shown_can_be_typed_back(value):
    assert parse_figure(figure(value)) == value


@given(REPLIES)
def test_a_reply_told_in_words_can_be_typed_back(reply):
    assert read_reply(str(reply), word=reply.word) == reply


def test_the_history_tells_the_word_too():
    assert Reply(Kind.ESTIMATED, Decimal(1200), "Cahier perdu.").told == "environ 1\u202f200 (Cahier perdu.)"
    assert NOT_COUNTED.told == "non compté"


@given(st.dictionaries(st.text(max_size=10), REPLIES))
def test_what_a_page_showed_comes_back_as_it_was(replies):
    assert unpacked(packed(replies)) == replies


def test_the_zeros_that_the_database_adds_change_nothing():
    assert plain(Decimal("1187.50")) == plain(Decimal("1187.5")) == "1187.5"
    assert plain(Decimal("1200.00")) == "1200"
    assert counted("5.00") == counted(5)


@pytest.mark.parametrize(
    "forged",
    [
        None,
        3,
        "passages",
        [],
        [["passages", "counted"]],
        {"passages": None},
        {"passages": 3},
        {"passages": []},
        {"passages": ["counted", "5"]},
        {"passages": ["counted", "cinq", ""]},
        {"passages": ["counted", {}, ""]},
        {"passages": ["counted", [1, 2, 3], ""]},
        {"passages": ["inventé", "5", ""]},
        {"passages": [[], "5", ""]},
        {"passages": "abc"},
    ],
)
def test_what_was_forged_was_not_seen(forged):
    assert unpacked(forged) == {}


def test_a_broken_item_does_not_take_the_others_with_it():
    assert unpacked({"passages": 3, "accueils": ["counted", "5", ""]}) == {"accueils": counted(5)}


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_was_not_seen(value):
    assert unpacked({"passages": ["counted", value, ""]}) == {}


@pytest.mark.parametrize("value", ["1e99999", "1e-99999"])
def test_a_number_out_of_all_measure_was_not_seen(value):
    assert unpacked({"passages": ["counted", value, ""]}) == {}
