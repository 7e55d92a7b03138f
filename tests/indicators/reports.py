"""Reports already read, for tests of what comes after."""

import hashlib
import io

import pikepdf
from django.utils import timezone

from indicators import actions
from indicators.models import Proposal, ReportReading


def blank_pdf(pages=1):
    document, file = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.save(file, deterministic_id=True)
    return file.getvalue()


def passage(value, page=1, quote=None, **more):
    return {
        "value": str(value),
        "page": page,
        "quote": quote or f"Nous avons compté {value} passages.",
        "boxes": [[50, 50, 150, 62]],
        "confidence": 0.9,
        "is_approximate": False,
        "named_by": "passages",
        "matched": "Passages",
    } | more


def attach(sheet, by, content=None, name="Rapport.pdf"):
    content = content or blank_pdf(3)
    digest = hashlib.sha256(content).hexdigest()
    return actions.attach_report(sheet=sheet, content=content, name=name, pages=3, digest=digest, by=by)


def has_read(sheet, found, **more):
    """The reading of the sheet's report ended with these: {indicator code: [passage]}."""
    reading = ReportReading.objects.get(sheet=sheet)
    ended = {"state": "read", "started_at": timezone.now(), "finished_at": timezone.now(), "extractor": "2"}
    ReportReading.objects.filter(pk=reading.pk).update(**ended, pages=3, step=3, **more)
    indicators = {one.code: one for one in sheet.campaign.indicators.all()}
    Proposal.objects.bulk_create(
        Proposal(reading=reading, indicator=indicators[code], passages=passages) for code, passages in found.items()
    )
    reading.refresh_from_db()
    return reading
