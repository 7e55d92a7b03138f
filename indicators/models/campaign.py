from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone


class CampaignQuerySet(models.QuerySet):
    def open(self):
        today = timezone.localdate()
        return self.filter(opens_on__lte=today, closes_on__gte=today)


class Campaign(models.Model):
    """One year's collection. Its indicators are its own copy: changing the catalogue later changes nothing here."""

    year = models.PositiveSmallIntegerField(
        "année des chiffres", unique=True, validators=[MinValueValidator(2000)], help_text="Par exemple 2025."
    )
    opens_on = models.DateField("ouvre le")
    due_on = models.DateField("réponses attendues le")
    closes_on = models.DateField("se ferme le")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on")) & Q(due_on__lte=F("closes_on")),
                name="campaign_dates_in_order",
                violation_error_message="Les dates se suivent : ouverture, réponses attendues, fermeture.",
            )
        ]

    def __str__(self):
        return f"Fiche d’indicateurs {self.year}"

    @property
    def is_open(self):
        return self.opens_on <= timezone.localdate() <= self.closes_on

    def get_absolute_url(self):
        return reverse("indicators:summary", args=[self.year])


class Indicator(models.Model):
    class Section(models.TextChoices):
        ACTIVITY = "activity", "L’activité de l’année"
        PUBLICS = "publics", "Les personnes accueillies"
        SERVICES = "services", "Les services rendus"
        RUNNING = "running", "La vie de la structure"

    class Total(models.TextChoices):
        SUM = "sum", "s’additionne d’une structure à l’autre"
        PERSONS = "persons", "des personnes : une même personne peut compter dans plusieurs structures"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="indicators", verbose_name="campagne")
    code = models.SlugField("code", max_length=40)
    section = models.CharField("partie", max_length=20, choices=Section)
    position = models.PositiveSmallIntegerField("ordre")
    label = models.CharField("intitulé", max_length=120)
    definition = models.CharField("définition", max_length=400, help_text="Ce qui compte et ce qui ne compte pas.")
    unit = models.CharField("unité", max_length=30)
    total = models.CharField("total du réseau", max_length=10, choices=Total, default=Total.SUM)

    class Meta:
        verbose_name = "indicateur"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "code"], name="indicator_code_once_per_campaign"),
            models.UniqueConstraint(
                fields=["campaign", "position"], name="indicator_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self):
        return self.label
