from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from indicators import actions
from indicators.models import Answer, Rendering, Sheet
from lemans_solidaire.network.models import Event


def test_a_review_counts_once(cast):
    sheet = cast.reviewed(repas=Decimal(3))
    assert (sheet.state, sheet.reviewed_by) == (Sheet.State.REVIEWED, cast.ccas)
    with pytest.raises(actions.NotInThisState):
        actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)
    assert [e.verb for e in Event.objects.about(sheet)] == ["sheet_reviewed", "sheet_submitted", "sheet_saved"]


def test_a_review_is_of_the_figures_that_were_seen(cast):
    sheet = cast.submitted(repas=Decimal(3))
    with pytest.raises(actions.NewerSave):
        actions.review_sheet(sheet=sheet, version=sheet.version - 1, by=cast.ccas)


def refused_by_the_database(**fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(**fields)


def test_the_database_refuses_what_is_not_an_answer(cast):
    sheet, repas = cast.sheet(lieux=Decimal(1)), cast.indicator("repas")
    refused_by_the_database(sheet=sheet, indicator=repas, kind="counted", value=Decimal(-1))
    refused_by_the_database(sheet=sheet, indicator=repas, kind="counted", value=None)
    refused_by_the_database(sheet=sheet, indicator=repas, kind="not_counted", value=Decimal(1))
    refused_by_the_database(sheet=sheet, indicator=cast.indicator("lieux"), kind="counted", value=Decimal(2))


def test_the_database_refuses_a_state_without_its_date(cast):
    sheet = cast.sheet(repas=Decimal(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.filter(pk=sheet.pk).update(state=Sheet.State.SUBMITTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.create(campaign=sheet.campaign, structure=sheet.structure)


def test_asking_twice_for_the_same_pdf_makes_one_job(cast):
    for _ in range(2):
        actions.request_pdf(campaign=cast.campaign, digest="a" * 64, html="<p>", by=cast.ccas)
    assert Rendering.objects.count() == 1
    assert jobs() == 1


def test_a_failed_pdf_can_be_asked_again(cast):
    rendering = actions.request_pdf(campaign=cast.campaign, digest="a" * 64, html="<p>", by=cast.ccas)
    Rendering.objects.update(state=Rendering.State.FAILED, problem="Essai.")
    again = actions.request_pdf(campaign=cast.campaign, digest="a" * 64, html="<p>", by=cast.ccas)
    assert (again.pk, again.state, again.problem) == (rendering.pk, Rendering.State.WAITING, "")
    assert jobs() == 2


def test_a_pdf_that_never_came_can_be_asked_again(cast, as_user):
    rendering = actions.request_pdf(campaign=cast.campaign, digest="a" * 64, html="<p>", by=cast.ccas)
    Rendering.objects.update(state=Rendering.State.RENDERING, started_at=timezone.now() - timedelta(minutes=11))
    page = as_user(cast.ccas).get("/indicateurs/2025/synthese/pdf/").content.decode()
    assert "s’est arrêté en route" in page
    assert "Essayer encore" in page
    again = actions.request_pdf(campaign=cast.campaign, digest="a" * 64, html="<p>", by=cast.ccas)
    assert (again.pk, again.state, jobs()) == (rendering.pk, Rendering.State.WAITING, 2)


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'indicators.render_summary'")
        return cursor.fetchone()[0]
