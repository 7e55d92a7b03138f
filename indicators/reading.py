"""A job reads the report of a sheet: how far it is, what it proposes, or why it cannot be read."""

import json
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from indicators.before import previous_figures
from indicators.catalogues import as_entries
from indicators.extraction import VERSION
from indicators.extraction.limited import extract_limited
from indicators.figures import could_be_kept, plain
from indicators.models import Proposal, Report, ReportReading
from indicators.summary.canonical import printable
from lemans_solidaire.network.untrusted import RefusedFile

REPLACED = "Ce rapport a été remplacé ou retiré avant d’être lu."
MOST_PASSAGES, MOST_QUOTED, MOST_BOXES = 5, 2000, 500


def read(reading_id):
    """Run again after an interruption, it ends with one result; a report that cannot be read says so."""
    unfinished = ReportReading.objects.filter(pk=reading_id).exclude(state=ReportReading.State.READ)
    if not unfinished.update(state=ReportReading.State.READING, step=0, started_at=timezone.now()):
        return
    reading = ReportReading.objects.select_related("sheet__campaign", "sheet__structure").get(pk=reading_id)
    try:
        found = extracted(reading, lambda done, total: unfinished.update(step=done, pages=total))
    except RefusedFile as refusal:
        unfinished.update(state=ReportReading.State.REFUSED, problem=str(refusal)[:300])
        return
    keep(reading_id, found)


def extracted(reading, progress):
    """What indicators.extraction.limited answers on the file that this reading is about."""
    sheet = reading.sheet
    with opened(reading) as file:
        catalogue = in_plain_numbers(as_entries(sheet.campaign))
        return extract_limited(file, catalogue, sheet.campaign.year, before=last_year(sheet), progress=progress)


def opened(reading):
    report = Report.objects.filter(sheet=reading.sheet, digest=reading.digest).first()
    try:
        if report:
            return report.file.open("rb")
    except FileNotFoundError:
        pass
    raise RefusedFile(REPLACED)


def in_plain_numbers(catalogue):
    return json.loads(json.dumps(catalogue, default=float))


def last_year(sheet):
    """{code: float} of what the structure answered the year before."""
    known = {code: before.reply.value for code, before in previous_figures(sheet).items()}
    return {code: float(value) for code, value in known.items() if value is not None}


@transaction.atomic
def keep(reading_id, found):
    """The end of a reading. What a person has already decided is not asked again."""
    readings = ReportReading.objects.select_for_update(of=["self"]).select_related("sheet__campaign")
    reading = readings.filter(pk=reading_id).exclude(state=ReportReading.State.READ).first()
    if reading is None:  # its report was taken away, or another job has read it
        return
    reading.proposals.open().delete()
    decided = set(reading.proposals.values_list("indicator__code", flat=True))
    indicators = {one.code: one for one in reading.sheet.campaign.indicators.asked() if one.code not in decided}
    Proposal.objects.bulk_create(
        Proposal(reading=reading, indicator=indicators[one.code], passages=passages)
        for one in found.proposals
        if one.code in indicators and (passages := passages_of(one, found.pages))
    )
    reading.state, reading.finished_at, reading.extractor = ReportReading.State.READ, timezone.now(), VERSION
    reading.pages = reading.step = found.pages
    reading.by_ocr, reading.unread, reading.problem = found.by_ocr, found.unread, ""
    reading.save()


def passages_of(proposal, pages):
    """Nothing comes into the sheet's reach that it could not hold: the process that answers has met any file."""
    return [as_passage(one) for one in (proposal, *proposal.others) if is_sound(one, pages)][:MOST_PASSAGES]


def is_sound(passage, pages):
    value = as_decimal(passage)
    return could_be_kept(value) and value >= 0 and 1 <= passage.page <= pages and bool(passage.quote.strip())


def as_decimal(passage):
    return Decimal(str(round(passage.value, 2)))


def as_passage(passage):
    told = {
        "value": plain(as_decimal(passage)),
        "page": passage.page,
        "quote": passage.quote[:MOST_QUOTED],
        "boxes": passage.boxes[:MOST_BOXES],
        "confidence": round(passage.confidence, 3),
        "is_approximate": passage.is_approximate,
        "named_by": passage.named_by,
        "matched": passage.matched,
    }
    return printable(told)
