from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from indicators.figures import NOT_COUNTED, parse_figure
from lemans_solidaire.network.templatetags.french import figure


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
    ],
)
def test_numbers_as_people_type_them(typed, meant):
    assert parse_figure(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["", "   ", "\u202f"])
def test_nothing_typed_is_no_answer(typed):
    assert parse_figure(typed) is None


@pytest.mark.parametrize("typed", ["non compté", "Non comptée", "pas compté", "nc", "N.C.", "n. c."])
def test_not_counted_may_be_written(typed):
    assert parse_figure(typed) == NOT_COUNTED


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("-3", "négatif"),
        ("− 3", "négatif"),
        ("beaucoup", "pas un nombre"),
        ("12 13", "pas un nombre"),
        ("1,2,3", "pas un nombre"),
        ("1e5", "pas un nombre"),
        ("١٢", "pas un nombre"),
        ("NaN", "pas un nombre"),
        ("=1+1", "pas un nombre"),
        ("1.200", "deux façons"),
        ("1,234", "après la virgule"),
        ("9" * 13, "trop grand"),
    ],
)
def test_what_cannot_be_read_is_explained(typed, says):
    with pytest.raises(ValidationError, match=says):
        parse_figure(typed)


@given(st.text(max_size=60))
def test_any_text_gives_an_answer_or_an_explanation(typed):
    try:
        value = parse_figure(typed)
    except ValidationError:
        return
    assert value is None or value == NOT_COUNTED or value >= 0


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_what_is_shown_can_be_typed_back(value):
    assert parse_figure(figure(value)) == value
