"""What is kept of mails: those that did not leave, and what each account was told and wants to be told."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone


class UnsentMailQuerySet(models.QuerySet):
    def given_up(self):
        return self.filter(gave_up_at__isnull=False)

    def to_forget(self):
        return self.filter(last_at__lt=timezone.now() - UnsentMail.KEPT)

    def of(self, task, argument, number):
        """Those of one thing, from a query about it: of("charter.send_signing_link", "link_id", OuterRef("pk"))."""
        told = Cast(KT(f"arguments__{argument}"), models.BigIntegerField())
        return self.filter(task=task).annotate(about=told).filter(about=number)

    def forget_address(self, address):
        """That of an account which is erased."""
        written = [address, address.lower()]
        for row in self.filter(models.Q(to__overlap=written) | models.Q(reached__overlap=written)):
            row.to = [one for one in row.to if one not in written]
            row.reached = [one for one in row.reached if one not in written]
            row.save(update_fields=["to", "reached"]) if row.to else row.delete()


class UnsentMail(models.Model):
    """A mail that did not leave, until it does. Never its words: the job writes them again when it is tried again."""

    KEPT = timedelta(days=30)

    job = models.BigIntegerField("tâche", unique=True, null=True, blank=True)
    task = models.CharField("nom de la tâche", max_length=100, blank=True)
    arguments = models.JSONField("ce qu’elle reçoit", default=dict)
    subject = models.CharField("objet", max_length=250)
    to = ArrayField(models.EmailField(), verbose_name="à")
    reached = ArrayField(models.EmailField(), verbose_name="déjà reçu par", default=list)
    tries = models.PositiveSmallIntegerField("essais", default=0)
    first_at = models.DateTimeField("premier essai le", default=timezone.now)
    last_at = models.DateTimeField("dernier essai le", default=timezone.now)
    problem = models.CharField("ce qui s’est passé", max_length=300)
    gave_up_at = models.DateTimeField("abandonné le", null=True, blank=True)

    objects = UnsentMailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel qui n’est pas parti"
        verbose_name_plural = "courriels qui ne sont pas partis"
        ordering = ["-last_at", "-pk"]

    def __str__(self):
        return self.subject

    @property
    def has_given_up(self):
        return self.gave_up_at is not None

    @property
    def can_be_sent_again(self):
        return self.has_given_up and bool(self.task)


class Digest(models.Model):
    """One account's daily mail: how often it wants it, and what it was already told."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", "Chaque jour, s’il y a du nouveau"
        WEEKLY = "weekly", "Le lundi seulement"
        NEVER = "never", "Jamais"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest", primary_key=True, verbose_name="compte"
    )
    rhythm = models.CharField("recevoir le point par courriel", max_length=10, choices=Rhythm, default=Rhythm.DAILY)
    sent_at = models.DateTimeField("dernier envoi le", null=True, blank=True)
    told = models.JSONField("ce qui a été dit, et quand", default=dict)

    class Meta:
        verbose_name = "point par courriel"
        verbose_name_plural = "points par courriel"

    def __str__(self):
        return f"{self.user}, {self.get_rhythm_display()}"
