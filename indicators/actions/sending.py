"""From draft to reviewed: submitted, questioned, answered, read over, opened again."""

from django.db import transaction
from django.utils import timezone

from indicators.actions import campaigns
from indicators.actions.filling import NewerSave, NotInThisState, locked, mark_saved, told, write_answers
from indicators.checks import unexplained
from indicators.contents import Contents, replies_of
from indicators.models import Annex, Question, Sheet
from indicators.tasks import send_annex
from lemans_solidaire.network.actions import record

State = Sheet.State


def in_state(sheet, *states):
    sheet = locked(sheet)
    if sheet.state not in states:
        raise NotInThisState(sheet)
    return sheet


@transaction.atomic
def submit_sheet(*, sheet, by, shared_with=None, confirms=True):
    """`confirms`: sent by the structure itself, which makes the figures its own even if the CCAS typed them."""
    sheet = in_state(sheet, State.DRAFT)
    sheet.state, sheet.submitted_at, sheet.submitted_by = State.SUBMITTED, timezone.now(), by
    sheet.shared_with = shared_with or sheet.shared_with
    if sheet.on_behalf and confirms:
        sheet.confirmed_at, sheet.confirmed_name = timezone.now(), str(by)
    sheet.save()
    record(
        by=by,
        verb="sheet_submitted",
        about=sheet,
        structure=sheet.structure,
        changes={"shared_with": sheet.shared_with},
    )
    return sheet


@transaction.atomic
def share_sheet(*, sheet, shared_with, by):
    """Who may read the report and the reviewed sheet; may be changed at any time."""
    campaigns.locked(sheet.campaign)
    sheet = locked(sheet)
    before, sheet.shared_with = sheet.shared_with, shared_with
    if before != shared_with:
        sheet.save(update_fields=["shared_with"])
        record(
            by=by,
            verb="sheet_shared",
            about=sheet,
            structure=sheet.structure,
            changes={"shared_with": [before, shared_with]},
        )
    return sheet


@transaction.atomic
def ask_questions(*, sheet, questions, version, by):
    """{Indicator: text}; what is already asked and not answered is not asked again."""
    sheet = in_state(sheet, State.SUBMITTED, State.QUESTIONED, State.ANSWERED)
    if sheet.version != version:
        raise NewerSave(sheet)
    open_ones = set(sheet.questions.open().values_list("indicator_id", flat=True))
    new = [
        Question(sheet=sheet, indicator=indicator, text=text, asked_at=timezone.now(), asked_by=by)
        for indicator, text in questions.items()
        if indicator.pk not in open_ones
    ]
    Question.objects.bulk_create(new)
    if new:
        sheet.state = State.QUESTIONED
        sheet.save(update_fields=["state"])
        asked = {question.indicator.code: question.text for question in new}
        record(by=by, verb="sheet_questioned", about=sheet, structure=sheet.structure, changes=asked)
    return sheet


@transaction.atomic
def answer_questions(*, sheet, answers, by, confirms=True):
    """{Question: (Reply, word)} for each open question: the same reply keeps the figure, and then needs its word.

    `confirms`: answered by the structure itself. A figure that the CCAS changes for it waits for its word again.
    """
    sheet = in_state(sheet, State.QUESTIONED)
    asked = list(sheet.questions.open().select_related("indicator"))
    if set(asked) != set(answers):
        raise NewerSave(sheet)
    stored, changes = replies_of(sheet), {}
    for question in asked:
        reply, word = answers[question]
        before = stored.get(question.indicator.code)
        kept = before == reply
        question.outcome = Question.Outcome.KEPT if kept else Question.Outcome.CHANGED
        question.word, question.answered_at, question.answered_by = word, timezone.now(), by
        question.save()
        changes[question.indicator.code] = [told(before), told(reply), word]
        if not kept:
            write_answers(sheet, {question.indicator: reply})
    contents = Contents(sheet)
    sheet.remarks = unexplained(contents.asked, contents.replies, contents.previous)
    mark_saved(sheet, changes, by, "remarks")
    sheet.state = State.ANSWERED
    if not confirms and any(before != after for before, after, _ in changes.values()):
        sheet.confirmed_at, sheet.confirmed_name = None, ""
    sheet.save(update_fields=["state", "confirmed_at", "confirmed_name"])
    record(by=by, verb="sheet_answered", about=sheet, structure=sheet.structure, changes=changes)
    return sheet


@transaction.atomic
def review_sheet(*, sheet, version, by):
    """Marks as read over the very figures that were on the page."""
    sheet = in_state(sheet, State.SUBMITTED, State.ANSWERED)
    if sheet.version != version:
        raise NewerSave(sheet)
    if sheet.awaits_confirmation:
        raise NotInThisState(sheet)
    sheet.state, sheet.reviewed_at, sheet.reviewed_by = State.REVIEWED, timezone.now(), by
    sheet.save(update_fields=["state", "reviewed_at", "reviewed_by"])
    send_page_again(sheet)
    record(by=by, verb="sheet_reviewed", about=sheet, structure=sheet.structure)
    return sheet


def send_page_again(sheet):
    """Its page in the summary has changed: its structure reads it anew, in as many days; kept out, it stays so."""
    annexes = Annex.objects.filter(sheet=sheet, sheet__shared_with=Sheet.Sharing.NETWORK)
    if annexes.update(until=sheet.campaign.read_until, mailed_at=None, problem=""):
        send_annex.defer(annex_id=annexes.get().pk)


@transaction.atomic
def reopen_sheet(*, sheet, reason, by, takes_over=False):
    """Back to a draft that can be written, even when the campaign is closed. Open questions go with the occasion.

    `takes_over`: by the structure itself, whose draft it then is, even if the CCAS had typed it.
    """
    campaigns.locked(sheet.campaign)
    sheet = in_state(sheet, State.SUBMITTED, State.QUESTIONED, State.ANSWERED, State.REVIEWED)
    sheet.questions.open().delete()
    sheet.state = State.DRAFT
    sheet.submitted_at = sheet.submitted_by = sheet.reviewed_at = sheet.reviewed_by = sheet.confirmed_at = None
    sheet.confirmed_name = ""
    sheet.on_behalf = "" if takes_over else sheet.on_behalf
    sheet.reopened_at, sheet.reopened_because = timezone.now(), reason
    sheet.save()
    Annex.objects.filter(sheet=sheet).update(agreed_at=None, agreed_by=None)  # its page will not be the one agreed to
    record(by=by, verb="sheet_reopened", about=sheet, structure=sheet.structure, changes={"reason": reason})
    return sheet


@transaction.atomic
def confirm_sheet(*, sheet, name, by):
    """The structure says that what the CCAS typed for it is its own; saying it twice changes nothing."""
    sheet = in_state(sheet, State.SUBMITTED, State.QUESTIONED, State.ANSWERED)
    if sheet.awaits_confirmation:
        sheet.confirmed_at, sheet.confirmed_name = timezone.now(), name
        sheet.save(update_fields=["confirmed_at", "confirmed_name"])
        record(by=by, verb="sheet_confirmed", about=sheet, structure=sheet.structure, changes={"name": name})
    return sheet
