from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Place(models.Model):
    """A name that people give to say near what: where no point is known, a service is at its town's."""

    class Kind(models.TextChoices):
        TOWN = "commune", "commune"
        DISTRICT = "quartier", "quartier"
        LANDMARK = "repere", "repère (gare, place, hôpital…)"

    name = models.CharField("nom", max_length=100)
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    latitude = models.FloatField(validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(validators=[MinValueValidator(-180), MaxValueValidator(180)])

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("name", "kind", name="place_said_once")]

    def __str__(self):
        return self.name
