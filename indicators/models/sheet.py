from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from indicators.models.campaign import Campaign, Indicator
from lemans_solidaire.network.models import Structure


class SheetQuerySet(models.QuerySet):
    def awaiting_review(self):
        return self.filter(state=Sheet.State.SUBMITTED)

    def reviewed(self):
        return self.filter(state=Sheet.State.REVIEWED)

    def with_answer_count(self):
        return self.annotate(answer_count=Count("answers"))


class Sheet(models.Model):
    """What one structure answers in one campaign."""

    class State(models.TextChoices):
        DRAFT = "draft", "brouillon"
        SUBMITTED = "submitted", "envoyée"
        REVIEWED = "reviewed", "relue"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sheets", verbose_name="campagne")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="sheets", verbose_name="structure")
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0, help_text="Augmente à chaque enregistrement.")
    saved_at = models.DateTimeField("enregistrée le", null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    submitted_at = models.DateTimeField("envoyée le", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    reviewed_at = models.DateTimeField("relue le", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche d’indicateurs"
        verbose_name_plural = "fiches d’indicateurs"
        ordering = ["structure__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "structure"], name="sheet_once_per_structure_and_campaign"),
            models.CheckConstraint(
                condition=Q(saved_at=None, saved_by=None) | Q(saved_at__isnull=False, saved_by__isnull=False),
                name="sheet_saved_pair",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="sheet_submitted_pair",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="sheet_reviewed_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, reviewed_at=None)
                | Q(state="submitted", submitted_at__isnull=False, reviewed_at=None)
                | Q(state="reviewed", submitted_at__isnull=False, reviewed_at__isnull=False),
                name="sheet_state_has_its_dates",
            ),
        ]

    def __str__(self):
        return f"{self.structure}, {self.campaign.year}"

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    def get_absolute_url(self):
        return reverse("indicators:sheet", args=[self.campaign.year, self.structure_id])


class Answer(models.Model):
    """One figure, or the plain fact that the structure does not count it: never the same as zero."""

    class Kind(models.TextChoices):
        COUNTED = "counted", "compté"
        NOT_COUNTED = "not_counted", "non compté"

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers", verbose_name="fiche")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="answers", verbose_name="indicateur")
    kind = models.CharField("réponse", max_length=15, choices=Kind)
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "réponse"
        ordering = ["indicator__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "indicator"], name="answer_once_per_indicator"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="answer_not_negative"),
            models.CheckConstraint(
                condition=Q(kind="counted", value__isnull=False) | Q(kind="not_counted", value=None),
                name="answer_value_when_counted",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} : {self.get_kind_display() if self.value is None else self.value}"
