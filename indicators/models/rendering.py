from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from indicators.models.campaign import Campaign


class RenderingQuerySet(models.QuerySet):
    def ready(self):
        return self.filter(state=Rendering.State.READY)


class Rendering(models.Model):
    """One PDF of the yearly summary, made once for one exact set of figures (its digest)."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RENDERING = "rendering", "en cours"
        READY = "ready", "prêt"
        FAILED = "failed", "interrompu"

    STEPS = 7  # of WeasyPrint
    PATIENCE = timedelta(minutes=10)

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="renderings", verbose_name="campagne")
    digest = models.CharField("empreinte des chiffres", max_length=64)
    html = models.TextField("page mise en forme")
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    step = models.PositiveSmallIntegerField("étape", default=0)
    requested_at = models.DateTimeField("demandé le", default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    started_at = models.DateTimeField("commencé le", null=True, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    pdf = models.BinaryField(null=True, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)

    objects = RenderingQuerySet.as_manager()

    class Meta:
        verbose_name = "PDF de la synthèse"
        verbose_name_plural = "PDF de la synthèse"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "digest"], name="rendering_once_per_set_of_figures"),
            models.CheckConstraint(
                condition=Q(state="ready", pdf__isnull=False, finished_at__isnull=False)
                | (~Q(state="ready") & Q(pdf=None)),
                name="rendering_ready_has_its_pdf",
            ),
            models.CheckConstraint(
                condition=~Q(state="rendering") | Q(started_at__isnull=False), name="rendering_begun_has_its_date"
            ),
        ]

    def __str__(self):
        return f"Synthèse {self.campaign.year}, {self.get_state_display()}"

    @property
    def is_under_way(self):
        return self.state == self.State.WAITING or (self.state == self.State.RENDERING and not self.is_stalled)

    @property
    def is_stalled(self):
        """Begun, and nothing came of it in the time that any rendering takes: it may be asked for again."""
        return self.state == self.State.RENDERING and self.started_at < timezone.now() - self.PATIENCE
