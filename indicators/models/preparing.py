"""What is written and agreed before a summary is published: words of the CCAS, page of each structure, highlights."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from indicators.models.campaign import Campaign
from indicators.models.catalogue import Section
from indicators.models.sheet import TEXT_LENGTH, WORD_LENGTH, Sheet, by, pair
from lemans_solidaire.network.themes import Theme


class SummaryText(models.Model):
    """What the CCAS writes: the foreword, a comment for a chapter, what a new edition corrects; each is signed."""

    class Place(models.TextChoices):
        FOREWORD = "foreword", "Avant-propos"
        CORRECTION = "correction", "Ce que cette édition corrige"
        KEY_FIGURES = "key", "Commentaire des chiffres clés"
        ACTIVITY = Section.ACTIVITY.value, f"Commentaire : {Section.ACTIVITY.label}"
        PUBLICS = Section.PUBLICS.value, f"Commentaire : {Section.PUBLICS.label}"
        SERVICES = Section.SERVICES.value, f"Commentaire : {Section.SERVICES.label}"
        RUNNING = Section.RUNNING.value, f"Commentaire : {Section.RUNNING.label}"
        PROBLEMS = "problems", "Commentaire des difficultés"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="texts", verbose_name="campagne")
    place = models.CharField("place", max_length=20, choices=Place)
    text = models.TextField("texte", max_length=2 * TEXT_LENGTH)
    name = models.CharField("nom", max_length=150)
    function = models.CharField("fonction", max_length=150)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField("enregistré le", auto_now=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "texte de la synthèse"
        verbose_name_plural = "textes de la synthèse"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "place"], name="summary_text_once_per_place"),
            models.CheckConstraint(
                condition=~models.Q(text="") & ~models.Q(name="") & ~models.Q(function=""),
                name="summary_text_is_signed",
            ),
        ]

    def __str__(self):
        return f"{self.get_place_display()}, {self.campaign.year}"


class ProblemState(models.Model):
    """Where a difficulty of the year stands, as the CCAS says it: one sentence for whoever decides."""

    class State(models.TextChoices):
        SEEN = "seen", "constatée, pas encore de réponse"
        STUDIED = "studied", "étudiée avec le réseau"
        ANSWERED = "answered", "une réponse est en place"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="problem_states", verbose_name="campagne")
    theme = models.CharField("thème", max_length=20, choices=Theme)
    state = models.CharField("où elle en est", max_length=10, choices=State, default=State.SEEN)
    words = models.CharField("en une phrase", max_length=WORD_LENGTH, blank=True)
    saved_at = models.DateTimeField("enregistré le", auto_now=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "état d’une difficulté"
        verbose_name_plural = "états des difficultés"
        ordering = ["theme"]
        constraints = [models.UniqueConstraint(fields=["campaign", "theme"], name="problem_state_once_per_theme")]

    def __str__(self):
        return f"{self.get_theme_display()} : {self.get_state_display()}"


class AnnexQuerySet(models.QuerySet):
    def being_read(self):
        """Its structure still has time, and has not said that it is done."""
        return self.filter(until__gte=timezone.localdate(), agreed_at=None)


class Annex(models.Model):
    """A structure's own page in the summary, which it reads before anybody else."""

    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="annex", verbose_name="fiche")
    sent_at = models.DateTimeField("soumise le", default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    until = models.DateField("à relire jusqu’au")
    mailed_at = models.DateTimeField("courriel parti le", null=True, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)
    agreed_at = models.DateTimeField("trouvée juste le", null=True, blank=True)
    agreed_by = by("par")
    kept_out_at = models.DateTimeField("gardée hors de l’édition publique le", null=True, blank=True)
    kept_out_by = by("par")

    objects = AnnexQuerySet.as_manager()

    class Meta:
        verbose_name = "page d’une structure dans la synthèse"
        verbose_name_plural = "pages des structures dans la synthèse"
        ordering = ["sheet__structure__name", "pk"]
        constraints = [
            pair("annex_agreed_pair", agreed_at=None, agreed_by=None),
            pair("annex_kept_out_pair", kept_out_at=None, kept_out_by=None),
        ]

    def __str__(self):
        return f"Page de {self.sheet}"

    @property
    def is_being_read(self):
        return self.until >= timezone.localdate() and self.agreed_at is None

    @property
    def is_unreachable(self):
        """No address, or a mail that still has not left after a day."""
        late = self.mailed_at is None and self.sent_at < timezone.now() - timedelta(days=1)
        return bool(self.problem) or late

    @property
    def is_kept_out(self):
        return self.kept_out_at is not None


class Highlight(models.Model):
    """An extract of what a structure wrote, chosen by the CCAS; printed only once its author has agreed to it."""

    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="highlight", verbose_name="fiche")
    text = models.TextField("extrait", max_length=TEXT_LENGTH)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = by("par")
    is_agreed = models.BooleanField("d’accord", default=False)

    class Meta:
        verbose_name = "fait marquant choisi"
        verbose_name_plural = "faits marquants choisis"
        ordering = ["sheet__structure__name", "pk"]
        constraints = [
            pair("highlight_answered_pair", answered_at=None, answered_by=None),
            models.CheckConstraint(
                condition=~models.Q(is_agreed=True) | models.Q(answered_at__isnull=False),
                name="highlight_agreed_by_somebody",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="highlight_says_something"),
        ]

    def __str__(self):
        return f"{self.sheet.structure} : {self.text[:60]}"

    def is_in(self, sheet):
        """Whether the structure still says so."""
        return self.text in sheet.highlights.replace("\r\n", "\n")
