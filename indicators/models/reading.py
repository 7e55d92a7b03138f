"""What the portal read in activity reports, and what people decided about it."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from indicators.models.campaign import Campaign
from indicators.models.catalogue import Indicator
from indicators.models.sheet import Sheet, by, pair
from lemans_solidaire.network.models import Structure


class ReportReading(models.Model):
    """One reading of one report, by a job: how far it is, then what it could not read."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        READING = "reading", "en cours"
        READ = "read", "lu"
        REFUSED = "refused", "pas lu"

    PATIENCE = timedelta(minutes=20)  # once begun
    QUEUE = timedelta(hours=2)  # before it begins

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="readings", verbose_name="fiche")
    digest = models.CharField("empreinte du rapport", max_length=64)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    pages = models.PositiveSmallIntegerField("pages", default=0)
    step = models.PositiveSmallIntegerField("pages lues", default=0)
    by_ocr = models.JSONField("pages lues par reconnaissance de caractères", default=list)
    unread = models.JSONField("pages sans texte, non lues", default=list)
    extractor = models.CharField("version de la lecture", max_length=20, blank=True)
    asked_at = models.DateTimeField("demandée le", default=timezone.now)
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    finished_at = models.DateTimeField("terminée le", null=True, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)

    class Meta:
        verbose_name = "lecture d’un rapport"
        verbose_name_plural = "lectures de rapports"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "digest"], name="reading_once_per_report"),
            models.CheckConstraint(
                condition=~Q(state="reading") | Q(started_at__isnull=False), name="reading_begun_has_its_date"
            ),
            models.CheckConstraint(
                condition=~Q(state="read") | Q(finished_at__isnull=False), name="reading_done_has_its_date"
            ),
        ]

    def __str__(self):
        return f"{self.sheet}, {self.get_state_display()}"

    @property
    def is_read(self):
        return self.state == self.State.READ

    @property
    def is_under_way(self):
        """Past the time that any reading takes, it may be asked for again."""
        now = timezone.now()
        if self.state == self.State.WAITING:
            return self.asked_at > now - self.QUEUE
        return self.state == self.State.READING and self.started_at > now - self.PATIENCE


class ProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Proposal.State.OPEN)

    def in_order(self):
        return self.order_by("indicator__position", "indicator_id")

    def proven(self):
        """Those that a person put in the sheet, as read or corrected."""
        return self.filter(state__in=[Proposal.State.ACCEPTED, Proposal.State.CORRECTED])


class Proposal(models.Model):
    """What a reading proposes for one indicator, and what a person decided.

    `passages` are the values found, the surest first: {"value": text of a decimal, "page", "quote", "boxes",
    "confidence", "is_approximate", "named_by", "matched"}, as indicators.extraction.Proposal gives them.
    """

    class State(models.TextChoices):
        OPEN = "open", "à vérifier"
        ACCEPTED = "accepted", "gardé"
        CORRECTED = "corrected", "corrigé"
        REJECTED = "rejected", "écarté"

    reading = models.ForeignKey(ReportReading, models.CASCADE, related_name="proposals", verbose_name="lecture")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", verbose_name="indicateur")
    passages = models.JSONField("passages")
    state = models.CharField("décision", max_length=10, choices=State, default=State.OPEN)
    chosen = models.PositiveSmallIntegerField("passage retenu", null=True, blank=True)
    kept = models.DecimalField("mis dans la fiche", max_digits=14, decimal_places=2, null=True, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = by("par")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "chiffre proposé"
        verbose_name_plural = "chiffres proposés"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "indicator"], name="proposal_once_per_indicator"),
            pair("proposal_decided_pair", decided_at=None, decided_by=None),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="proposal_decided_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "corrected"], chosen__isnull=False, kept__isnull=False)
                | Q(state__in=["open", "rejected"], chosen=None, kept=None),
                name="proposal_kept_has_its_passage",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} : {self.get_state_display()}"

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def values(self):
        return [Decimal(passage["value"]) for passage in self.passages]

    @property
    def mark(self):
        """What a page that showed it sends back: another report, another reading or decision is another mark."""
        told = [self.pk, self.passages, self.state, str(self.decided_at)]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    def state_for(self, chosen, value):
        """Of a figure put in the sheet: as its passage was read, or corrected."""
        return self.State.ACCEPTED if value == self.values[chosen] else self.State.CORRECTED

    def is_decided_as(self, state, chosen, kept):
        return (self.state, self.chosen, self.kept) == (state, chosen, kept)

    @property
    def passage(self):
        """The one that was kept, or the surest."""
        return self.passages[self.chosen or 0]


class WaitingReport(models.Model):
    """A report that came to the CCAS, until somebody says whose it is."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="waiting_reports", verbose_name="campagne")
    structure = models.ForeignKey(
        Structure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="structure devinée"
    )
    content = models.BinaryField("contenu")
    name = models.CharField("nom du fichier", max_length=200)
    pages = models.PositiveSmallIntegerField("pages")
    digest = models.CharField("empreinte", max_length=64)
    uploaded_at = models.DateTimeField("déposé le", default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "rapport à rattacher"
        verbose_name_plural = "rapports à rattacher"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "digest"], name="waiting_report_once")]

    def __str__(self):
        return self.name


class WordsVerdict(models.Model):
    """The CCAS's answer on words by which reports name an indicator: taken among its synonyms, left out, or removed."""

    class Verdict(models.TextChoices):
        TAKEN = "taken", "ajouté aux façons de le dire"
        LEFT = "left", "laissé de côté"
        REMOVED = "removed", "retiré des façons de le dire"
        KEPT = "kept", "gardé parmi les façons de le dire"

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="verdicts", verbose_name="indicateur")
    words = models.CharField("mots", max_length=120)
    verdict = models.CharField("réponse", max_length=10, choices=Verdict)
    given_at = models.DateTimeField("donnée le", default=timezone.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "réponse sur des mots"
        verbose_name_plural = "réponses sur des mots"
        ordering = ["-given_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["indicator", "words"], name="words_verdict_once")]

    def __str__(self):
        return f"{self.words} : {self.get_verdict_display()}"
