"""The files of an edition, from its snapshot alone: the same snapshot gives the same bytes on the same versions."""

from django.conf import settings
from django.template.loader import render_to_string

from indicators.models import Format
from indicators.summary.document import document
from indicators.summary.files import as_csv, workbook
from indicators.summary.reading import Reading
from lemans_solidaire.network.pdf import Attachment, render_pdf


def files_of(text, on_step=lambda step: None):
    """{format: bytes} of a snapshot; `on_step` is told 1 to 10. RenderingProblem when a page cannot be laid out."""
    reading = Reading(text)
    files = {Format.XLSX: workbook(reading), Format.CSV: as_csv(reading)}
    on_step(1)
    files[Format.DOCX] = document(reading)
    on_step(3)
    files[Format.PDF] = render_pdf(
        render_to_string("indicators/pdf/summary.html", {"summary": reading, "portal": settings.PUBLIC_URL}),
        reading.digest,
        lambda step: on_step(3 + step),
        attachments=[
            Attachment(f"synthese-{reading.year}.xlsx", "Tous les chiffres, en classeur", files[Format.XLSX]),
            Attachment(f"synthese-{reading.year}.csv", "Tous les chiffres, en CSV", files[Format.CSV]),
        ],
        day=reading.date,
    )
    return files
