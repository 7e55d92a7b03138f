"""Repères: once a year a structure looks at where it stands, for itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lemans_solidaire.network.models import Structure


class Level(models.IntegerChoices):
    """Plain words, never a mark."""

    NOT_YET = 1, "Nous n’y sommes pas encore"
    BEGUN = 2, "Nous avons commencé"
    OFTEN = 3, "Nous le faisons souvent"
    ALWAYS = 4, "C’est notre habitude"


class Landmark(models.Model):
    """Where a structure says it stands in a year on one commitment, and what it means to do; read by it alone."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="landmarks", verbose_name="structure")
    year = models.PositiveSmallIntegerField("année")
    key = models.CharField("engagement", max_length=80, help_text="Son identifiant, le même d’une version à l’autre.")
    level = models.PositiveSmallIntegerField("repère", choices=Level, null=True, blank=True)
    note = models.CharField("ce que nous en disons", max_length=500, blank=True)
    action = models.CharField("ce que nous allons faire", max_length=300, blank=True)
    action_on = models.DateField("d’ici le", null=True, blank=True)
    saved_at = models.DateTimeField("enregistré le", default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "repère"
        verbose_name_plural = "repères"
        ordering = ["-year", "key"]
        constraints = [
            models.UniqueConstraint(fields=["structure", "year", "key"], name="landmark_once_a_year"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(1, 4)), name="landmark_level_is_known"),
        ]

    def __str__(self):
        return f"{self.structure}, {self.key} {self.year}"
