"""The job that reads a report: what it leaves, what it says when it cannot, and that it can be run again."""

import hashlib
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from indicators import actions, reading
from indicators.contents import Contents
from indicators.extraction import Proposal as Found
from indicators.extraction import Reading as Read
from indicators.figures import counted
from indicators.models import PastFigure, Proposal, Report, ReportReading
from indicators.reading import read
from indicators.tasks import STOPPED, TRIES, read_report
from lemans_solidaire.network.pdf import render_pdf
from lemans_solidaire.network.untrusted import RefusedFile
from tests.indicators.reports import attach, blank_pdf, has_read, passage

HEAD = '<head><title>Rapport</title><link rel="stylesheet" href="portail:print.css"></head>'
BODY = f"""<!doctype html><html lang="fr">{HEAD}<body>
<h1>Rapport d’activité 2025</h1>
<p>Nous avons compté 1 187 passages en 2025, contre 1 050 en 2024.</p>
<p>Nos 46 bénévoles ont donné environ 5 200 heures de bénévolat.</p></body></html>"""


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture(scope="module")
def written():
    """A report of a few sentences."""
    return render_pdf(BODY, "ab" * 32)


@pytest.fixture
def sheet(cast):
    return cast.sheet(contacts=5)


def found(code="passages", value=1187.0, page=1, quote="1 187 passages", **more):
    told = {"unit": "passages", "boxes": [[1, 2, 3, 4]], "confidence": 0.9, "is_table": False}
    return Found(code=code, value=value, page=page, quote=quote, **told | more)


def answers(monkeypatch, *proposals, pages=3, by_ocr=(), unread=()):
    answer = Read(list(proposals), pages, list(by_ocr), list(unread))
    monkeypatch.setattr(reading, "extract_limited", lambda *args, **kwargs: answer)


def start(sheet, by, content=None):
    attach(sheet, by, content)
    return ReportReading.objects.get(sheet=sheet)


def test_a_report_that_comes_is_given_to_a_job(cast, sheet):
    one = start(sheet, cast.owner)
    job = ProcrastinateJob.objects.get(task_name="indicators.read_report")
    assert (job.args, one.state, one.is_under_way) == ({"reading_id": one.pk}, "waiting", True)
    assert job.priority < 0  # the mails leave first


def test_a_report_is_read_for_good(cast, sheet, written):
    one = start(sheet, cast.owner, written)
    read(one.pk)
    one.refresh_from_db()
    assert (one.state, one.pages, one.step, one.problem, one.unread) == ("read", 1, 1, "", [])
    assert one.extractor
    told = {proposal.indicator.code: proposal for proposal in one.proposals.select_related("indicator")}
    assert told["passages"].values[0] == 1187
    assert "1 187 passages" in " ".join(told["passages"].passage["quote"].split())
    assert told["heures_benevoles"].passage["is_approximate"]
    assert told["passages"].is_open


def test_last_year_helps(cast, sheet, monkeypatch):
    asked = {}
    PastFigure.objects.create(
        structure=cast.panier, year=2024, code="passages", kind="counted", value=1050, imported_by=cast.ccas
    )
    answer = Read([], 1, [], [])
    monkeypatch.setattr(reading, "extract_limited", lambda *args, **kwargs: asked.update(kwargs) or answer)
    read(start(sheet, cast.owner).pk)
    assert asked["before"] == {"passages": 1050.0}


def test_run_again_it_changes_nothing(cast, sheet, monkeypatch):
    one = start(sheet, cast.owner)
    answers(monkeypatch, found())
    read(one.pk)
    answers(monkeypatch, found(value=5))
    read(one.pk)
    assert Proposal.objects.get().values == [1187]


def test_what_was_decided_is_not_asked_again(cast, sheet, monkeypatch):
    """A reading interrupted after a first one, whose figure somebody had decided."""
    one = start(sheet, cast.owner)
    has_read(sheet, {"passages": [passage(1187)], "lieux": [passage(3)]})
    decided = {"proposal": Proposal.objects.get(indicator__code="passages"), "chosen": 0, "reply": counted(1187)}
    actions.keep_figure(contents=Contents(sheet), seen={}, by=cast.owner, **decided)
    ReportReading.objects.update(state="refused", finished_at=None)
    answers(monkeypatch, found(value=9), found(code="lieux", value=4))
    read(one.pk)
    told = {one.indicator.code: (one.state, one.values[0]) for one in Proposal.objects.select_related("indicator")}
    assert told == {"passages": ("accepted", 1187), "lieux": ("open", 4)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": 0},
        {"page": 4},
        {"value": -1.0},
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": 1e15},
        {"quote": "  "},
        {"code": "jamais_demande"},
    ],
    ids=str,
)
def test_what_the_sheet_could_not_hold_is_not_proposed(cast, sheet, monkeypatch, wrong):
    """The process that answers has met a file of anybody's."""
    answers(monkeypatch, found(**wrong), found(code="lieux", value=2))
    read(start(sheet, cast.owner).pk)
    assert [one.indicator.code for one in Proposal.objects.select_related("indicator")] == ["lieux"]


def test_characters_that_no_database_holds_are_left_out(cast, sheet, monkeypatch):
    answers(monkeypatch, found(quote="1 187\x00 passages\ud800"))
    read(start(sheet, cast.owner).pk)
    assert Proposal.objects.get().passage["quote"] == "1 187  passages "


def test_a_report_that_cannot_be_read_says_why_and_may_be_tried_again(cast, sheet, as_user, monkeypatch):
    def refuse(*args, **kwargs):
        raise RefusedFile("Ce PDF est abîmé.")

    monkeypatch.setattr(reading, "extract_limited", refuse)
    one = start(sheet, cast.owner)
    read(one.pk)
    url = reverse("indicators:reading", args=[2025, cast.panier.pk])
    page = as_user(cast.owner).get(url).content.decode()
    assert "Ce PDF est abîmé." in page
    assert "Essayer encore" in page
    as_user(cast.owner).post(url)
    one.refresh_from_db()
    assert (one.state, one.problem) == ("waiting", "")
    assert ProcrastinateJob.objects.filter(task_name="indicators.read_report").count() == 2


def test_a_report_that_is_being_read_is_not_read_twice(cast, sheet, as_user):
    start(sheet, cast.owner)
    as_user(cast.owner).post(reverse("indicators:reading", args=[2025, cast.panier.pk]))
    assert ProcrastinateJob.objects.filter(task_name="indicators.read_report").count() == 1


def test_one_that_stopped_on_the_way_may_be_asked_again(cast, sheet):
    one = start(sheet, cast.owner)
    long_ago = timezone.now() - 2 * ReportReading.PATIENCE
    ReportReading.objects.update(state="reading", started_at=long_ago)
    assert actions.ask_reading(report=Report.objects.get(), by=cast.owner).state == "waiting"
    one.refresh_from_db()
    assert one.started_at is None


@pytest.mark.parametrize("gone", ["replaced", "file"])
def test_a_report_that_went_away_is_said(cast, sheet, gone):
    one = start(sheet, cast.owner)
    if gone == "replaced":
        attach(sheet, cast.owner, content=blank_pdf(2))
    else:
        Path(Report.objects.get().file.path).unlink()
    read(one.pk)
    one.refresh_from_db()
    assert (one.state, one.problem) == ("refused", reading.REPLACED)


def test_the_last_try_of_a_job_that_fails_is_told(cast, sheet, monkeypatch):
    one = start(sheet, cast.owner)

    class Job:
        attempts = TRIES.max_attempts

    class Context:
        job = Job

    def fail(*args, **kwargs):
        raise OSError("disk")

    monkeypatch.setattr(reading, "extract_limited", fail)
    with pytest.raises(OSError, match="disk"):
        read_report(Context, reading_id=one.pk)
    one.refresh_from_db()
    assert (one.state, one.problem) == ("refused", STOPPED)


def test_progress_is_told_page_by_page(cast, sheet, as_user, monkeypatch):
    seen = []

    def slow(*args, progress, **kwargs):
        progress(2, 60)
        seen.append(as_user(cast.owner).get(url, headers={"HX-Request": "true"}).content.decode())
        return Read([], 60, [], [])

    url = reverse("indicators:reading", args=[2025, cast.panier.pk])
    monkeypatch.setattr(reading, "extract_limited", slow)
    one = start(sheet, cast.owner)
    read(one.pk)
    assert "page 2 sur 60" in seen[0]
    assert 'hx-trigger="every 1s"' in seen[0]
    done = as_user(cast.owner).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Aucun chiffre trouvé" in done
    assert "every 1s" not in done


def test_the_same_report_is_one_reading(cast, sheet):
    for _ in range(2):
        attach(sheet, cast.owner)
    assert ReportReading.objects.count() == 1


def test_a_job_that_was_lost_may_be_asked_again(cast, sheet):
    start(sheet, cast.owner)
    ReportReading.objects.update(asked_at=timezone.now() - 2 * ReportReading.QUEUE)
    actions.ask_reading(report=Report.objects.get(), by=cast.owner)
    assert ProcrastinateJob.objects.filter(task_name="indicators.read_report").count() == 2


def test_a_second_job_that_ends_later_changes_nothing(cast, sheet, monkeypatch):
    one = start(sheet, cast.owner)
    answers(monkeypatch, found())
    read(one.pk)
    reading.keep(one.pk, Read([found(value=5.0)], 3, [], []))
    assert Proposal.objects.get().values == [1187]


def test_a_report_taken_away_while_it_is_read_leaves_nothing(cast, sheet):
    one = start(sheet, cast.owner)
    actions.remove_report(sheet=sheet, digest=one.digest, by=cast.owner)
    reading.keep(one.pk, Read([found()], 3, [], []))
    assert not Proposal.objects.exists()


def test_a_digest_names_the_file_that_was_read(cast, sheet):
    content = blank_pdf(2)
    assert start(sheet, cast.owner, content).digest == hashlib.sha256(content).hexdigest()
