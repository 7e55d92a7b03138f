"""What people type about groups and meetings. Each form knows the fields it is about: its `typed`."""

import re
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from lemans_solidaire.network.form_parts import (
    MISSING,
    Making,
    Plain,
    day_field,
    field_of,
    printable,
    text_area,
)
from lemans_solidaire.network.meetings.people import in_network
from lemans_solidaire.network.models import Decision, Group, Invitation, Meeting, Structure, User

MANY = 60  # addresses typed at once


class GroupForm(Making):
    name = field_of(Group, "name")
    purpose = field_of(Group, "purpose", widget=text_area(3))
    animator = forms.ModelChoiceField(
        label="Qui l’anime",
        queryset=None,
        empty_label="Choisissez",
        help_text="Une personne de n’importe quelle structure.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = getattr(self.initial.get("animator"), "pk", None)  # stays a choice, even if they have left the network
        self.fields["animator"].queryset = in_network() | User.objects.filter(pk=now)

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in ("name", "purpose", "animator")}


class GroupChangeForm(GroupForm):
    FIELDS = ("name", "purpose", "animator", "closed_on")

    is_closed = forms.BooleanField(label="Ce groupe ne se réunit plus", required=False)


class MemberForm(Plain):
    user = forms.ModelChoiceField(label="Ajouter quelqu’un", queryset=None, empty_label="Choisissez")

    def __init__(self, *args, group, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = in_network().exclude(working_groups=group)


class MeetingForm(Making):
    FIELDS = ("title", "starts_at", "length", "place", "link")

    title = field_of(Meeting, "title", help_text="Par exemple : Rencontre de printemps.")
    day = day_field(label="Jour")
    hour = forms.TimeField(
        label="Heure",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Écrivez l’heure, par exemple 14:30."},
    )
    length = forms.TypedChoiceField(
        label="Durée", choices=Meeting.Length.choices, coerce=int, initial=Meeting.Length.TWO
    )
    place = field_of(Meeting, "place", help_text="Une salle et son adresse. Vide si la rencontre n’est qu’à distance.")
    link = forms.URLField(
        label="Lien pour venir à distance",
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Ce lien ne se lit pas : copiez-le entier, depuis https://"},
    )

    @classmethod
    def values_of(cls, meeting):
        start = timezone.localtime(meeting.starts_at)
        own = {name: getattr(meeting, name) for name in ("title", "length", "place", "link")}
        return own | {"day": start.date(), "hour": start.time()}

    def clean(self):
        data = super().clean()
        if not (data.get("place") or data.get("link") or self.errors):
            self.add_error("place", "Dites où elle se tient : un lieu, ou un lien.")
        if {"day", "hour"} <= data.keys():
            data["starts_at"] = timezone.make_aware(datetime.combine(data["day"], data["hour"]))
            self.check_year(data["day"])
        return data

    def check_year(self, day):
        if abs((day - timezone.localdate()).days) > 2 * 366:
            self.add_error("day", "Vérifiez l’année : ce jour est à plus de deux ans d’ici.")

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class Lines(forms.MultipleChoiceField):
    """What was ticked stays, even if the portal no longer proposes it: it is a line of text like another."""

    def valid_value(self, value):
        return True


class AgendaForm(Plain):
    agenda = field_of(Meeting, "agenda", widget=text_area(8), help_text="Un point par ligne, dans l’ordre.")
    added = Lines(label="Ajouter à la suite", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, proposed=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["added"].choices = [(line, line) for line in proposed]

    def clean(self):
        data = super().clean()
        limit = Meeting._meta.get_field("agenda").max_length
        if "agenda" in data and len(self.text) > limit:
            self.add_error("agenda", f"Avec ce qui s’ajoute, cela fait plus de {limit} signes : raccourcissez.")
        return data

    @property
    def text(self):
        added = [" ".join(printable(line).split("\n")) for line in self.cleaned_data.get("added", [])]
        return "\n".join(filter(None, [self.cleaned_data["agenda"], *added]))


class CancelForm(Plain):
    because = forms.CharField(
        label="Pourquoi", max_length=300, required=False, help_text="Ces mots partent avec l’annonce. Peut rester vide."
    )


class InviteForm(Plain):
    emails = forms.CharField(
        label="D’autres adresses électroniques",
        required=False,
        widget=text_area(3),
        help_text="Une par ligne : des personnes qui n’ont pas de compte ici. Elles répondent par un lien.",
    )

    def clean_emails(self):
        emails = [one.lower() for one in re.split(r"[\s,;]+", self.cleaned_data["emails"]) if one]
        if len(emails) > MANY:
            raise ValidationError(f"C’est beaucoup à la fois : {MANY} adresses au plus.")
        wrong = [email for email in emails if not is_address(email)]
        if wrong:
            raise ValidationError(f"À revoir : {', '.join(wrong[:5])}. Rien n’est parti.")
        return list(dict.fromkeys(emails))


def is_address(text):
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


class AnswerForm(Plain):
    answer = forms.ChoiceField(choices=Invitation.Answer.choices)


class AttendanceForm(Plain):
    present = forms.ModelMultipleChoiceField(
        label="Étaient là", queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    also_present = field_of(
        Meeting,
        "also_present",
        widget=text_area(3),
        label="Autres personnes présentes",
        help_text="Une par ligne, avec sa structure.",
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = meeting.invitations.standing().select_related("user")


class MinutesForm(Plain):
    FIELDS = ("minutes",)

    minutes = field_of(
        Meeting,
        "minutes",
        widget=text_area(16),
        label="Compte rendu",
        help_text="Ce que chacun fait en ce moment, ce qui s’est dit. Pas de nom ni d’histoire d’une personne aidée.",
    )


class CorrectionForm(Making):
    text = forms.CharField(label="Ajouter une correction", max_length=3000, widget=text_area(3))


class DecisionForm(Making):
    text = field_of(Decision, "text", widget=text_area(2))
    structure = forms.ModelChoiceField(
        label="Structure qui s’en charge", queryset=None, required=False, empty_label="Aucune : je l’écris dessous"
    )
    owner = field_of(Decision, "owner", label="Ou qui s’en charge", help_text="Par exemple : les animateurs du groupe.")
    due_on = day_field(label="Pour le")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = Structure.objects.open()

    def clean(self):
        data = super().clean()
        if bool(data.get("structure")) == bool(data.get("owner")) and "structure" not in self.errors:
            self.add_error("owner", "Choisissez une structure, ou écrivez qui s’en charge : l’un ou l’autre.")
        return data

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.fields}


class SettleForm(Plain):
    FIELDS = ("state", "word", "due_on")
    STATES = [*Decision.State.choices[1:], (Decision.State.OPEN, "encore à faire")]

    state = forms.ChoiceField(label="Cette décision est", choices=STATES, widget=forms.RadioSelect)
    word = field_of(Decision, "word", widget=text_area(2), help_text="Ce qui a été fait, ou pourquoi on y renonce.")
    due_on = day_field(label="Pour le", help_text="Changez ce jour si elle est repoussée.")

    def clean(self):
        data = super().clean()
        if data.get("state") not in {None, Decision.State.OPEN} and not data.get("word"):
            self.add_error("word", MISSING)
        return data

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.FIELDS}
