"""Files of services that the CCAS sends: tried first, then imported once somebody has read what that would do."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.utils import timezone


def somewhere(exchange, name):
    """A name of ours: that of the sender's file goes no further than the page."""
    return f"annuaire/{uuid4()}.json"


class Exchange(models.Model):
    class State(models.TextChoices):
        TRYING = "trying", "à l’essai"
        TRIED = "tried", "essayé, rien n’est encore écrit"
        IMPORTING = "importing", "import en cours"
        DONE = "done", "importé"
        FAILED = "failed", "arrêté, rien n’est écrit"
        DROPPED = "dropped", "abandonné, rien n’est écrit"

    LIFE = timedelta(days=1)  # of the files

    services = models.FileField("services", upload_to=somewhere, blank=True)
    structures = models.FileField("structures", upload_to=somewhere, blank=True)
    services_name = models.CharField("nom du fichier des services", max_length=200)
    structures_name = models.CharField("nom du fichier des structures", max_length=200, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.TRYING)
    report = models.JSONField("compte rendu", default=dict, blank=True)
    problem = models.TextField("ce qui s’est passé", max_length=1000, blank=True)
    requested_at = models.DateTimeField("envoyé le", default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    finished_at = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "échange de fichiers"
        verbose_name_plural = "échanges de fichiers"
        ordering = ["-requested_at", "-pk"]

    def __str__(self):
        return f"{self.services_name}, {self.get_state_display()}"

    @property
    def brings_nothing(self):
        """Once tried: whether an import would write nothing at all."""
        counts = [report["counts"] for report in self.report.values()]
        return not any(one.get("added") or one.get("changed") for one in counts)

    @property
    def is_under_way(self):
        return self.state in (self.State.TRYING, self.State.IMPORTING)

    @property
    def progress(self):
        """Percent. Told outside of the import's own transaction, hence not in the line."""
        return cache.get(self.progress_key, 0)

    @progress.setter
    def progress(self, percent):
        cache.set(self.progress_key, percent, timeout=3600)

    @property
    def progress_key(self):
        return f"directory-exchange-{self.pk}"

    def erase_files(self):
        for file in (self.services, self.structures):
            if file:
                file.delete(save=False)
        Exchange.objects.filter(pk=self.pk).update(services="", structures="")
