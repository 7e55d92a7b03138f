"""The public register: right on any day, nobody shamed, the same cost for one or many; its spreadsheet."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from charter import actions
from charter.models import Act
from lemans_solidaire.network.models import Structure
from tests.charter.signatures import many
from tests.charter.texts import SECOND, adopted, signed

URL = reverse("charter:register")


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def text_of(response):
    return response.content.decode()


def lines(client, **query):
    return client.get(URL, query).context["lines"]


def on(day, monkeypatch):
    """Acts are made on that day at noon."""
    moment = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))
    monkeypatch.setattr("charter.actions.signing.timezone.now", lambda: moment)


@pytest.fixture
def history(cast, version, monkeypatch):
    """January: the Panier signs; February: the Halte, with a reservation; March: the Panier withdraws an article."""
    now = timezone.now
    on(date(2026, 1, 10), monkeypatch)
    signed(version, cast.panier, cast.owner)
    on(date(2026, 2, 10), monkeypatch)
    signed(version, cast.halte, cast.stranger, article_1="Sauf l’été.")
    on(date(2026, 3, 10), monkeypatch)
    told = {"version": version, "structure": cast.panier, "signer": ("O", "p"), "by": cast.owner}
    actions.withdraw(keys=["article-1"], **told)
    monkeypatch.setattr("charter.actions.signing.timezone.now", now)
    return version


def names(client, **query):
    return [line["name"] for line in lines(client, **query)]


def test_as_of_any_day(cast, client, history):
    panier, halte = "Le Panier d’essai", "La Halte d’essai"
    assert names(client, le="2026-01-09") == []
    assert names(client, le="2026-01-10") == [panier]
    assert names(client, le="2026-02-10") == [halte, panier]
    whole = {day: lines(client, le=day)[-1]["is_whole"] for day in ("2026-03-09", "2026-03-10")}
    assert whole == {"2026-03-09": True, "2026-03-10": False}


@pytest.mark.parametrize("day", ["hier", "2999-01-01", "2026-02-30"])
def test_a_day_that_is_none(cast, client, history, day):
    page = client.get(URL, {"le": day})
    assert "n’est pas un jour passé" in text_of(page)
    assert len(page.context["lines"]) == 2


def test_reservations_are_shown_as_written(cast, client, version):
    signed(version, cast.panier, cast.owner, article_1="Sauf <b>l’été</b>\net la nuit.")
    assert "Sauf &lt;b&gt;l’été&lt;/b&gt;<br>et la nuit." in text_of(client.get(URL))


def test_by_kind_and_by_name(cast, client, history):
    Structure.objects.filter(pk=cast.halte.pk).update(kind="ccas")  # as they were when they signed
    assert names(client, nature="ccas") == []
    assert names(client, nature="association", q="PANIER") == ["Le Panier d’essai"]
    assert names(client, nature="autre chose", q="hâlte") == ["La Halte d’essai"]
    assert "Aucun signataire ne correspond" in text_of(client.get(URL, {"q": "nulle part"}))


def test_names_are_as_they_were(cast, client, history):
    Structure.objects.filter(pk=cast.panier.pk).update(name="Un autre nom")
    assert "Un autre nom" not in text_of(client.get(URL))


def test_nobody_is_shamed(cast, client, history):
    Structure.objects.create(name="Une structure sans signature")
    adopted(cast.ccas, SECOND)
    act = Act.objects.first()
    for url in (URL, reverse("charter:register_csv"), reverse("charter:verification", args=[act.code])):
        page = text_of(client.get(url))
        assert "Une structure sans signature" not in page
        for words in ("retard", "manqu", "pas signé", "n’a pas", "Odile", "présidente", "conseil d’administration"):
            assert words not in page, (url, words)


def test_what_was_withdrawn_whole_leaves_the_register(cast, client, history):
    actions.withdraw_all(structure=cast.panier, signer=("O", "p"), by=cast.owner)
    assert names(client) == ["La Halte d’essai"]
    assert len(names(client, le="2026-03-01")) == 2


def test_the_spreadsheet(cast, client, version):
    Structure.objects.filter(pk=cast.panier.pk).update(name="=1+1")
    cast.panier.refresh_from_db()
    signed(version, cast.panier, cast.owner, article_1='=HYPERLINK("x"); "y"\n+2', article_2=" @somme")
    response = client.get(reverse("charter:register_csv"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "structure"
    assert len(rows) == 4
    assert all(row[0] == "'=1+1" for row in rows[1:])
    assert [row[5] for row in rows[1:]] == ["", '\'=HYPERLINK("x"); "y"\n+2', "' @somme"]


def test_the_spreadsheet_of_a_past_day(cast, client, history):
    response = client.get(reverse("charter:register_csv"), {"le": "2026-01-20"})
    assert "signataires-2026-01-20.csv" in response.headers["Content-Disposition"]
    assert "La Halte" not in text_of(response)


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def test_one_three_or_three_hundred_cost_the_same(cast, client, version):
    signed(version, cast.panier, cast.owner)
    one = queries(client, URL), queries(client, reverse("charter:register_csv"))
    signed(version, cast.halte, cast.stranger)
    signed(version, Structure.objects.create(name="La Marmite d’essai"), cast.owner)
    assert (queries(client, URL), queries(client, reverse("charter:register_csv"))) == one
    many(cast.ccas, 300, 5)
    begun = timezone.now()
    assert (queries(client, URL), queries(client, reverse("charter:register_csv"))) == one
    assert timezone.now() - begun < timedelta(seconds=8)
    assert max(one) <= 10
    assert len(lines(client)) == 303
