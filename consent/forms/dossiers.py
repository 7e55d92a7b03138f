"""What is written in a dossier, and why it is opened."""

from django import forms

from consent.forms.agreements import AgreementForm
from consent.forms.parts import Digits, Guarded, Making, Text, offered
from consent.models import NAME_LENGTH, Entry, Term

WHY_LENGTH = 20  # letters at least, for an emergency


class NewDossierForm(AgreementForm, Guarded, Making):
    called = Text(
        rows=1,
        length=NAME_LENGTH,
        label="Comment l’appeler",
        help_text="Le nom que la personne choisit. Un prénom suffit.",
    )
    contact = Text(
        rows=1,
        length=200,
        required=False,
        label="Comment la joindre",
    )
    birth_year = forms.IntegerField(
        label="Année de naissance", required=False, min_value=1900, max_value=2100,
        error_messages={"invalid": "Une année en quatre chiffres, par exemple 1984."},
    )  # fmt: skip
    adults = forms.IntegerField(label="Adultes du foyer", min_value=1, max_value=20, initial=1)
    children = forms.IntegerField(label="Enfants du foyer", min_value=0, max_value=30, initial=0)
    wants = Text(rows=4, required=False, label="Ce que je veux", help_text="Avec ses mots, ou sous sa dictée.")

    field_order = ["id", "called", "wants", "contact", "birth_year", "adults", "children", "not_health"]
    DATA = {"contact": "contact", "birth_year": "naissance", "adults": "foyer", "children": "foyer"}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.keep_only_what_may_be_asked()

    def keep_only_what_may_be_asked(self):
        """What the CCAS took off its list is not asked; the rest says why it is necessary."""
        why = {term.code: term.why for term in Term.objects.of(Term.List.DATA).filter(is_offered=True)}
        for name, code in self.DATA.items():
            if code not in why:
                del self.fields[name]
            elif not self.fields[name].help_text:
                self.fields[name].help_text = why[code]

    def details(self):
        names = ("contact", "birth_year", "adults", "children", "wants")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class EntryForm(Guarded, Making):
    ids = "ligne"

    kind = forms.ChoiceField(label="Sorte", initial=Entry.Kind.STEP)
    purpose = forms.ChoiceField(label="Pour", choices=offered(Term.List.NEED))
    text = Text(label="Ce qui est utile à la suite", help_text="Des faits, pas de jugement : la personne le lira.")

    field_order = ["id", "kind", "purpose", "text", "not_health"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        may_be_kept = dict(Term.objects.choices(Term.List.DATA))
        self.fields["kind"].choices = [(kind, label) for kind, label in Entry.Kind.choices if kind in may_be_kept]


class WordsForm(Guarded):
    ids = "mots"

    wants = Text(required=False, label="Ce que je veux")
    can = Text(required=False, label="Ce que je sais faire")
    project = Text(required=False, label="Mon projet")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    field_order = ["wants", "can", "project", "not_health", "version"]

    def sees(self, version):
        """From now on the person has the newer words before their eyes, beside their own."""
        self.data = self.data.copy()
        self.data["version"] = version


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Pourquoi ouvrez-vous ce dossier ?", choices=offered(Term.List.REASON), widget=forms.RadioSelect,
        help_text="La personne lira cette raison, avec la date et le nom de votre structure.",
        error_messages={"required": "Choisissez une raison."},
    )  # fmt: skip


class QuestionForm(forms.Form):
    text = Text(label="Votre message", rows=3, required=False)


class AnswerForm(forms.Form):
    text = Text(label="Votre réponse", rows=3)


class EmergencyForm(Guarded):
    number = Digits(label="Numéro du dossier", max_length=20, help_text="Par exemple 4821-0937.")
    why = Text(
        label="Quel danger, et pourquoi maintenant",
        help_text="La personne le lira, et la structure qui tient le dossier.",
    )

    def clean_why(self):
        why = self.cleaned_data["why"]
        if len(why) < WHY_LENGTH:
            raise forms.ValidationError("Dites-le en une phrase : ce mot reste, et sera relu.")
        return why


class ReviewForm(forms.Form):
    text = Text(label="Votre relecture", rows=3)
