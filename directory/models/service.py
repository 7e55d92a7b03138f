"""The services of the structures: the fields of the data·inclusion v1 schema, and what people ask before they go."""

import re

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from directory import languages, vocabulary
from directory.hours import in_french
from directory.questions import QUESTIONS
from lemans_solidaire.network.models import Structure

OLD = 730  # days after which a page says that it may be out of date


def codes(label, **more):
    """Several words of a vocabulary. Empty: not known."""
    return ArrayField(models.CharField(max_length=100), verbose_name=label, default=list, blank=True, **more)


def answer(label):
    return models.BooleanField(label, null=True, blank=True)


class Welcome(models.TextChoices):
    UNCONDITIONAL = "inconditionnel", "ouvert à toute personne, sans condition"
    PREFERENTIAL = "prioritaire", "en priorité pour certaines personnes"
    REFERRAL = "orientation", "seulement envoyé par un professionnel"
    REGISTRATION = "inscription", "après une inscription"


class Capacity(models.TextChoices):
    OPEN = "places", "il y a de la place"
    WAITING = "attente", "liste d’attente"
    FULL = "complet", "complet"


def validate_papers(value):
    """A list of {"what": text, "why": text}."""
    rows = value if isinstance(value, list) else [None]
    if not all(isinstance(one, dict) and one.keys() == {"what", "why"} and is_told(**one) for one in rows):
        raise ValidationError('Écrivez par exemple [{"what": "carte Vitale", "why": "pour les soins"}], ou rien.')


def is_told(what, why):
    return isinstance(what, str) and isinstance(why, str) and what.strip() != ""


class ServiceQuerySet(models.QuerySet):
    def open(self):
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=timezone.localdate())).filter(
            Q(structure__closed_on=None) | Q(structure__closed_on__gt=timezone.localdate())
        )


class Service(models.Model):
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="services", verbose_name="structure")
    name = models.CharField("nom", max_length=150)
    description = models.TextField("description", max_length=10_000, blank=True)
    type = models.CharField("type", max_length=50, blank=True)
    themes = codes("thématiques")
    publics = codes("publics")
    publics_details = models.TextField("précisions sur les publics", blank=True)
    fees = models.CharField("frais", max_length=50, blank=True)
    fees_details = models.TextField("précisions sur les frais", blank=True)
    conditions = models.TextField("conditions d’accès", blank=True)
    reception = codes("modes d’accueil")
    mobilisation = codes("modes de mobilisation")
    mobilised_by = codes("mobilisable par")
    mobilisation_details = models.TextField("pour y venir", blank=True)
    mobilisation_url = models.URLField("lien pour y venir", max_length=500, blank=True)
    zone = codes("zone d’éligibilité")
    contact_name = models.CharField("personne à joindre", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    address = models.CharField("adresse", max_length=300, blank=True)
    address_more = models.CharField("complément d’adresse", max_length=300, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=100, blank=True)
    city_code = models.CharField("code de la commune", max_length=5, blank=True)
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    hours = models.CharField("horaires (format OpenStreetMap)", max_length=500, blank=True)
    weekly_hours = models.FloatField("heures par semaine", null=True, blank=True, validators=[MinValueValidator(0)])
    weeks = models.PositiveSmallIntegerField("nombre de semaines", null=True, blank=True)
    updated_on = models.DateField("mis à jour le", default=timezone.localdate, null=True, blank=True)
    welcome = models.CharField("accueil", max_length=20, choices=Welcome, blank=True)
    without_papers = answer("aucun papier d’identité demandé")
    without_appointment = answer("sans rendez-vous")
    welcomes_alone = answer("personnes seules accueillies")
    welcomes_couples = answer("couples accueillis")
    welcomes_children = answer("enfants accueillis")
    welcomes_dogs = answer("chiens acceptés")
    keeps_luggage = answer("on peut y poser ses bagages")
    wheelchair = answer("accessible en fauteuil roulant")
    accompanied = answer("un bénévole peut accompagner")
    languages = codes("langues parlées")
    # None: not known; none of them: nothing to bring.
    papers = models.JSONField("papiers à apporter", null=True, blank=True, validators=[validate_papers])
    first_visit = models.TextField("la première fois", max_length=2000, blank=True)
    capacity = models.CharField("places en ce moment", max_length=10, choices=Capacity, blank=True)
    capacity_since = models.DateField("places\u202f: depuis le", null=True, blank=True)
    is_for_professionals = models.BooleanField(
        "réservé aux membres du réseau", default=False, help_text="Personne d’autre ne le voit, ni ne le trouve."
    )
    confirmed_on = models.DateField("confirmé le", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="confirmé par"
    )
    is_address_hidden = models.BooleanField(
        "adresse confidentielle",
        default=False,
        help_text="Un lieu d’abri\u202f: l’adresse n’est montrée nulle part, quoi qu’en dise un fichier importé.",
    )
    hides_place = models.BooleanField(default=False, editable=False)  # set by the database: also where a sibling hides
    closed_on = models.DateField("fermé depuis le", null=True, blank=True)
    source = models.CharField("source", max_length=100, blank=True)
    source_id = models.CharField("identifiant d’origine", max_length=200, blank=True)
    source_url = models.URLField("page d’origine", max_length=500, blank=True)
    imported = models.JSONField("tel qu’importé", default=dict, editable=False)
    to_check = models.TextField("à vérifier", blank=True, help_text="Ce que l’import n’a pas su lire.")

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "service"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("source_id", name="service_source_unique", condition=~Q(source_id="")),
            models.CheckConstraint(condition=~Q(name=""), name="service_has_a_name"),
            models.CheckConstraint(
                condition=Q(confirmed_on=None, confirmed_by=None)
                | Q(confirmed_on__isnull=False, confirmed_by__isnull=False),
                name="service_confirmed_by_somebody",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("directory:service", args=[self.pk])

    @property
    def place(self):
        """The address as anybody may read it; empty when it is confidential."""
        if self.hides_place or self.is_address_hidden:
            return ""
        line = ", ".join(part for part in (self.address, self.address_more) if part)
        return ", ".join(part for part in (line, f"{self.postcode} {self.city}".strip()) if part)

    @property
    def theme_labels(self):
        return vocabulary.labels("themes", self.themes)

    @property
    def public_labels(self):
        return vocabulary.labels("publics", self.publics)

    @property
    def language_labels(self):
        return [languages.spoken_label(code) for code in self.languages]

    @property
    def mobilisation_labels(self):
        return vocabulary.labels("mobilisation", self.mobilisation)

    @property
    def answers_told(self):
        """[sentence] of the questions whose answer is known."""
        answers = [(question, getattr(self, question.field)) for question in QUESTIONS]
        return [question.yes if answer else question.no for question, answer in answers if answer is not None]

    @property
    def answers_unknown(self):
        return [question.asked for question in QUESTIONS if getattr(self, question.field) is None]

    @property
    def fees_label(self):
        return vocabulary.label("fees", self.fees)

    @property
    def hours_in_french(self):
        """[sentence], or None when the hours are unknown or written in another way."""
        return in_french(self.hours) if self.hours else None

    @property
    def told_on(self):
        """The last day when somebody looked at this page, or None."""
        return max(filter(None, (self.confirmed_on, self.updated_on)), default=None)

    @property
    def is_old(self):
        return self.told_on is not None and (timezone.localdate() - self.told_on).days > OLD

    @property
    def telephone(self):
        return self.phone or self.structure.phone

    @property
    def telephone_link(self):
        return f"tel:{re.sub(r'[^0-9+]', '', self.telephone)}"
