from django.db import models
from django.utils import timezone


class Upkeep(models.Model):
    """When the portal was last looked after, each way of it: what « L’état du portail » says."""

    class Kind(models.TextChoices):
        BACKUP = "backup", "sauvegarde"
        ACCESS_LOG = "access_log", "vérification du journal des dossiers"
        SIGNATURES = "signatures", "vérification des signatures de la charte"
        TRIAL_MAIL = "trial_mail", "courriel d’essai"
        LOOKED = "looked", "coup d’œil de chaque quart d’heure"

    kind = models.CharField("quoi", max_length=20, choices=Kind, unique=True)
    at = models.DateTimeField("le")
    went_well = models.BooleanField("bien passé")
    detail = models.CharField("précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "entretien du portail"
        verbose_name_plural = "entretien du portail"
        ordering = ["kind"]

    def __str__(self):
        return self.get_kind_display()

    @classmethod
    def note(cls, kind, *, went_well=True, detail=""):
        told = {"at": timezone.now(), "went_well": went_well, "detail": detail[:200]}
        cls.objects.update_or_create(kind=kind, defaults=told)

    @classmethod
    def last(cls, kind):
        return cls.objects.filter(kind=kind).first()
