"""From a report to the sheet: a reading is asked for, proposes, and a person decides each figure."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from indicators.actions.filling import accepted, locked_draft, mark_saved, save_answers
from indicators.models import Proposal, Report, ReportReading, Sheet, WaitingReport, WordsVerdict
from indicators.tasks import read_report
from lemans_solidaire.network.actions import record


class AlreadyHasReport(Exception):
    """The structure has put a report of its own meanwhile, or its sheet is already sent."""


class AnotherReport(Exception):
    """The report that the page had shown is no longer the one that is kept."""


class AnotherProposal(Exception):
    """`proposal` was read again or decided otherwise after the page was opened; None when it is gone."""

    def __init__(self, proposal):
        super().__init__("proposition plus récente")
        self.proposal = proposal


@transaction.atomic
def attach_report(*, sheet, content, name, pages, digest, by, for_structure=False):
    """Keeps the PDF (bytes, already checked) in place of the one before, whose file then goes; a job will read it.

    `for_structure`: the CCAS brings it, and the structure has not begun its sheet for all that.
    """
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
    if for_structure:
        record(by=by, verb="report_brought", about=sheet, structure=sheet.structure, changes={"report": name})
    else:
        mark_saved(sheet, {"report": [old_name, name]}, by)
    ask_reading(report=report, by=by)
    return report


@transaction.atomic
def remove_report(*, sheet, digest, by):
    """The PDF goes, with what was proposed of it; the figures that came from it stay in the sheet, with their words.

    `digest` is of the report that the page had shown: AnotherReport when somebody put another one meanwhile.
    """
    sheet = accepted(locked_draft(sheet), {})
    report = Report.objects.filter(sheet=sheet).first()
    if report is None or report.digest != digest:
        raise AnotherReport(report)
    take_away(report)
    mark_saved(sheet, {"report": [report.name, None]}, by)


@transaction.atomic
def take_back(*, report, by):
    """The CCAS put it in the wrong draft: as if it had never come, unless the structure has decided of a figure."""
    sheet = accepted(locked_draft(report.sheet), {})
    same = Report.objects.filter(sheet=sheet, digest=report.digest, uploaded_by=by).first()
    decided = Proposal.objects.exclude(state=Proposal.State.OPEN).filter(reading__sheet=sheet)
    if same is None or decided.exists():
        raise AnotherReport(same)
    take_away(same)
    record(by=by, verb="report_taken_back", about=sheet, structure=sheet.structure, changes={"report": same.name})


def take_away(report):
    """A reading that somebody decided of stays, to be done again should the same file come back."""
    storage, name, sheet = report.file.storage, report.file.name, report.sheet
    Proposal.objects.open().filter(reading__sheet=sheet).delete()
    readings = ReportReading.objects.filter(sheet=sheet)
    readings.filter(proposals=None).delete()
    readings.update(state=ReportReading.State.REFUSED, problem="Le rapport avait été retiré.", finished_at=None)
    report.delete()
    transaction.on_commit(lambda: storage.delete(name))


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

    `proposal` is the one that the page had shown, to be found unchanged: otherwise AnotherProposal. NewerSave when
    somebody else changed that figure after the page was opened. Then nothing is decided.
    """
    state = proposal.state_for(chosen, reply.value)
    now = found_unchanged(contents.sheet, proposal, state, chosen, reply.value)
    contents.concerns([now.indicator])
    save_answers(contents=contents, typed={now.indicator: reply}, seen=seen, by=by)
    return decide(now, state, by, chosen=chosen, kept=reply.value)


@transaction.atomic
def reject_proposal(*, sheet, proposal, by):
    """The report does not say this, or not for this: nothing changes in the sheet. AnotherProposal as above."""
    now = found_unchanged(sheet, proposal, Proposal.State.REJECTED, None, None)
    return decide(now, Proposal.State.REJECTED, by, chosen=None, kept=None)


def found_unchanged(sheet, proposal, state, chosen, kept):
    """The proposal under lock; a second click finds what the first one decided."""
    sheet = accepted(locked_draft(sheet), {})
    digest = Report.objects.filter(sheet=sheet).values("digest")
    found = Proposal.objects.select_for_update(of=["self"]).filter(pk=proposal.pk, reading__digest__in=digest)
    now = found.select_related("indicator__block", "reading__sheet__structure").first()
    if now is None or not (now.mark == proposal.mark or now.is_decided_as(state, chosen, kept)):
        raise AnotherProposal(now)
    return now


def decide(proposal, state, by, *, chosen, kept):
    if proposal.is_decided_as(state, chosen, kept):
        return proposal
    proposal.state, proposal.chosen, proposal.kept = state, chosen, kept
    proposal.decided_at, proposal.decided_by = timezone.now(), by
    proposal.save(update_fields=["state", "chosen", "kept", "decided_at", "decided_by"])
    changes = {"indicator": proposal.indicator.code, "decision": state, "page": proposal.passage["page"]}
    sheet = proposal.reading.sheet
    record(by=by, verb="figure_decided", about=sheet, structure=sheet.structure, changes=changes)
    return proposal


@transaction.atomic
def keep_waiting(*, campaign, structure, file, by):
    """`file`: {content, name, pages, digest}; the reports of a campaign that wait are each there once."""
    waiting = WaitingReport.objects.create(campaign=campaign, structure=structure, uploaded_by=by, **file)
    record(by=by, verb="report_received", about=campaign, changes={"report": waiting.name})


@transaction.atomic
def drop_waiting(*, waiting, by):
    WaitingReport.objects.filter(pk=waiting.pk).delete()
    record(by=by, verb="received_report_dropped", about=waiting.campaign, changes={"report": waiting.name})


@transaction.atomic
def attach_waiting(*, waiting, structure, by):
    """The CCAS says whose report this is: it joins the draft of a structure that has none of its own yet."""
    if not WaitingReport.objects.select_for_update().filter(pk=waiting.pk).exists():
        raise AnotherReport(None)
    sheet, _ = Sheet.objects.get_or_create(campaign=waiting.campaign, structure=structure)
    sheet = locked_draft(sheet)
    report = Report.objects.filter(sheet=sheet).first()
    if not sheet.is_draft or (report and report.digest != waiting.digest):
        raise AlreadyHasReport(structure)
    report = attach_report(
        sheet=sheet,
        content=bytes(waiting.content),
        name=waiting.name,
        pages=waiting.pages,
        digest=waiting.digest,
        by=by,
        for_structure=True,
    )
    WaitingReport.objects.filter(pk=waiting.pk).delete()
    return report


@transaction.atomic
def answer_words(*, indicator, words, verdict, by):
    """The CCAS takes the words of reports among an indicator's synonyms, or removes them; otherwise all stays.

    A second answer on the same words replaces the first.
    """
    indicator = type(indicator).objects.select_for_update().get(pk=indicator.pk)
    others = [line for line in indicator.synonyms.splitlines() if line.strip().lower() not in ("", words.lower())]
    if verdict == WordsVerdict.Verdict.TAKEN:
        indicator.synonyms = "\n".join([*others, words])
    elif verdict == WordsVerdict.Verdict.REMOVED:
        indicator.synonyms = "\n".join(others)
    indicator.save(update_fields=["synonyms"])
    WordsVerdict.objects.update_or_create(
        indicator=indicator,
        words=words,
        defaults={"verdict": verdict, "given_by": by, "given_at": timezone.now()},
    )
    changes = {"indicator": indicator.code, "words": words, "verdict": verdict}
    record(by=by, verb="words_answered", about=indicator.campaign, changes=changes)
