from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from indicators.models.campaign import Campaign, Territory
from indicators.models.catalogue import Block, Indicator
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.themes import Theme

WORD_LENGTH = 300
TEXT_LENGTH = 2000


class SheetQuerySet(models.QuerySet):
    def awaiting_review(self):
        """What the CCAS has to read over; a sheet it typed itself waits for the structure's word first."""
        sent = self.filter(state__in=[Sheet.State.SUBMITTED, Sheet.State.ANSWERED])
        return sent.filter(Q(on_behalf="") | Q(confirmed_at__isnull=False))

    def reviewed(self):
        return self.filter(state=Sheet.State.REVIEWED)

    def shared(self):
        """What every member of the network may read."""
        return self.reviewed().filter(shared_with=Sheet.Sharing.NETWORK)


def pair(name, **fields):
    """Either all of these fields are known, or none; each is given with the value that means « unknown »."""
    known = {f"{field}__isnull": False for field, unknown in fields.items() if unknown is None}
    condition = Q(**known) if known else Q()
    for field, unknown in fields.items():
        if unknown is not None:
            condition &= ~Q(**{field: unknown})
    return models.CheckConstraint(condition=Q(**fields) | condition, name=name)


def by(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Sheet(models.Model):
    """What one structure answers in one campaign."""

    class State(models.TextChoices):
        DRAFT = "draft", "brouillon"
        SUBMITTED = "submitted", "envoyée"
        QUESTIONED = "questioned", "question posée"
        ANSWERED = "answered", "réponse donnée"
        REVIEWED = "reviewed", "relue"

    class Period(models.TextChoices):
        CALENDAR = "calendar", "L’année civile, de janvier à décembre"
        SCHOOL = "school", "L’année scolaire, de septembre à août"
        WINTER = "winter", "La campagne d’hiver"

    Territory = Territory

    class Sharing(models.TextChoices):
        NETWORK = "network", "Les membres des structures du réseau"
        CCAS = "ccas", "Le CCAS seulement"

    class OnBehalf(models.TextChoices):
        PAPER = "paper", "d’après une fiche sur papier"
        PHONE = "phone", "au téléphone"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sheets", verbose_name="campagne")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="sheets", verbose_name="structure")
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0, help_text="Augmente à chaque enregistrement.")

    period = models.CharField("période des chiffres", max_length=10, choices=Period, default=Period.CALENDAR)
    territory = models.CharField("territoire", max_length=15, choices=Territory, blank=True)
    blocks = models.ManyToManyField(Block, blank=True, related_name="+", verbose_name="ce que la structure fait")
    missions = models.TextField("missions", blank=True, max_length=TEXT_LENGTH)
    highlights = models.TextField("faits marquants", blank=True, max_length=TEXT_LENGTH)
    remarks = models.PositiveSmallIntegerField(
        "chiffres qui étonnent",
        default=0,
        help_text="Compté à chaque enregistrement : ceux qui n’ont pas leur mot d’explication.",
    )
    shared_with = models.CharField("qui peut la lire", max_length=10, choices=Sharing, default=Sharing.NETWORK)

    saved_at = models.DateTimeField("enregistrée le", null=True, blank=True)
    saved_by = by("par")
    submitted_at = models.DateTimeField("envoyée le", null=True, blank=True)
    submitted_by = by("par")
    reviewed_at = models.DateTimeField("relue le", null=True, blank=True)
    reviewed_by = by("par")
    reopened_at = models.DateTimeField("rouverte le", null=True, blank=True)
    reopened_because = models.CharField("parce que", max_length=WORD_LENGTH, blank=True)
    on_behalf = models.CharField("saisie par le CCAS", max_length=10, choices=OnBehalf, blank=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    confirmed_name = models.CharField("par", max_length=150, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche d’indicateurs"
        verbose_name_plural = "fiches d’indicateurs"
        ordering = ["structure__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "structure"], name="sheet_once_per_structure_and_campaign"),
            pair("sheet_saved_pair", saved_at=None, saved_by=None),
            pair("sheet_submitted_pair", submitted_at=None, submitted_by=None),
            pair("sheet_reviewed_pair", reviewed_at=None, reviewed_by=None),
            pair("sheet_reopened_pair", reopened_at=None, reopened_because=""),
            pair("sheet_confirmed_pair", confirmed_at=None, confirmed_name=""),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, reviewed_at=None)
                | Q(state__in=["submitted", "questioned", "answered"], submitted_at__isnull=False, reviewed_at=None)
                | Q(state="reviewed", submitted_at__isnull=False, reviewed_at__isnull=False),
                name="sheet_state_has_its_dates",
            ),
        ]

    def __str__(self):
        return f"{self.structure}, {self.campaign.year}"

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    @property
    def awaits_confirmation(self):
        """Typed by the CCAS for the structure, which has not yet said that these are its figures."""
        return bool(self.on_behalf) and self.confirmed_at is None and not self.is_draft

    @property
    def frame_in_words(self):
        """« Une commune. L’année scolaire, de septembre à août »."""
        period = self.get_period_display()
        return f"{self.get_territory_display()}. {period}" if self.territory else period

    def has_its_page(self, audience):
        """Kept between its structure and the CCAS, it has no page anywhere; the public one can be declined."""
        annex = getattr(self, "annex", None)
        is_declined = audience == "public" and annex is not None and annex.is_kept_out
        return self.shared_with == self.Sharing.NETWORK and not is_declined

    def get_absolute_url(self):
        return reverse("indicators:sheet", args=[self.campaign.year, self.structure_id])


class Answer(models.Model):
    """A figure, or the plain fact that there is none: each is a complete answer, and never the same as zero."""

    class Kind(models.TextChoices):
        COUNTED = "counted", "compté"
        ESTIMATED = "estimated", "estimé"
        NOT_COUNTED = "not_counted", "non compté"
        NOT_ASKED = "not_asked", "non demandé"

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers", verbose_name="fiche")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="answers", verbose_name="indicateur")
    kind = models.CharField("réponse", max_length=15, choices=Kind)
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    word = models.CharField("un mot", max_length=WORD_LENGTH, blank=True)

    class Meta:
        verbose_name = "réponse"
        ordering = ["indicator__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "indicator"], name="answer_once_per_indicator"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="answer_not_negative"),
            models.CheckConstraint(
                condition=Q(kind__in=["counted", "estimated"], value__isnull=False)
                | Q(kind__in=["not_counted", "not_asked"], value=None),
                name="answer_value_when_there_is_one",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} : {self.get_kind_display() if self.value is None else self.value}"


class Difficulty(models.Model):
    """What people or the structure ran into, by theme; perhaps for the first time this year."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="difficulties", verbose_name="fiche")
    theme = models.CharField("thème", max_length=20, choices=Theme)
    text = models.TextField("difficulté", max_length=TEXT_LENGTH)
    is_new = models.BooleanField("nouveau cette année", default=False)

    class Meta:
        verbose_name = "difficulté"
        ordering = ["theme", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "theme"], name="difficulty_once_per_theme"),
            models.CheckConstraint(condition=~Q(text=""), name="difficulty_says_something"),
        ]

    def __str__(self):
        return f"{self.get_theme_display()} : {self.text[:60]}"


class QuestionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answered_at=None)


class Question(models.Model):
    """What the CCAS asks about one figure; the structure changes the figure or keeps it, with a word."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "chiffre maintenu"
        CHANGED = "changed", "chiffre changé"

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="questions", verbose_name="fiche")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="indicateur")
    text = models.CharField("question", max_length=WORD_LENGTH)
    asked_at = models.DateTimeField("posée le")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    outcome = models.CharField("suite", max_length=10, choices=Outcome, blank=True)
    word = models.CharField("réponse", max_length=WORD_LENGTH, blank=True)
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    answered_by = by("par")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "question"
        ordering = ["indicator__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "indicator"], condition=Q(answered_at=None), name="question_open_once_per_figure"
            ),
            pair("question_answered_pair", answered_at=None, answered_by=None),
            pair("question_answered_with_outcome", answered_at=None, outcome=""),
            models.CheckConstraint(
                condition=~Q(outcome="kept") | ~Q(word=""), name="question_kept_figure_has_its_word"
            ),
        ]

    def __str__(self):
        return f"{self.indicator} : {self.text}"
