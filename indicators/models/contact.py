"""How the CCAS reaches a structure about its sheet: reminders, calls, and the link by which it confirms."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from indicators.models.campaign import Campaign
from indicators.models.sheet import Sheet
from lemans_solidaire.network.models import Structure


class Reminder(models.Model):
    """Two by mail at most; then somebody telephones, and says so here. Only the CCAS reads this."""

    class Kind(models.TextChoices):
        FIRST = "first", "premier rappel"
        SECOND = "second", "second rappel"
        CALL = "call", "appel"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reminders", verbose_name="campagne")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name="structure")
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)

    class Meta:
        verbose_name = "rappel"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "structure", "kind"], name="reminder_once_of_each_kind"),
            models.CheckConstraint(condition=~Q(kind="call") | Q(sent_at__isnull=False), name="reminder_call_is_made"),
        ]

    def __str__(self):
        return f"{self.structure}, {self.get_kind_display()}"


class ConfirmationLink(models.Model):
    """Single use: whoever received it says that the figures typed for the structure are its own, or are not."""

    LASTS = timedelta(days=30)

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="links", verbose_name="fiche")
    digest = models.CharField(  # noqa: DJ001  null until the mail leaves: many links may have none yet
        max_length=64, unique=True, null=True, help_text="SHA-256 : le lien lui-même n’est pas gardé."
    )
    sent_to = models.EmailField("envoyé à", blank=True)
    made_at = models.DateTimeField("fait le", default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    used_at = models.DateTimeField("servi le", null=True, blank=True)

    class Meta:
        verbose_name = "lien de confirmation"
        verbose_name_plural = "liens de confirmation"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.sheet}, {self.made_at:%d/%m/%Y}"

    @staticmethod
    def new_token():
        return secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(token):
        return hashlib.sha256(token.encode()).hexdigest()

    @property
    def is_expired(self):
        return timezone.now() > self.made_at + self.LASTS

    @property
    def serves(self):
        """Once, for a time, and for the very figures of the day it was made."""
        is_about_these = self.sheet.saved_at is None or self.sheet.saved_at <= self.made_at
        return not self.used_at and not self.is_expired and self.sheet.awaits_confirmation and is_about_these
