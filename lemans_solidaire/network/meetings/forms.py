"""What people type about groups, meetings and problems. Each form knows the fields it is about: its `typed`."""

import re
import uuid
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from lemans_solidaire.network.meetings.people import in_network
from lemans_solidaire.network.meetings.saving import mark_of
from lemans_solidaire.network.models import Decision, Group, Invitation, Meeting, Problem, Structure
from lemans_solidaire.network.themes import Theme

MANY = 60  # addresses typed at once
MISSING = "Il manque une réponse ici."


class Plain(forms.Form):
    """Fields dressed as the portal's; a form that changes something carries what the page had shown, `seen`."""

    error_css_class = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select) and not isinstance(field.widget, forms.RadioSelect)
            if not isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "form-select" if is_list else "form-control"
            field.error_messages["required"] = MISSING
            field.widget.is_required = False  # said by the server, in our words

    def clean(self):
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = value.replace("\r\n", "\n")
        return self.cleaned_data


class Making(Plain):
    """A form that makes something carries a key: sent twice, it makes one thing."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.key = self.sent_key() or uuid.uuid4()

    def sent_key(self):
        try:
            return uuid.UUID(self.data.get("key", ""))
        except ValueError:
            return None

    def with_a_new_key(self):
        """The page now shows what the first sending made: sending again makes another."""
        self.key = uuid.uuid4()


def text_area(rows):
    return forms.Textarea(attrs={"rows": rows})


def field_of(model, name, **kwargs):
    """The form field of a model's field, with its label, help and limits."""
    return model._meta.get_field(name).formfield(**kwargs)


def day_field(**kwargs):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, error_messages={"invalid": "Choisissez un jour."}, **kwargs)


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
        self.fields["animator"].queryset = in_network()

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


class AgendaForm(Plain):
    agenda = field_of(Meeting, "agenda", widget=text_area(8), help_text="Un point par ligne, dans l’ordre.")
    added = forms.MultipleChoiceField(label="Ajouter à la suite", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, proposed=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["added"].choices = [(line, line) for line in proposed]

    @property
    def text(self):
        return "\n".join(filter(None, [self.cleaned_data["agenda"], *self.cleaned_data["added"]]))


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
        self.fields["present"].queryset = meeting.invitations.select_related("user")


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
    state = forms.ChoiceField(label="Cette décision est", choices=Decision.State.choices[1:], widget=forms.RadioSelect)
    word = field_of(Decision, "word", help_text="Ce qui a été fait, ou pourquoi on y renonce.", required=True)


class ProblemForm(Making):
    theme = forms.ChoiceField(label="Thème", choices=[("", "Choisissez"), *Theme.choices])
    publics = field_of(Problem, "publics")
    text = field_of(Problem, "text", widget=text_area(4))
    structure = forms.ModelChoiceField(label="Votre structure", queryset=None, empty_label="Choisissez")

    def __init__(self, *args, structures, is_ccas, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["structure"]
        field.queryset = structures
        if is_ccas:
            field.required, field.empty_label, field.label = False, "Le CCAS la pose", "Structure qui la rencontre"

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in ("theme", "publics", "text")}


class FollowForm(Plain):
    FIELDS = ("state", "answer", "answered_on")

    state = forms.ChoiceField(label="Où elle en est", choices=Problem.State.choices, widget=forms.RadioSelect)
    answer = field_of(
        Problem,
        "answer",
        widget=text_area(4),
        help_text="Ce qui est répondu, ou ce qui s’étudie. Tout le réseau le lit.",
    )
    answered_on = day_field(label="Répondue le", required=False, help_text="Vide : aujourd’hui, si elle est répondue.")

    def clean(self):
        data = super().clean()
        if data.get("state") == Problem.State.ANSWERED:
            data["answered_on"] = data.get("answered_on") or timezone.localdate()
            if not data.get("answer"):
                self.add_error("answer", "Écrivez la réponse.")
        else:
            data["answered_on"] = None
        return data

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.FIELDS}


def seen_of(form, obj):
    return mark_of(obj, form.FIELDS)
