"""New problems that structures run into, told between meetings or at one, and followed until they are answered."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.models.meeting import Meeting
from lemans_solidaire.network.models.structure import Structure
from lemans_solidaire.network.themes import Theme


class ProblemQuerySet(models.QuerySet):
    def unanswered(self):
        return self.exclude(state=Problem.State.ANSWERED)

    def of_year(self, year):
        """Told that year, or told before and answered that year."""
        return self.filter(Q(made_at__year=year) | Q(answered_on__year=year, made_at__year__lt=year))

    def with_structures(self):
        return self.annotate(met_by=models.Count("structures")).order_by(*Problem._meta.ordering)


class Problem(models.Model):
    class State(models.TextChoices):
        ASKED = "asked", "posée"
        STUDIED = "studied", "étudiée"
        ANSWERED = "answered", "répondue"

    UNANSWERED = "sans-reponse"  # asked or studied, in the address of the list

    theme = models.CharField("thème", max_length=20, choices=Theme)
    publics = models.CharField(
        "qui est concerné", max_length=200, help_text="Par exemple : des jeunes de 18 à 25 ans, des familles à l’hôtel."
    )
    text = models.TextField(
        "la difficulté",
        max_length=1000,
        help_text="La situation, jamais une personne : ni nom, ni adresse, ni histoire qui la ferait reconnaître.",
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name="dite à la rencontre"
    )
    structures = models.ManyToManyField(Structure, through="ProblemMet", related_name="+")
    state = models.CharField("état", max_length=10, choices=State, default=State.ASKED)
    answer = models.TextField("la réponse", max_length=2000, blank=True)
    answered_on = models.DateField("répondue le", null=True, blank=True)
    made_at = models.DateTimeField("posée le", default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "difficulté nouvelle"
        verbose_name_plural = "difficultés nouvelles"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="answered", answered_on__isnull=False) & ~Q(answer=""))
                | (~Q(state="answered") & Q(answered_on=None)),
                name="problem_answered_one_day",
            ),
        ]

    def __str__(self):
        return self.text if len(self.text) <= 80 else f"{self.text[:80].rsplit(' ', 1)[0]}…"

    def get_absolute_url(self):
        return reverse("network:problem", args=[self.pk])

    @property
    def is_answered(self):
        return self.state == self.State.ANSWERED


class ProblemMet(models.Model):
    """« Nous aussi »."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="met", verbose_name="difficulté")
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+", verbose_name="structure")
    since = models.DateField("depuis le", default=timezone.localdate)

    class Meta:
        verbose_name = "structure qui rencontre une difficulté"
        verbose_name_plural = "structures qui rencontrent une difficulté"
        ordering = ["structure__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["problem", "structure"], name="problem_met_once")]

    def __str__(self):
        return f"{self.structure}, {self.problem}"
