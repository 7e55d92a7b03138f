from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from indicators.models.sheet import Answer
from lemans_solidaire.network.models import Structure


class PastFigure(models.Model):
    """A figure of a year before the portal, taken over from a spreadsheet: always shown as « repris »."""

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="past_figures", verbose_name="structure")
    year = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(2000)])
    code = models.SlugField("indicateur", max_length=40)
    kind = models.CharField("réponse", max_length=15, choices=Answer.Kind)
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    imported_at = models.DateTimeField("repris le", auto_now=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "chiffre repris"
        verbose_name_plural = "chiffres repris"
        ordering = ["-year", "structure__name", "code"]
        constraints = [
            models.UniqueConstraint(fields=["structure", "year", "code"], name="past_figure_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["counted", "estimated"], value__gte=0)
                | Q(kind__in=["not_counted", "not_asked"], value=None),
                name="past_figure_value_when_there_is_one",
            ),
        ]

    def __str__(self):
        return f"{self.structure}, {self.code} {self.year}"
