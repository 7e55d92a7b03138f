from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone


class Territory(models.TextChoices):
    """From the smallest to the largest: each one lies inside the next."""

    QUARTIER = "quartier", "Un quartier"
    COMMUNE = "commune", "Une commune"
    AGGLOMERATION = "agglomeration", "L’agglomération"
    DEPARTEMENT = "departement", "Le département"


class CampaignQuerySet(models.QuerySet):
    def open(self):
        today = timezone.localdate()
        return self.filter(opens_on__lte=today, closes_on__gte=today)


class Campaign(models.Model):
    """One year's collection. Its catalogue is its own copy: changing another one later changes nothing here."""

    year = models.PositiveSmallIntegerField(
        "année des chiffres", unique=True, validators=[MinValueValidator(2000)], help_text="Par exemple 2025."
    )
    opens_on = models.DateField("ouvre le")
    due_on = models.DateField("réponses attendues le")
    closes_on = models.DateField("se ferme le")
    territory = models.CharField(
        "territoire des totaux",
        max_length=15,
        choices=Territory,
        default=Territory.AGGLOMERATION,
        help_text="La synthèse additionne ce qui s’y trouve, sur l’année civile ; le reste y est compté à part.",
    )
    threshold = models.PositiveSmallIntegerField(
        "plus petit nombre montré dans une répartition",
        default=11,
        validators=[MinValueValidator(3)],
        help_text="En dessous, une part est réunie à ses voisines. Zéro se montre.",
    )
    reading_days = models.PositiveSmallIntegerField(
        "jours laissés à chaque structure pour relire sa page",
        default=15,
        validators=[MaxValueValidator(90)],
        help_text="Avant la publication de la synthèse : le temps de corriger, ou de choisir de rester hors de "
        "l’édition publique.",
    )

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

    @property
    def read_until(self):
        """The last day of reading of a page sent today; with no day at all, that time is already over."""
        return timezone.localdate() + timedelta(days=self.reading_days or -1)

    def get_absolute_url(self):
        return reverse("indicators:summary", args=[self.year])
