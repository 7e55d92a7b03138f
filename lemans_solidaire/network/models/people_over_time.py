"""People come and go: who answers for a structure after somebody left, who is still there, what an account keeps."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.models.membership import Membership
from lemans_solidaire.network.models.structure import Structure


def account(label, **options):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options)


class SuccessionQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=Succession.UNDER_WAY)

    def to_take_effect(self):
        return self.filter(state=Succession.State.ANNOUNCED, effective_on__lte=timezone.localdate())

    def with_people(self):
        return self.select_related("structure", "person", "former__user", "made_by", "confirmed_by", "ended_by")


class Succession(models.Model):
    """Somebody else becomes responsable: asked by two members, or decided by the CCAS; announced, then done."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "attend une deuxième personne"
        ANNOUNCED = "announced", "annoncé"
        DONE = "done", "fait"
        STOPPED = "stopped", "arrêté"

    class Then(models.TextChoices):
        LEFT = "left", "n’en fait plus partie"
        MEMBER = "member", "en fait encore partie, comme membre"

    class AtOnce(models.TextChoices):
        CLOSED = "closed", "son compte est fermé, ou ses adresses ne répondent plus"
        DIED = "died", "décès"
        OTHER = "other", "une autre raison"

    UNDER_WAY = (State.PROPOSED, State.ANNOUNCED)

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="successions", verbose_name="structure")
    person = account("qui devient responsable")
    status = models.CharField("statut", max_length=20, choices=Membership.Status)
    former = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="à la place de"
    )
    then = models.CharField("cette personne", max_length=10, choices=Then, blank=True)
    by_ccas = models.BooleanField("décidé par le CCAS", default=False)
    at_once = models.CharField("pourquoi tout de suite", max_length=10, choices=AtOnce, blank=True)
    word = models.TextField("pourquoi", max_length=500, blank=True)
    made_at = models.DateTimeField("demandé le", default=timezone.now)
    made_by = account("demandé par")
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    confirmed_by = account("confirmé par", null=True, blank=True)
    effective_on = models.DateField("prend effet le", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.PROPOSED)
    ended_at = models.DateTimeField("fini le", null=True, blank=True)
    ended_by = account("arrêté par", null=True, blank=True)
    ended_why = models.CharField("pourquoi arrêté", max_length=200, blank=True)
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = "changement de responsable"
        verbose_name_plural = "changements de responsable"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure"], name="succession_one_at_a_time", condition=Q(state__in=["proposed", "announced"])
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("made_by")),
                name="succession_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", effective_on=None) | ~Q(state="proposed"),
                name="succession_proposed_has_no_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["announced", "done"])
                | Q(effective_on__isnull=False) & (Q(by_ccas=True) | Q(confirmed_by__isnull=False)),
                name="succession_announced_by_two_or_the_ccas",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "announced"], ended_at=None)
                | Q(state__in=["done", "stopped"], ended_at__isnull=False),
                name="succession_ended_one_day",
            ),
        ]

    def __str__(self):
        return f"{self.person}, responsable de {self.structure}"

    def get_absolute_url(self):
        return reverse("people:succession", args=[self.structure_id])

    @property
    def is_under_way(self):
        return self.state in self.UNDER_WAY


class RollCall(models.Model):
    """Once a year, a responsable went through the list: who is still there."""

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="roll_calls", verbose_name="structure")
    at = models.DateTimeField("répondu le", default=timezone.now)
    by = account("répondu par")
    stayed = models.PositiveIntegerField("encore là")
    left = models.PositiveIntegerField("parties")
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = "réponse à « qui est encore là ? »"
        verbose_name_plural = "réponses à « qui est encore là ? »"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.structure}, {self.at:%d/%m/%Y}"


class AccountLife(models.Model):
    """What an account says beyond its name, and how it ends. Without a line, there is nothing of this."""

    FIRST_NOTICE = timedelta(days=30)

    class ShownTo(models.TextChoices):
        CCAS = "ccas", "le CCAS seulement"
        STRUCTURES = "structures", "le CCAS et les personnes de mes structures"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="life", verbose_name="compte"
    )
    phone = models.CharField("téléphone", max_length=30, blank=True)
    phone_shown_to = models.CharField("le montrer", max_length=10, choices=ShownTo, default=ShownTo.CCAS)
    first_notice_on = models.DateField("premier courriel avant fermeture le", null=True, blank=True)
    last_notice_on = models.DateField("dernier courriel avant fermeture le", null=True, blank=True)
    closed_on = models.DateField("fermé le", null=True, blank=True)
    erased_on = models.DateField("effacé le", null=True, blank=True)
    name_kept_until = models.DateField("nom gardé jusqu’au", null=True, blank=True)
    goodbye_to = models.EmailField("adresse, le temps de dire que c’est effacé", blank=True)

    class Meta:
        verbose_name = "vie d’un compte"
        verbose_name_plural = "vies des comptes"

    def __str__(self):
        return str(self.user)

    @property
    def closes_on(self):
        """The day that the first mail tells, as long as nobody came back."""
        return self.first_notice_on and self.first_notice_on + self.FIRST_NOTICE
