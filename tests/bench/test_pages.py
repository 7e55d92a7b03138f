"""Run by `make bench`: prints one line of docs/performance.md for each measure; asserts nothing about time."""

import statistics
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators import actions
from indicators.contents import Contents
from indicators.figures import counted
from indicators.models import Sheet
from lemans_solidaire.network.models import Structure

STRUCTURES = 300


@pytest.fixture
def network(cast):
    """Three hundred structures that answered the essential and four blocks last year and this one, all reviewed."""
    today = timezone.localdate()
    dates = {"opens_on": today, "due_on": today, "closes_on": today}
    before = actions.open_campaign(year=2024, by=cast.ccas, **dates)
    for number in range(STRUCTURES):
        structure = Structure.objects.create(name=f"Structure n° {number:03}", city="Le Mans", phone="02 43 00 00 00")
        for campaign in (before, cast.campaign):
            add_reviewed(campaign, structure, number, cast)
    return cast


def add_reviewed(campaign, structure, number, cast):
    contents = Contents(Sheet(campaign=campaign, structure=structure))
    blocks = set(list(campaign.blocks.values_list("pk", flat=True))[:4])
    typed = {
        indicator: counted(number * 7 + indicator.position)
        for indicator in contents.asked
        if indicator.breakdown_id is None and (indicator.block_id is None or indicator.block_id in blocks)
    }
    sheet = actions.save_answers(contents=contents, typed=typed, seen={}, by=cast.owner)
    sheet.blocks.set(blocks)
    sheet = actions.submit_sheet(sheet=sheet, by=cast.owner)
    actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)


def measure(label, act, times=7):
    act()
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        durations.append(time.perf_counter() - start)
    with CaptureQueriesContext(connection) as queries:
        act()
    print(f"\n| {label} | {statistics.median(durations) * 1000:.0f} ms | {len(queries)} |", end="")


def test_pages(network, as_user):
    ccas = as_user(network.ccas)
    measure(f"suivi, {STRUCTURES} structures", lambda: ccas.get("/indicateurs/2025/suivi/"))
    measure(f"bibliothèque, {STRUCTURES} fiches partagées", lambda: ccas.get("/indicateurs/2025/rapports/"))
    measure("lire une fiche relue", lambda: ccas.get(Sheet.objects.reviewed().first().get_absolute_url()))
    measure("mon espace du CCAS", lambda: ccas.get("/mon-espace/"))
    owner, url = as_user(network.owner), f"/indicateurs/2025/fiche/{network.panier.pk}/"
    fill(network)
    measure("vue d’ensemble d’une fiche", lambda: owner.get(url))
    measure("la page la plus longue (les personnes accueillies)", lambda: owner.get(f"{url}chiffres/publics/"))
    page, figures = f"{url}chiffres/publics/", iter(range(1, 1000))
    everything = every_field(owner.get(page).context["form"])

    def save(**headers):
        """One figure changes; the browser sends the whole page, with what it had shown."""
        everything["menages"] = str(next(figures))
        answer = owner.post(page, everything, headers=headers)
        everything["seen"] = answer.context["form"]["seen"].value() if headers else ""

    measure("un enregistrement automatique", lambda: save(**{"HX-Request": "true"}))


def fill(network):
    """The Panier's draft, with its year before."""
    contents = Contents(Sheet(campaign=network.campaign, structure=network.panier))
    typed = {i: counted(i.position) for i in contents.asked if i.block_id is None}
    actions.save_answers(contents=contents, typed=typed, seen={}, by=network.owner)
    figures = {(network.panier, 2024, indicator.code): counted(indicator.position) for indicator in contents.asked}
    actions.keep_past_figures(figures=figures, by=network.ccas, source="mesure")


def every_field(form):
    return {field.html_name: field.value() or "" for field in form}
