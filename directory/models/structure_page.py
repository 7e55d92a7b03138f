"""What the directory adds to a structure: how one lives there, and when it is closed."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from directory.models.service import Service
from lemans_solidaire.network.models import Structure


class Presentation(models.Model):
    structure = models.OneToOneField(Structure, models.PROTECT, related_name="presentation", verbose_name="structure")
    aims = models.TextField("ce que nous voulons", max_length=3000, blank=True)
    limits = models.TextField("ce que nous ne faisons pas", max_length=3000, blank=True)
    rules = models.TextField(
        "la vie dans la maison", max_length=3000, blank=True, help_text="Les règles, en mots simples."
    )
    participate = models.TextField(
        "participer",
        max_length=3000,
        blank=True,
        help_text="Les projets et les groupes ouverts aux personnes accueillies, et à qui le dire.",
    )

    class Meta:
        verbose_name = "présentation"

    def __str__(self):
        return str(self.structure)


class ClosureQuerySet(models.QuerySet):
    def to_come(self):
        """Those that go on today or begin later."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=timezone.localdate()))

    def of(self, service):
        return self.filter(structure=service.structure_id).filter(Q(service=None) | Q(service=service))


class Closure(models.Model):
    """Days without welcome: of one service, or of the whole structure."""

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="closures", verbose_name="structure")
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="closures", verbose_name="service"
    )
    first_day = models.DateField("du")
    last_day = models.DateField("au", null=True, blank=True, help_text="Vide\u202f: on ne sait pas encore.")
    reason = models.CharField("pourquoi", max_length=150)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = "fermeture"
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="closure_ends_after_it_begins"
            )
        ]

    def __str__(self):
        return self.reason

    @property
    def is_over(self):
        return self.last_day is not None and self.last_day < timezone.localdate()

    def clean(self):
        if self.last_day and self.first_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": "Le dernier jour vient avant le premier."})
        if self.service and self.service.structure_id != self.structure_id:
            raise ValidationError("Ce service est d’une autre structure.")
