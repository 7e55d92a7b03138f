"""What people type about new problems."""

from hashlib import sha256

from django import forms
from django.utils import timezone

from lemans_solidaire.network.form_parts import Making, Plain, day_field, field_of, text_area
from lemans_solidaire.network.meetings.naming import told_of_somebody
from lemans_solidaire.network.models import Problem, Structure
from lemans_solidaire.network.themes import Theme


class ProblemWords(Making):
    """If its words seem to tell of one person, they are shown once more before they are taken."""

    FIELDS = ("theme", "publics", "text")

    theme = forms.ChoiceField(label="Thème", choices=[("", "Choisissez"), *Theme.choices])
    publics = field_of(Problem, "publics")
    text = field_of(Problem, "text", widget=text_area(4))
    read_again = forms.CharField(required=False, widget=forms.HiddenInput)

    somebody, words_mark = (), ""

    def clean(self):
        data = super().clean()
        words = [data.get("publics", ""), data.get("text", "")]
        self.somebody = told_of_somebody(*words)
        self.words_mark = sha256("\n".join(words).encode()).hexdigest()[:16] if self.somebody else ""
        if self.somebody and not self.errors and data.get("read_again") != self.words_mark:
            self.add_error(None, "Vos mots parlent peut-être d’une personne.")
        return data

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class ProblemForm(ProblemWords):
    structure = forms.ModelChoiceField(label="Votre structure", queryset=None, empty_label="Choisissez")

    def __init__(self, *args, structures, is_ccas, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["structure"]
        field.queryset = structures
        if is_ccas:
            field.required, field.empty_label, field.label = False, "Le CCAS la pose", "Structure qui la rencontre"


class AlsoMetForm(Plain):
    structure = forms.ModelChoiceField(
        label="Une autre structure la rencontre", queryset=None, empty_label="Choisissez"
    )

    def __init__(self, *args, problem, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = Structure.objects.open().exclude(pk__in=problem.structures.all())


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
