import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from indicators import actions
from indicators.figures import NOT_COUNTED
from indicators.models import Answer, Rendering, Sheet
from lemans_solidaire.network.models import Event


def save(cast, version, by=None, **figures):
    answers = {cast.indicator(code): value for code, value in figures.items()}
    return actions.save_answers(
        campaign=cast.campaign, structure=cast.panier, answers=answers, version=version, by=by or cast.owner
    )


def test_a_campaign_has_its_own_copy_of_the_catalogue(cast):
    assert cast.campaign.indicators.count() == 12
    assert Event.objects.about(cast.campaign).get().verb == "campaign_opened"


def test_zero_not_counted_and_no_answer_are_three_things(cast):
    sheet = save(cast, 0, repas=Decimal(0), bebes=NOT_COUNTED, lieux=None)
    assert {(a.indicator.code, a.kind, a.value) for a in sheet.answers.all()} == {
        ("repas", "counted", Decimal(0)),
        ("bebes", "not_counted", None),
    }


def test_a_save_is_told_in_the_history(cast):
    sheet = save(cast, 0, repas=Decimal("10.5"))
    save(cast, 1, repas=Decimal(12), bebes=NOT_COUNTED, by=cast.teammate)
    newest = Event.objects.about(sheet).first()
    assert newest.user == cast.teammate
    assert newest.structure == cast.panier
    assert newest.changes == {"repas": ["10.50", "12"], "bebes": [None, "non compté"]}


def test_a_save_over_a_newer_save_is_refused_and_changes_nothing(cast):
    save(cast, 0, repas=Decimal(10))
    save(cast, 1, repas=Decimal(20), by=cast.teammate)
    with pytest.raises(actions.NewerSave) as refusal:
        save(cast, 1, repas=Decimal(30))
    assert refusal.value.sheet.saved_by == cast.teammate
    assert Answer.objects.get().value == 20


def test_the_same_answers_sent_twice_are_one_save(cast):
    first = save(cast, 0, repas=Decimal(10))
    again = save(cast, 0, repas=Decimal(10))
    assert (again.pk, again.version) == (first.pk, 1)
    assert Event.objects.about(first).count() == 1


def test_an_answer_can_be_taken_back(cast):
    save(cast, 0, repas=Decimal(10))
    sheet = save(cast, 1, repas=None)
    assert not sheet.answers.exists()


def test_a_submitted_sheet_is_locked(cast):
    sheet = cast.submitted(repas=Decimal(3))
    with pytest.raises(actions.NotInThisState):
        save(cast, sheet.version, repas=Decimal(4))
    with pytest.raises(actions.NotInThisState):
        actions.submit_sheet(sheet=sheet, by=cast.owner)


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


def test_two_people_saving_at_the_same_moment(fresh_database, cast):
    """Twenty rounds of two threads on one version: each time one save is kept and the other is told."""
    indicator = cast.indicator("repas")
    for round_number in range(20):
        version = Sheet.objects.filter(structure=cast.panier).values_list("version", flat=True).first() or 0
        outcomes = together(
            lambda value: actions.save_answers(
                campaign=cast.campaign,
                structure=cast.panier,
                answers={indicator: value},
                version=version,  # noqa: B023  read before the next round
                by=cast.owner,
            ),
            [Decimal(1000 + round_number), Decimal(2000 + round_number)],
        )
        assert sorted(outcomes) == ["NewerSave", "Sheet"]


def together(act, values):
    barrier, outcomes = threading.Barrier(len(values)), []

    def run(value):
        barrier.wait()
        try:
            outcomes.append(type(act(value)).__name__)
        except actions.SheetRefusal as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[value]) for value in values]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return outcomes
