"""What is published: a proof to read first, then an edition that never changes (migration 0004)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from indicators.models.campaign import Campaign


class Audience(models.TextChoices):
    PUBLIC = "public", "édition publique"
    NETWORK = "network", "édition du réseau"


class Format(models.TextChoices):
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Tous les chiffres (classeur)"
    CSV = "csv", "Tous les chiffres (CSV)"
    DOCX = "docx", "Texte et graphiques à modifier (DOCX)"


class Proof(models.Model):
    """The next edition, frozen to be read before it is published: a snapshot for each audience, and its files."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RENDERING = "rendering", "en cours"
        READY = "ready", "prête"
        FAILED = "failed", "interrompue"

    STEPS = 20  # nine of layout and one for the other files, for each audience
    PATIENCE = timedelta(minutes=10)

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="proofs", verbose_name="campagne")
    digest = models.CharField("empreinte", max_length=64, help_text="SHA-256 des deux instantanés.")
    public = models.TextField("instantané public")
    network = models.TextField("instantané du réseau")
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    step = models.PositiveSmallIntegerField("étape", default=0)
    requested_at = models.DateTimeField("demandée le", default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    finished_at = models.DateTimeField("terminée le", null=True, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)

    class Meta:
        verbose_name = "épreuve de la synthèse"
        verbose_name_plural = "épreuves de la synthèse"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "digest"], name="proof_once_per_snapshot"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(finished_at__isnull=False), name="proof_ready_has_its_date"
            ),
            models.CheckConstraint(
                condition=~Q(state="rendering") | Q(started_at__isnull=False), name="proof_begun_has_its_date"
            ),
        ]

    def __str__(self):
        return f"Épreuve de la synthèse {self.campaign.year}, {self.get_state_display()}"

    def snapshot(self, audience):
        return self.public if audience == Audience.PUBLIC else self.network

    @property
    def is_ready(self):
        return self.state == self.State.READY

    @property
    def is_under_way(self):
        return self.state == self.State.WAITING or (self.state == self.State.RENDERING and not self.is_stalled)

    @property
    def is_stalled(self):
        """Begun, and nothing came of it in the time that any rendering takes: it may be asked for again."""
        return self.state == self.State.RENDERING and self.started_at < timezone.now() - self.PATIENCE


class ProofFile(models.Model):
    proof = models.ForeignKey(Proof, models.CASCADE, related_name="files", verbose_name="épreuve")
    audience = models.CharField("édition", max_length=10, choices=Audience)
    format = models.CharField("format", max_length=5, choices=Format)
    content = models.BinaryField("contenu")

    class Meta:
        verbose_name = "fichier d’une épreuve"
        verbose_name_plural = "fichiers d’une épreuve"
        ordering = ["audience", "format"]
        constraints = [
            models.UniqueConstraint(fields=["proof", "audience", "format"], name="proof_file_once_of_each_format")
        ]

    def __str__(self):
        return f"{self.get_audience_display()}, {self.get_format_display()}"


class EditionQuerySet(models.QuerySet):
    def public(self):
        return self.filter(audience=Audience.PUBLIC)


class Edition(models.Model):
    """One published edition for one audience: its snapshot is the only source of its page and of its files."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="editions", verbose_name="campagne")
    number = models.PositiveSmallIntegerField("édition")
    audience = models.CharField("pour", max_length=10, choices=Audience)
    snapshot = models.TextField("instantané", help_text="JSON : chiffres, mots et définitions, tels que publiés.")
    digest = models.CharField("empreinte", max_length=64, help_text="SHA-256 de l’instantané.")
    proof = models.CharField("épreuve dont elle vient", max_length=64, blank=True, help_text="Son empreinte.")
    published_at = models.DateTimeField("publiée le", default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = "édition de la synthèse"
        verbose_name_plural = "éditions de la synthèse"
        ordering = ["-campaign__year", "-number", "-audience"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number", "audience"], name="edition_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="edition_numbered_from_one"),
            models.CheckConstraint(condition=Q(audience__in=["public", "network"]), name="edition_for_an_audience"),
        ]

    def __str__(self):
        return f"Synthèse {self.campaign.year}, {self.get_audience_display()} n° {self.number}"


class EditionFile(models.Model):
    """The bytes that are served for ever."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="files", verbose_name="édition")
    format = models.CharField("format", max_length=5, choices=Format)
    content = models.BinaryField("contenu")
    digest = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "fichier d’une édition"
        verbose_name_plural = "fichiers d’une édition"
        ordering = ["format"]
        constraints = [models.UniqueConstraint(fields=["edition", "format"], name="edition_file_once_of_each_format")]

    def __str__(self):
        return f"{self.edition}, {self.get_format_display()}"
