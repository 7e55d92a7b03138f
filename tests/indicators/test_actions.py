from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from indicators import actions
from indicators.models import Answer, Sheet
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
