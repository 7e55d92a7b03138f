"""Run by `make bench`: prints one line of docs/performance.md for each measure; asserts nothing about time."""

import resource
import statistics
import time
from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from indicators import actions
from indicators.models import Sheet
from indicators.summary import summarise
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.pdf import render_pdf

STRUCTURES = 300


@pytest.fixture
def network(cast):
    """Three hundred structures whose twelve figures are all reviewed."""
    indicators = list(cast.campaign.indicators.all())
    for number in range(STRUCTURES):
        structure = Structure.objects.create(name=f"Structure n° {number:03}", city="Le Mans", phone="02 43 00 00 00")
        answers = {indicator: Decimal(number * 7 + indicator.position) for indicator in indicators}
        sheet = actions.save_answers(
            campaign=cast.campaign, structure=structure, answers=answers, version=0, by=cast.owner
        )
        sheet = actions.submit_sheet(sheet=sheet, by=cast.owner)
        actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)
    return cast


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
    measure(f"synthèse, {STRUCTURES} fiches relues", lambda: ccas.get("/indicateurs/2025/synthese/"))
    measure("mon espace du CCAS", lambda: ccas.get("/mon-espace/"))
    owner, url = as_user(network.owner), f"/indicateurs/2025/fiche/{network.panier.pk}/"
    measure("ouvrir une fiche", lambda: owner.get(url))
    figures = iter(range(1, 100))

    def save():
        version = Sheet.objects.filter(structure=network.panier).values_list("version", flat=True).first() or 0
        owner.post(url, {"version": version, "passages": next(figures)})

    measure("enregistrer un chiffre", save)


def test_pdf(network):
    summary = summarise(network.campaign, structures=STRUCTURES)
    html = render_to_string("indicators/pdf/summary.html", {"campaign": network.campaign, "summary": summary})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    pdf = render_pdf(html, summary.digest)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size, memory = len(pdf) // 1024, after.ru_maxrss // 1024
    print(
        f"\n| PDF, {STRUCTURES} structures | {wall:.1f} s ({cpu:.1f} s de calcul, {memory} Mo, {size} Ko) | |", end=""
    )
