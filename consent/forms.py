"""What is typed in a dossier: numbers that open everything are refused, words of health are warned of."""

import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone

from consent import guard
from consent.models import NAME_LENGTH, TEXT_LENGTH, Entry, How, Need, Reason

TERMS = [("3", "3 mois"), ("6", "6 mois"), ("12", "12 mois")]
DAYS = {"3": 91, "6": 182, "12": 364}


def too_long(length):
    return {"max_length": f"C’est trop long : {length} caractères au plus. Ce que vous avez écrit est gardé."}


def same_lines(text):
    return text.replace("\r\n", "\n").strip()


def until(term):
    return timezone.localdate() + timedelta(days=DAYS[term])


class Text(forms.CharField):
    """A text of a dossier."""

    def __init__(self, *, rows=4, length=TEXT_LENGTH, **options):
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        super().__init__(max_length=length, error_messages=too_long(length), widget=widget, **options)

    def clean(self, value):
        text = same_lines(super().clean(value) or "")
        if found := guard.refused_number(text):
            raise forms.ValidationError(
                f"Ce texte contient {found} : il n’a pas sa place ici. Enlevez-le ; le reste est gardé."
            )
        return text


class Form(forms.Form):
    """Several stand on one page: each has identifiers of its own."""

    ids = "id"

    def __init__(self, *args, **options):
        super().__init__(*args, auto_id=f"{self.ids}-%s", **options)


class Guarded(Form):
    """Asks before keeping a word that tells of somebody's health: the portal may not hold such data."""

    not_health = forms.BooleanField(
        required=False, label="J’ai vérifié : ce texte ne dit rien de la santé de quelqu’un", widget=forms.HiddenInput
    )

    def clean(self):
        cleaned = super().clean()
        texts = [cleaned.get(name) or "" for name, field in self.fields.items() if isinstance(field, Text)]
        found = [word for text in texts for word in guard.health_words(text)]
        if found and not cleaned.get("not_health"):
            self.fields["not_health"].widget = forms.CheckboxInput()
            words = ", ".join(f"« {word} »" for word in dict.fromkeys(found))
            self.add_error(
                "not_health",
                f"Le portail ne garde rien sur la santé. Relisez : {words}. Si ces mots ne disent rien de la santé de "
                "quelqu’un, cochez la case et enregistrez de nouveau.",
            )
        return cleaned


class AgreementForm(Form):
    """How the person said yes: by whom it is noted is known, the rest is written here."""

    how = forms.ChoiceField(
        label="Son accord est donné", choices=[(How.ORAL, How.ORAL.label), (How.PAPER, How.PAPER.label)],
        widget=forms.RadioSelect, initial=How.ORAL,
    )  # fmt: skip
    term = forms.ChoiceField(
        label="Pour combien de temps", choices=TERMS, widget=forms.RadioSelect, initial="12",
        help_text="Renouvelable ; la personne peut le retirer à tout moment.",
    )  # fmt: skip
    language = Text(rows=1, length=50, label="Dans quelle langue", initial="français")
    interpreter = Text(
        rows=1,
        length=NAME_LENGTH,
        required=False,
        label="Interprète, s’il y en a un",
        help_text="Son nom ou sa fonction.",
    )
    witness = Text(rows=1, length=NAME_LENGTH, required=False, label="Témoin, si la personne en veut un")
    restated = forms.BooleanField(
        label="La personne a redit avec ses mots à quoi elle dit oui",
        error_messages={
            "required": "Demandez-lui de le redire avec ses mots : c’est ainsi que l’on sait qu’elle a compris."
        },
    )

    def how_it_was_said(self):
        names = ("how", "language", "interpreter", "witness", "restated")
        return {name: self.cleaned_data[name] for name in names}

    def until(self):
        return until(self.cleaned_data["term"])


class NewDossierForm(AgreementForm, Guarded):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
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
        help_text="Si elle le veut : téléphone, adresse, un proche.",
    )
    birth_year = forms.IntegerField(
        label="Année de naissance", required=False, min_value=1900, max_value=2100,
        help_text="Seulement si une démarche la demande.",
        error_messages={"invalid": "Une année en quatre chiffres, par exemple 1984."},
    )  # fmt: skip
    adults = forms.IntegerField(label="Adultes du foyer", min_value=1, max_value=20, initial=1)
    children = forms.IntegerField(label="Enfants du foyer", min_value=0, max_value=30, initial=0)
    wants = Text(rows=4, required=False, label="Ce que je veux", help_text="Avec ses mots, ou sous sa dictée.")

    field_order = ["id", "called", "wants", "contact", "birth_year", "adults", "children", "not_health"]

    def details(self):
        names = ("contact", "birth_year", "adults", "children", "wants")
        return {name: self.cleaned_data[name] for name in names}


class EntryForm(Guarded):
    ids = "ligne"

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(label="Sorte", choices=Entry.Kind, initial=Entry.Kind.STEP)
    purpose = forms.ChoiceField(label="Pour", choices=Need)
    text = Text(label="Ce qui est utile à la suite", help_text="Des faits, pas de jugement : la personne le lira.")

    field_order = ["id", "kind", "purpose", "text", "not_health"]


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


class ShareForm(AgreementForm):
    ids = "partage"

    structure = forms.ModelChoiceField(
        None, label="Avec quelle structure", error_messages={"invalid_choice": "Choisissez une structure de la liste."}
    )
    purpose = forms.ChoiceField(label="Pour", choices=Need)

    field_order = ["structure", "purpose"]

    def __init__(self, data=None, *, structures):
        super().__init__(data)
        self.fields["structure"].queryset = structures


class EndForm(Form):
    ids = "fin"

    how = forms.ChoiceField(
        label="La personne l’a dit", choices=[(How.ORAL, How.ORAL.label), (How.PAPER, How.PAPER.label)],
        widget=forms.RadioSelect, initial=How.ORAL,
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Pourquoi ouvrez-vous ce dossier ?", choices=Reason, widget=forms.RadioSelect,
        help_text="La personne lira cette raison, avec la date et le nom de votre structure.",
        error_messages={"required": "Choisissez une raison."},
    )  # fmt: skip


class QuestionForm(forms.Form):
    text = Text(label="Votre message", rows=3, required=False)


class AnswerForm(forms.Form):
    text = Text(label="Votre réponse", rows=3)


class RightForm(forms.Form):
    """A member of the structure, who has signed the undertaking of secrecy."""

    membership = forms.ModelChoiceField(None, label="Qui")
    signed_on = forms.DateField(
        label="Engagement de secret signé le",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data=None, *, memberships):
        super().__init__(data)
        self.fields["membership"].queryset = memberships
        self.fields["membership"].label_from_instance = lambda membership: str(membership.user)

    def clean_signed_on(self):
        signed_on = self.cleaned_data["signed_on"]
        if signed_on > timezone.localdate():
            raise forms.ValidationError("Cette date n’est pas encore venue.")
        return signed_on


class CardForm(forms.Form):
    """A card's number and its code, as they are printed: spaces do not count."""

    number = forms.CharField(
        label="Numéro de la carte", max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    code = forms.CharField(
        label="Code", max_length=60, help_text="Vingt chiffres, par groupes de quatre.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
