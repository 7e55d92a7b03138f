import uuid

from django.conf import settings
from django.db import models

from indicators.models.sheet import Sheet


def place(report, name):
    """A name of ours under VAR_DIR/uploads; the person's own is only kept as a word."""
    return f"rapports/{report.sheet.campaign.year}/{uuid.uuid4()}.pdf"


class Report(models.Model):
    """The activity report of the structure for the year: a PDF whose content was checked when it came."""

    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="report", verbose_name="fiche")
    file = models.FileField("fichier", upload_to=place, max_length=200)
    name = models.CharField("nom du fichier", max_length=200)
    size = models.PositiveIntegerField("taille", help_text="En octets.")
    pages = models.PositiveSmallIntegerField("pages")
    digest = models.CharField("empreinte", max_length=64)
    uploaded_at = models.DateTimeField("déposé le", auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "rapport d’activité"
        verbose_name_plural = "rapports d’activité"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return self.name
