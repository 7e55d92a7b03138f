"""What people write of a service, a closure, a structure. Nothing typed is lost, nor what was left as it was."""

import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone

from directory import languages, vocabulary
from directory.actions import OF_A_CLOSURE
from directory.editing import values
from directory.editing.fields import LONGEST, NOT_OFFERED, Choice, Day, Line, Prose, Several, Tick, WebAddress
from directory.editing.form_parts import HoursPart, PapersPart, PlacePart
from directory.editing.public_phone import PublicPhone
from directory.editing.seen import KeyedForm, SeenForm
from directory.models import Capacity, Presentation, Service, Welcome
from directory.questions import QUESTIONS

UNKNOWN = [("", "on ne sait pas")]
YES_NO = [("oui", "oui"), ("non", "non"), *UNKNOWN]
ANSWERS = {True: "oui", False: "non", None: ""}
WAYS_TO_COME = vocabulary.words("mobilisation") | {"utiliser-lien-mobilisation": "Passer par une adresse en ligne"}


def answer_shown(answer):
    return ANSWERS[answer] if isinstance(answer, bool) else ""


def length_of(name):
    return Service._meta.get_field(name).max_length or LONGEST


class ServiceForm(HoursPart, PapersPart, PlacePart, PublicPhone, KeyedForm, SeenForm):
    name = Line(
        label="Son nom",
        length=150,
        required=True,
        help_text="Comme on le dit\u202f: «\u202fRepas du soir\u202f», «\u202fDouches\u202f».",
        error_messages={"required": "Donnez-lui un nom\u202f: c’est la seule chose qu’il faut."},
    )
    description = Prose(
        label="Ce que c’est", length=length_of("description"), help_text="Deux ou trois phrases simples."
    )
    type = Choice([*vocabulary.words("type").items(), *UNKNOWN], label="Sorte de service")
    themes = Several(list(vocabulary.words("themes").items()), label="Thèmes")
    publics = Several(list(vocabulary.words("publics").items()), label="Publics")
    publics_details = Prose(label="Précisions sur les publics", rows=2)
    welcome = Choice([*Welcome.choices, *UNKNOWN], label="Accueil")
    conditions = Prose(label="Conditions", rows=2, help_text="Par exemple habiter Le Mans, ou adhérer.")
    fees = Choice([*vocabulary.words("fees").items(), *UNKNOWN], label="Prix")
    fees_details = Prose(label="Précisions sur le prix", rows=2)
    languages = Several(list(languages.spoken().items()), label="Langues parlées")
    first_visit = Prose(
        label="La première fois",
        length=2000,
        help_text="Qui accueille, où l’on entre, combien de temps cela prend.",
    )
    capacity = Choice([*Capacity.choices, *UNKNOWN], label="Places en ce moment")
    phone = Line(label="Téléphone", length=30, hints={"type": "tel", "inputmode": "tel"})
    email = forms.EmailField(
        label="Courriel",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={"invalid": "Cette adresse ne convient pas. Elle s’écrit comme accueil@exemple.fr."},
    )
    contact_name = Line(label="Personne à joindre", length=200)
    reception = Several(list(vocabulary.words("reception").items()), label="Où l’on est reçu")
    mobilisation = Several(list(WAYS_TO_COME.items()), label="Comment y venir")
    mobilisation_details = Prose(label="Précisions pour y venir", rows=2)
    mobilisation_url = WebAddress(label="Adresse en ligne pour y venir", length=500)
    is_for_professionals = Tick(
        label="Réservé aux membres du réseau", help_text="Personne d’autre ne le voit, ni ne le trouve."
    )
    is_address_hidden = Tick(
        label="Son adresse est confidentielle",
        help_text="Un lieu d’abri\u202f: elle n’est montrée nulle part, ni écrite dans l’histoire des changements.",
    )

    PLAIN = [
        *["name", "description", "type", "themes", "publics", "publics_details", "welcome", "conditions", "fees"],
        *["fees_details", "languages", "first_visit", "capacity", "phone", "email", "contact_name", "reception"],
        *["mobilisation", "mobilisation_details", "mobilisation_url", "is_for_professionals", "is_address_hidden"],
        "address_more",
    ]
    LISTS = ["type", "themes", "publics", "fees", "languages", "reception", "mobilisation"]
    WAYS = ["mobilisation", "mobilisation_details", "mobilisation_url"]
    SECTIONS = {
        "quoi": ["name", "description", "type"],
        "themes": ["themes"],
        "quand": ["hours", *HoursPart.HOURS],
        "places": ["capacity"],
        "ou": [*PlacePart.PLACE, "address_more", "is_address_hidden"],
        "joindre": ["phone", PublicPhone.PUBLIC, "email", "contact_name", "reception", *WAYS],
        "qui": ["publics", "publics_details", "welcome", "conditions", "languages", "is_for_professionals"],
        "avant": [
            *(one.field for one in QUESTIONS),
            *["fees", "fees_details", "first_visit", "papers", *PapersPart.PAPERS],
        ],
    }
    field_order = [name for names in SECTIONS.values() for name in names]
    # What each says while it is closed.
    TOLD = {
        "themes": "themes",
        "quand": "hours",
        "places": "capacity",
        "ou": "address",
        "joindre": "phone",
        "qui": "publics",
        "avant": "papers",
    }

    def __init__(self, data=None, *, structure, **options):
        self.structure = structure
        super().__init__(data, **options)
        self.initial.setdefault("key", uuid.uuid4())
        for name in self.LISTS:
            self.offer_what_is_kept(name)

    def offer_what_is_kept(self, name):
        """A word that an import left, and that is no longer in the vocabulary, is not lost for that."""
        kept = [self.shown.get(name), self.seen_values.get(name)]
        told = {
            one for value in kept for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)
        }
        offered = dict(self.fields[name].choices)
        self.fields[name].choices = [
            *self.fields[name].choices,
            *((one, one) for one in sorted(told - set(offered) - {""})),
        ]

    def initial_of(self, told):
        shown = {name: told.get(name) for name in self.PLAIN if name in told}
        shown |= {one.field: answer_shown(told.get(one.field)) for one in QUESTIONS}
        return shown | self.hours_shown(told) | self.papers_shown(told) | self.place_shown(told)

    def clean(self):
        """`typed` is {field of Service: value}."""
        self.typed = {}
        for name in self.PLAIN:
            self.keep(name, [name], lambda name=name: {name: self.cleaned_data.get(name)})
        for question in QUESTIONS:
            name = question.field
            self.keep(
                name, [name], lambda name=name: {name: {"oui": True, "non": False}.get(self.cleaned_data.get(name))}
            )
        self.ask_about_mobile()
        self.keep("hours", self.HOURS, self.clean_hours)
        self.keep("papers", self.PAPERS, self.clean_papers)
        self.keep("address", self.PLACE, self.clean_place)
        return self.cleaned_data

    def keep(self, name, fields, read):
        """A part that was left as it was shown keeps its value, whatever this form would have made of it."""
        if name in self.seen_values and self.is_untouched(*fields):
            for field in fields:
                self.errors.pop(field, None)
            told = ("address", "postcode", "city") if name == "address" else (name,)
            self.typed |= {one: self.seen_values[one] for one in told if one in self.seen_values}
        else:
            self.typed |= read()

    def sections(self):
        """[(section, what it says now, is it to be shown open)]."""
        kept = self.seen_values
        told = {section: values.in_words(name, kept[name]) for section, name in self.TOLD.items() if name in kept}
        opened = self.opened or (set() if kept else {"quoi"})
        return [(section, told.get(section, ""), section in opened) for section in self.SECTIONS]

    @property
    def opened(self):
        """The sections where there is something to mend or to choose between."""
        touched = {*self.errors, *self.others} if self.is_bound or self.others else set()
        return {section for section, names in self.SECTIONS.items() if touched & set(names)}

    def themes_by_family(self):
        """[(family, [boxes], how many are ticked)]."""
        families = {}
        for box in self["themes"]:
            code = str(box.data["value"]).partition("--")[0]
            families.setdefault(code, []).append(box)
        labels = vocabulary.groups()
        return [(labels.get(code, code), boxes, ticked(boxes)) for code, boxes in families.items()]

    @property
    def languages_ticked(self):
        return ticked(self["languages"])

    @property
    def other_hours(self):
        return self.others.get("hours")

    @property
    def other_papers(self):
        return self.others.get("papers")

    def questions(self):
        return [self[question.field] for question in QUESTIONS]


def ticked(boxes):
    return sum(bool(box.data["selected"]) for box in boxes)


for question in QUESTIONS:
    ServiceForm.base_fields[question.field] = Choice(YES_NO, label=question.asked[0].upper() + question.asked[1:])


class StructureForm(PublicPhone, SeenForm):
    """What a structure says of itself; its name, its address and its SIRET are kept by the CCAS."""

    mission = Prose(
        label="En deux ou trois phrases", length=3000, help_text="Ce que fait votre structure, et pour qui."
    )
    phone = Line(label="Téléphone", length=30, hints={"type": "tel", "inputmode": "tel"})
    website = WebAddress(label="Site internet", length=200)
    aims = Prose(label="Ce que nous voulons", length=3000)
    limits = Prose(label="Ce que nous ne faisons pas", length=3000, help_text="Cela évite des trajets pour rien.")
    rules = Prose(label="La vie dans la maison", length=3000, help_text="Les règles, en mots simples.")
    participate = Prose(
        label="Participer",
        length=3000,
        help_text=Presentation._meta.get_field("participate").help_text,
    )

    def clean(self):
        self.typed = {}
        for name in self.base_fields:
            if name in ("seen", self.PUBLIC):
                continue
            if name in self.seen_values and self.is_untouched(name):
                self.errors.pop(name, None)
                self.typed[name] = self.seen_values[name]
            elif name in self.data and name not in self.errors:
                self.typed[name] = self.cleaned_data[name]
        self.ask_about_mobile()
        return self.cleaned_data


class ClosureForm(KeyedForm, SeenForm):
    service = forms.ModelChoiceField(
        None,
        label="Ce qui ferme",
        required=False,
        empty_label="Toute la structure",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages=NOT_OFFERED,
    )
    first_day = Day(label="Premier jour fermé")
    last_day = Day(label="Dernier jour fermé", required=False, help_text="Laissez vide si on ne le sait pas encore.")
    reason = Line(
        label="Pourquoi",
        length=150,
        required=True,
        help_text="Par exemple «\u202fcongés de l’équipe\u202f» ou «\u202ftravaux\u202f».",
        error_messages={"required": "Dites pourquoi en un mot\u202f: «\u202fcongés\u202f», «\u202ftravaux\u202f»…"},
    )
    FURTHEST = timedelta(days=3 * 366)

    def __init__(self, data=None, *, structure, **options):
        super().__init__(data, **options)
        self.initial.setdefault("key", uuid.uuid4())
        kept = [self.shown.get("service"), self.seen_values.get("service")]
        offered = Service.objects.filter(structure=structure)
        self.fields["service"].queryset = offered.filter(closed_on=None) | offered.filter(pk__in=ids(kept))

    def clean(self):
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        today = timezone.localdate()
        if first and abs(first - today) > self.FURTHEST:
            self.add_error("first_day", "Vérifiez l’année\u202f: ce jour est trop loin.")
        if last and first and last < first:
            self.add_error("last_day", "Le dernier jour vient avant le premier.")
        elif last and last < today:
            self.add_error("last_day", "Cette fermeture serait déjà passée.")
        elif last and last - today > self.FURTHEST:
            self.add_error("last_day", "Vérifiez l’année\u202f: ce jour est trop loin.")
        self.typed = {name: self.cleaned_data.get(name) for name in OF_A_CLOSURE}
        return self.cleaned_data


def ids(found):
    return [one.pk if isinstance(one, Service) else one for one in found if isinstance(one, Service | int)]
