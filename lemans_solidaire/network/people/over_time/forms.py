"""What people type about who answers for a structure, who is still there, and themselves."""

import re

from django import forms
from django.core.exceptions import ValidationError

from lemans_solidaire.network.form_parts import Making, Plain, field_of, text_area
from lemans_solidaire.network.models import AccountLife, Membership, Succession, User
from lemans_solidaire.network.people.over_time.permissions import others, people_of

CHOOSE = "Choisissez"
MOST_DIGITS = 15


class SuccessionForm(Making):
    """Common to both ways. `former` shows only where several could be replaced; alone, it goes without saying."""

    then = forms.ChoiceField(label="", choices=Succession.Then.choices, widget=forms.RadioSelect, required=False)
    word = field_of(
        Succession,
        "word",
        widget=text_area(2),
        label="Un mot d’explication, si vous voulez",
        help_text="Il sera lu par les personnes concernées.",
    )
    FIELDS = ("person", "former", "then", "word")

    def __init__(self, *args, structure, **kwargs):
        super().__init__(*args, **kwargs)
        self.structure = structure
        self.responsables = list(people_of(structure).responsable())
        self.with_former()

    def with_former(self):
        if len(self.responsables) > 1:
            choices = [(one.pk, str(one.user)) for one in self.responsables]
            field = forms.TypedChoiceField(label="À la place de", choices=choices, coerce=int, widget=forms.RadioSelect)
            field.error_messages["required"] = "Dites qui est remplacé."
            self.fields = {"former": field} | self.fields
        if self.responsables:
            alone = self.responsables[0].user if len(self.responsables) == 1 else "Cette personne"
            self.fields["then"].label = f"{alone}…"
        else:
            del self.fields["then"]

    def clean(self):
        data = super().clean()
        if "then" in self.fields and not data.get("then"):
            self.add_error("then", "Dites si cette personne fait encore partie de la structure.")
        return data

    @property
    def former(self):
        """The membership replaced, or None when nobody is responsable any more."""
        wanted = self.cleaned_data.get("former") if len(self.responsables) > 1 else None
        return next((one for one in self.responsables if wanted in (None, one.pk)), None)

    @property
    def typed(self):
        told = {"then": "", **self.cleaned_data, "former": self.former}
        return {name: told[name] for name in self.FIELDS}


class ProposalForm(SuccessionForm):
    """By a member: themself, or another."""

    person = forms.ModelChoiceField(label="Qui deviendrait responsable", queryset=None, empty_label=CHOOSE)
    field_order = ["former", "person", "then", "word"]

    def __init__(self, *args, structure, **kwargs):
        super().__init__(*args, structure=structure, **kwargs)
        responsables = [one.user_id for one in self.responsables]
        people = others(structure, None).exclude(user__in=responsables).values("user")
        self.fields["person"].queryset = User.objects.filter(pk__in=people)
        self.order_fields(self.field_order)


class NamingForm(SuccessionForm):
    """By the CCAS: somebody of the structure, or whoever has an account."""

    person = forms.CharField(
        label="Qui devient responsable",
        help_text="L’adresse électronique de son compte. Pas encore de compte\u202f? Invitez d’abord la personne.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "list": "membres"}),
        max_length=254,
    )
    status = forms.ChoiceField(
        label="Dans cette structure, cette personne est",
        choices=Membership.Status.choices,
        widget=forms.RadioSelect,
        initial=Membership.Status.VOLUNTEER,
    )
    at_once = forms.ChoiceField(
        label="Quand",
        choices=[("", "dans 7 jours\u202f: chacun est prévenu (le plus souvent)"), *[
            (value, f"tout de suite\u202f: {label}") for value, label in Succession.AtOnce.choices
        ]],
        widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    FIELDS = (*SuccessionForm.FIELDS, "status", "at_once")
    field_order = ["person", "status", "former", "then", "at_once", "word"]

    def __init__(self, *args, structure, **kwargs):
        super().__init__(*args, structure=structure, **kwargs)
        self.order_fields(self.field_order)

    def clean_person(self):
        user = User.objects.filter(email__iexact=self.cleaned_data["person"].strip(), is_active=True).first()
        if user is None:
            raise ValidationError("Aucun compte ouvert n’a cette adresse. Vérifiez-la, ou invitez d’abord la personne.")
        return user

    def clean(self):
        data = super().clean()
        if data.get("at_once") == Succession.AtOnce.OTHER and not data.get("word"):
            self.add_error("word", "Dites cette raison en quelques mots\u202f: elle est gardée.")
        return data


class RollCallForm(Making):
    """A question for each person, none answered beforehand."""

    ANSWERS = [("here", "est encore là"), ("gone", "n’en fait plus partie")]

    def __init__(self, *args, people, contacts, phones, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people
        for membership in people:
            self.fields[f"person-{membership.pk}"] = self.question(
                str(membership.user), f"Dites si {membership.user} est encore là."
            )
            self.fields[f"person-{membership.pk}"].help_text = phones.get(membership.user_id, "")
        self.contacts = contacts

    def question(self, label, missing):
        field = forms.ChoiceField(label=label, choices=self.ANSWERS, widget=forms.RadioSelect)
        field.error_messages["required"] = missing
        field.widget.is_required = False
        return field

    def rows(self):
        return [(membership, self[f"person-{membership.pk}"]) for membership in self.people]

    @property
    def left(self):
        return {one.pk for one in self.people if self.cleaned_data[f"person-{one.pk}"] == "gone"}


class DetailsForm(Plain):
    FIELDS = ("full_name", "phone", "phone_shown_to")

    full_name = field_of(User, "full_name", help_text="Tel que les autres personnes du réseau le lisent.")
    phone = field_of(
        AccountLife,
        "phone",
        label="Votre téléphone, si vous voulez",
        help_text="Pour vous joindre quand un courriel ne suffit pas. Il n’est jamais publié.",
    )
    phone_shown_to = forms.ChoiceField(
        label="Qui le voit", choices=AccountLife.ShownTo.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}

    def clean_full_name(self):
        name = " ".join(self.cleaned_data["full_name"].split())
        if not re.search(r"[^\W\d_]", name):
            raise ValidationError("Écrivez votre prénom et votre nom.")
        return name

    def clean_phone(self):
        number = " ".join(self.cleaned_data["phone"].split())
        digits = re.sub(r"[\s.\-()]", "", number)
        if number and not re.fullmatch(rf"\+?[0-9]{{6,{MOST_DIGITS}}}", digits):
            raise ValidationError("Ce numéro ne se lit pas. Écrivez-le comme 06 12 34 56 78, ou laissez vide.")
        return number

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.FIELDS}
