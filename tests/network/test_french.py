from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lemans_solidaire.network.templatetags.french import answer, clock, day_and_clock, figure


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1187.50"), "1 187,5"),
        (Decimal("1200000.00"), "1 200 000"),
        (Decimal("0.00"), "0"),
        (Decimal("0.05"), "0,05"),
        (12, "12"),
        (None, ""),
    ],
)
def test_figures(value, shown):
    assert figure(value) == shown.replace(" ", "\u202f")


def test_moments_are_told_in_paris_time():
    moment = datetime(2026, 11, 3, 18, 42, tzinfo=UTC)
    assert clock(moment) == "19\u202fh\u202f42"
    assert day_and_clock(moment) == "3 novembre 2026 à 19\u202fh\u202f42"


def test_an_answer_in_words():
    assert [answer(Decimal(0)), answer("non compté"), answer(None)] == ["0", "non compté", "sans réponse"]
