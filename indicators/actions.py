"""What people do to campaigns and sheets; each action is one transaction and writes its line of history."""

import json
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from indicators.figures import NOT_COUNTED
from indicators.models import Answer, Campaign, Indicator, Rendering, Sheet
from indicators.tasks import render_summary
from lemans_solidaire.network.actions import record

CATALOGUE = Path(__file__).with_name("catalogue.json")


class SheetRefusal(Exception):
    """The sheet, read again under lock, cannot take this action; `sheet` is as it is now."""

    def __init__(self, sheet):
        super().__init__(sheet.get_state_display())
        self.sheet = sheet


class NewerSave(SheetRefusal):
    """Somebody saved after the page was opened."""


class NotInThisState(SheetRefusal):
    """Already submitted, or already reviewed."""


@transaction.atomic
def open_campaign(*, year, opens_on, due_on, closes_on, by):
    """Creates the campaign with its own copy of the shipped catalogue."""
    campaign = Campaign.objects.create(year=year, opens_on=opens_on, due_on=due_on, closes_on=closes_on)
    copy_catalogue(campaign=campaign, by=by)
    return campaign


def copy_catalogue(*, campaign, by):
    entries = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    Indicator.objects.bulk_create(
        Indicator(campaign=campaign, position=position, **entry) for position, entry in enumerate(entries, 1)
    )
    record(by=by, verb="campaign_opened", about=campaign, changes={"indicators": len(entries)})


def locked(sheet):
    return Sheet.objects.select_for_update(of=["self"]).select_related("campaign", "structure").get(pk=sheet.pk)


@transaction.atomic
def save_answers(*, campaign, structure, answers, version, by):
    """Keeps {indicator: Decimal | NOT_COUNTED | None} and returns the sheet.

    `version` is the one the person had before their eyes. NewerSave when the sheet moved on since and says
    something else; sending the same answers twice is not a conflict.
    """
    sheet, _ = Sheet.objects.get_or_create(campaign=campaign, structure=structure)
    sheet = locked(sheet)
    if not sheet.is_draft:
        raise NotInThisState(sheet)
    changes = differences(sheet, answers)
    if changes and sheet.version != version:
        raise NewerSave(sheet)
    if changes or not sheet.version:
        keep(sheet, answers, changes, by)
    return sheet


def stored_answers(sheet):
    """{indicator id: Decimal | NOT_COUNTED}; what has no answer is absent."""
    if not sheet.pk:
        return {}
    return {
        answer.indicator_id: NOT_COUNTED if answer.kind == Answer.Kind.NOT_COUNTED else answer.value
        for answer in sheet.answers.all()
    }


def differences(sheet, answers):
    before = stored_answers(sheet)
    return {
        indicator: [before.get(indicator.pk), value]
        for indicator, value in answers.items()
        if before.get(indicator.pk) != value
    }


def keep(sheet, answers, changes, by):
    for indicator, (_, value) in changes.items():
        write_answer(sheet, indicator, value)
    sheet.version += 1
    sheet.saved_at, sheet.saved_by = timezone.now(), by
    sheet.save(update_fields=["version", "saved_at", "saved_by"])
    told = {indicator.code: [shown(old), shown(new)] for indicator, (old, new) in changes.items()}
    record(by=by, verb="sheet_saved", about=sheet, structure=sheet.structure, changes=told)


def write_answer(sheet, indicator, value):
    if value is None:
        sheet.answers.filter(indicator=indicator).delete()
        return
    kind = Answer.Kind.NOT_COUNTED if value == NOT_COUNTED else Answer.Kind.COUNTED
    sheet.answers.update_or_create(
        indicator=indicator, defaults={"kind": kind, "value": None if value == NOT_COUNTED else value}
    )


def shown(value):
    return None if value is None else str(value)


@transaction.atomic
def submit_sheet(*, sheet, by):
    sheet = locked(sheet)
    if not sheet.is_draft:
        raise NotInThisState(sheet)
    sheet.state, sheet.submitted_at, sheet.submitted_by = Sheet.State.SUBMITTED, timezone.now(), by
    sheet.save(update_fields=["state", "submitted_at", "submitted_by"])
    record(by=by, verb="sheet_submitted", about=sheet, structure=sheet.structure)
    return sheet


@transaction.atomic
def review_sheet(*, sheet, version, by):
    """Marks as read over the very figures that were on the page."""
    sheet = locked(sheet)
    if sheet.state != Sheet.State.SUBMITTED:
        raise NotInThisState(sheet)
    if sheet.version != version:
        raise NewerSave(sheet)
    sheet.state, sheet.reviewed_at, sheet.reviewed_by = Sheet.State.REVIEWED, timezone.now(), by
    sheet.save(update_fields=["state", "reviewed_at", "reviewed_by"])
    record(by=by, verb="sheet_reviewed", about=sheet, structure=sheet.structure)
    return sheet


@transaction.atomic
def request_pdf(*, campaign, digest, html, by):
    """One rendering for one set of figures: asking twice leads to the same; one that failed is tried again."""
    rendering, is_new = Rendering.objects.select_for_update().get_or_create(
        campaign=campaign, digest=digest, defaults={"html": html, "requested_by": by}
    )
    if is_new or rendering.state == Rendering.State.FAILED or rendering.is_stalled:
        rendering.state, rendering.step, rendering.problem = Rendering.State.WAITING, 0, ""
        rendering.requested_at = timezone.now()
        rendering.save(update_fields=["state", "step", "problem", "requested_at"])
        render_summary.defer(rendering_id=rendering.pk)
        record(by=by, verb="pdf_requested", about=rendering, changes={"digest": digest})
    return rendering
