"""The yearly summary at full size: snapshot, PDF, published page. Run by `make bench`."""

import resource
import time
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from indicators import actions
from indicators.models import Answer, Edition, Sheet
from indicators.summary import Reading, as_text, digest_of, gather, snapshots
from indicators.summary.files import as_csv, workbook
from indicators.summary.making import files_of
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.pdf import Attachment, render_pdf
from tests.bench.test_pages import measure

INDICATORS = 40
DAY = date(2026, 3, 1)


@pytest.fixture(params=[32, 300])
def size(request):
    return request.param


@pytest.fixture
def year(cast, size):
    """The campaign of the cast, and two before: as many structures, forty indicators, ages, difficulties, missions."""
    today = timezone.localdate()
    dates = {"opens_on": today, "due_on": today, "closes_on": today}
    before = [actions.open_campaign(year=year, by=cast.ccas, **dates) for year in (2023, 2024)]
    structures = Structure.objects.bulk_create(
        Structure(name=f"Structure n° {number:03}", city="Le Mans") for number in range(size)
    )
    for campaign in (*before, cast.campaign):
        fill(campaign, structures, cast.ccas)
    return cast.campaign


def fill(campaign, structures, ccas):
    main = list(campaign.indicators.main())[:INDICATORS]
    ages = list(campaign.indicators.filter(code__startswith="personnes_age_"))
    now = timezone.now()
    who = {"saved_by": ccas, "submitted_by": ccas, "reviewed_by": ccas}
    sheets = Sheet.objects.bulk_create(
        Sheet(
            campaign=campaign, structure=structure, state="reviewed", territory="commune", version=1,
            saved_at=now, submitted_at=now, reviewed_at=now, missions="Accueillir, nourrir, orienter. " * 3, **who,
        )
        for structure in structures
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(sheet=sheet, indicator=indicator, kind="counted", value=number * 7 + indicator.position)
        for number, sheet in enumerate(sheets)
        for indicator in (*main, *ages)
    )
    for sheet in sheets[::3]:
        sheet.difficulties.create(theme="logement", text="Les demandes dépassent les places.")


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def test_snapshot_and_pdf(year, size):
    start = time.process_time()
    written = snapshots(gather(year), DAY)
    text = as_text(written["public"])
    print(f"\n| instantanés des deux éditions, {size} structures | {time.process_time() - start:.2f} s | |", end="")
    reading = Reading(text)
    start = time.process_time()
    attachments = [Attachment("a.xlsx", "", workbook(reading)), Attachment("a.csv", "", as_csv(reading))]
    print(f"\n| classeur et CSV, {size} structures | {time.process_time() - start:.2f} s | |", end="")
    start, (before, _) = time.process_time(), children()
    html = render_to_string("indicators/pdf/summary.html", {"summary": reading})
    pdf = render_pdf(html, reading.digest, attachments=attachments, day=DAY)
    (after, memory), here = children(), time.process_time() - start
    print(
        f"\n| PDF, {size} structures × {INDICATORS} indicateurs × 3 ans, annexe comprise | "
        f"{after - before + here:.1f} s de calcul, {memory} Mo, {len(pdf) // 1024} Ko | |",
        end="",
    )
    start = time.perf_counter()
    files_of(text)
    print(f"\n| les quatre fichiers d’une édition, {size} structures | {time.perf_counter() - start:.1f} s | |", end="")


def test_published_page(year, size, client):
    written = snapshots(gather(year), DAY)
    text = as_text(written["public"])
    Edition.objects.create(campaign=year, number=1, audience="public", snapshot=text, digest=digest_of(text))
    measure(f"synthèse publiée, {size} structures", lambda: client.get("/indicateurs/2025/synthese/"))
    structure = year.sheets.first().structure_id
    url = f"/indicateurs/2025/synthese/structures/{structure}/"
    measure(f"page d’une structure, {size} structures", lambda: client.get(url))


def test_what_the_ccas_waits_for(year, size, cast, as_user):
    ccas = as_user(cast.ccas)
    measure(f"aperçu, {size} structures", lambda: ccas.get("/indicateurs/2025/synthese/preparation/apercu/"), times=3)
    measure(f"l’année d’un coup d’œil, {size} structures", lambda: ccas.get("/indicateurs/2025/bilan/"), times=3)
