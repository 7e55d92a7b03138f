"""From a report to the sheet: a reading is asked for, proposes, and a person decides each figure."""

from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from indicators.actions.filling import accepted, locked_draft, mark_saved, save_answers
from indicators.models import Proposal, Report, ReportReading, Sheet, WaitingReport, WordsVerdict
from indicators.tasks import read_report
from lemans_solidaire.network.actions import record


class AlreadyHasReport(Exception):
    """The structure has put a report of its own meanwhile, or its sheet is already sent."""


@transaction.atomic
def attach_report(*, sheet, content, name, pages, digest, by):
    """Keeps the PDF (bytes, already checked) in place of the one before, whose file then goes; a job will read it."""
    sheet = accepted(locked_draft(sheet), {})
    before = Report.objects.filter(sheet=sheet).first()
    if before and before.digest == digest and before.file.storage.exists(before.file.name):
        ask_reading(report=before, by=by)
        return before
    report = before or Report(sheet=sheet)
    old_file, old_name = (before.file.name, before.name) if before else (None, None)
    report.name, report.size, report.pages, report.digest, report.uploaded_by = name, len(content), pages, digest, by
    report.uploaded_at = timezone.now()
    report.file.save(name, ContentFile(content), save=False)
    report.save()
    if old_file:
        transaction.on_commit(lambda: report.file.storage.delete(old_file))
    mark_saved(sheet, {"report": [old_name, name]}, by)
    ask_reading(report=report, by=by)
    return report


@transaction.atomic
def remove_report(*, sheet, by):
    """The PDF goes, with what was proposed of it; the figures that came from it stay in the sheet, with their words."""
    sheet = accepted(locked_draft(sheet), {})
    report = Report.objects.filter(sheet=sheet).first()
    if report is None:
        return
    storage, name = report.file.storage, report.file.name
    ReportReading.objects.filter(sheet=sheet).exclude(proposals__in=Proposal.objects.proven()).delete()
    Proposal.objects.open().filter(reading__sheet=sheet).delete()
    report.delete()
    transaction.on_commit(lambda: storage.delete(name))
    mark_saved(sheet, {"report": [report.name, None]}, by)


@transaction.atomic
def ask_reading(*, report, by):
    """The reading of this report; asked for again when the one before could not end. The figures decided stay."""
    reading, is_new = ReportReading.objects.get_or_create(sheet=report.sheet, digest=report.digest)
    reading = ReportReading.objects.select_for_update().get(pk=reading.pk)
    if not is_new and (reading.is_under_way or reading.is_read):
        return reading
    reading.state, reading.step, reading.problem = ReportReading.State.WAITING, 0, ""
    reading.started_at = reading.finished_at = None
    reading.asked_at = timezone.now()
    reading.save()
    if not is_new:
        record(by=by, verb="reading_asked_again", about=report.sheet, structure=report.sheet.structure)
    read_report.defer(reading_id=reading.pk)
    return reading


@transaction.atomic
def keep_figure(*, contents, proposal, chosen, reply, seen, by):
    """A person puts a figure in the sheet: passage `chosen` as it was read, or corrected.

    NewerSave when somebody else changed that figure after the page was opened: then nothing is decided.
    """
    indicator = proposal.indicator
    contents.concerns([indicator])
    save_answers(contents=contents, typed={indicator: reply}, seen=seen, by=by)
    is_as_read = reply.value == Decimal(proposal.passages[chosen]["value"])
    state = Proposal.State.ACCEPTED if is_as_read else Proposal.State.CORRECTED
    return decide(proposal, state, by, chosen=chosen, kept=reply.value)


@transaction.atomic
def reject_proposal(*, sheet, proposal, by):
    """The report does not say this, or not for this: nothing changes in the sheet."""
    locked_draft(sheet)
    return decide(proposal, Proposal.State.REJECTED, by, chosen=None, kept=None)


def decide(proposal, state, by, *, chosen, kept):
    proposal.state, proposal.chosen, proposal.kept = state, chosen, kept
    proposal.decided_at, proposal.decided_by = timezone.now(), by
    proposal.save(update_fields=["state", "chosen", "kept", "decided_at", "decided_by"])
    changes = {"indicator": proposal.indicator.code, "decision": state, "page": proposal.passage["page"]}
    sheet = proposal.reading.sheet
    record(by=by, verb="figure_decided", about=sheet, structure=sheet.structure, changes=changes)
    return proposal


@transaction.atomic
def attach_waiting(*, waiting, structure, by):
    """The CCAS says whose report this is: it joins the draft of a structure that has none of its own yet."""
    sheet, _ = Sheet.objects.get_or_create(campaign=waiting.campaign, structure=structure)
    sheet = locked_draft(sheet)
    report = getattr(sheet, "report", None)
    if not sheet.is_draft or (report and report.digest != waiting.digest):
        raise AlreadyHasReport(structure)
    report = attach_report(
        sheet=sheet,
        content=bytes(waiting.content),
        name=waiting.name,
        pages=waiting.pages,
        digest=waiting.digest,
        by=by,
    )
    WaitingReport.objects.filter(pk=waiting.pk).delete()
    return report


@transaction.atomic
def answer_words(*, indicator, words, verdict, by):
    """The CCAS takes the words by which reports name an indicator among its synonyms, leaves them out, or removes them.

    A second answer on the same words replaces the first.
    """
    indicator = type(indicator).objects.select_for_update().get(pk=indicator.pk)
    lines = [line for line in indicator.synonyms.splitlines() if line.strip()]
    kept = [line for line in lines if line.strip().lower() != words.lower()]
    indicator.synonyms = "\n".join([*kept, words] if verdict == WordsVerdict.Verdict.TAKEN else kept)
    indicator.save(update_fields=["synonyms"])
    WordsVerdict.objects.update_or_create(
        indicator=indicator,
        words=words,
        defaults={"verdict": verdict, "given_by": by, "given_at": timezone.now()},
    )
    changes = {"indicator": indicator.code, "words": words, "verdict": verdict}
    record(by=by, verb="words_answered", about=indicator.campaign, changes=changes)
