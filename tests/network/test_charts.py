"""Charts: what they say, what they draw, in every awkward case; and that our Content-Security-Policy lets them be."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from lemans_solidaire.network import charts

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart):
    return ElementTree.fromstring(render_to_string("charts/chart.svg", {"chart": chart, "spoken_whole": False}))


def values(*numbers):
    return [None if number is None else Decimal(number) for number in numbers]


AGES = [("Jeunes", Decimal(5), Decimal(0)), ("Autres", Decimal(95), Decimal(40))]
LONG = "Personnes accueillies qui prennent part aux décisions de la structure et de ses groupes de travail"
CHARTS = {
    "one bar": charts.bars("c", "Un", [("Seule", Decimal(4))]),
    "thirty bars": charts.bars("c", "Trente", [(f"Barre {n}", Decimal(n)) for n in range(30)]),
    "only zeros": charts.bars("c", "Zéros", [("A", Decimal(0)), ("B", Decimal(0))]),
    "long labels": charts.bars("c", "Longs", [(LONG, Decimal(1200000)), ("Court", None)]),
    "groups": charts.grouped_bars("c", "Groupes", ["2024", "2025"], [("A", values(3, None)), (LONG, values(0, 9))]),
    "stacked": charts.stacked_bar("c", "Parts", [("A", Decimal(0)), ("B", Decimal(30)), (LONG, Decimal(1))]),
    "nothing to stack": charts.stacked_bar("c", "Rien", [("A", Decimal(0))]),
    "one year": charts.lines("c", "Un an", [(2025, Decimal(7))]),
    "a missing year": charts.lines("c", "Trou", [(2023, Decimal(7)), (2024, None), (2025, Decimal(9))]),
    "nothing known": charts.lines("c", "Rien", [(2024, None), (2025, None)]),
    "ages": charts.pyramid("c", "Âges", ("Personnes", "Bénévoles"), AGES),
    "no ages": charts.pyramid("c", "Âges", ("P", "B"), [("Jeunes", Decimal(0), Decimal(0))]),
}  # fmt: skip


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_chart_stays_inside_its_frame_and_says_everything(chart):
    picture = drawn(chart)
    assert [child.tag for child in picture[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert picture[0].text == chart.title
    assert picture[1].text
    width, height = map(float, picture.get("viewBox").split()[2:])
    for bar in picture.iter(f"{SVG}rect"):
        if bar.get("class") == "chart-bar":
            x, y, long, tall = (float(bar.get(name)) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + long <= width + 0.1
            assert 0 <= y <= y + tall <= height
    for text in picture.iter(f"{SVG}text"):
        x, long = float(text.get("x")), len(text.text) * charts.LETTER
        left = {"start": x, "middle": x - long / 2, "end": x - long}[text.get("text-anchor")]
        assert left > -charts.LETTER * 2
        assert left + long < width + charts.LETTER * 4
        assert 0 < float(text.get("y")) <= height


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_nothing_in_a_chart_needs_more_than_attributes(chart):
    text = render_to_string("charts/chart.svg", {"chart": chart, "spoken_whole": False})
    assert not re.search(r"style=|<style|<script|href|url\((?!#)", text)
    assert not re.search(r'="\d+,\d', text)  # French decimals are not coordinates


def test_a_zero_an_unknown_and_a_figure_are_three_things():
    picture = drawn(charts.bars("c", "Trois", [("Zéro", Decimal(0)), ("Inconnu", None), ("Dix", Decimal(10))]))
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert words == ["Zéro", "0", "Inconnu", "non connu", "Dix", "10"]
    bars = [float(bar.get("width")) for bar in picture.iter(f"{SVG}rect") if bar.get("class") == "chart-bar"]
    assert len(bars) == 2
    assert bars[0] == 1 < bars[1]


def test_a_missing_year_leaves_a_hole_in_the_line():
    whole = drawn(charts.lines("c", "Trois", [(2023, Decimal(7)), (2024, Decimal(8)), (2025, Decimal(9))]))
    assert len(list(whole.iter(f"{SVG}polyline"))) == 2
    assert not list(drawn(CHARTS["a missing year"]).iter(f"{SVG}polyline"))


def test_lengths_are_in_proportion():
    picture = drawn(charts.bars("c", "Deux", [("A", Decimal(50)), ("B", Decimal(100))]))
    half, whole = [float(bar.get("width")) for bar in picture.iter(f"{SVG}rect") if bar.get("class") == "chart-bar"]
    assert half * 2 == pytest.approx(whole, abs=0.2)


def test_each_part_of_a_whole_has_its_own_pattern():
    picture = drawn(charts.stacked_bar("c", "Parts", [(str(n), Decimal(n + 1)) for n in range(5)]))
    patterns = {pattern.get("id"): ElementTree.tostring(pattern) for pattern in picture.iter(f"{SVG}pattern")}
    assert len(set(patterns.values())) == 5


@pytest.mark.parametrize(
    ("value", "whole", "words"),
    [(1, 3, "33\u00a0%"), (0, 3, "0\u00a0%"), (1, 1000, "<\u00a01\u00a0%"), (0, 0, "0\u00a0%"), (3, 3, "100\u00a0%")],
)
def test_shares_in_words(value, whole, words):
    assert charts.share(Decimal(value), Decimal(whole)) == words
