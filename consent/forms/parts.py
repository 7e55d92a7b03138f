"""What the forms of dossiers are made of: their texts, and what is refused or warned of in them."""

import uuid

from django import forms

from consent import guard
from consent.models import TEXT_LENGTH, Term
from lemans_solidaire.network.typed import Lines, too_long


def offered(list_):
    """The words of a list as they are offered when the form is shown."""
    return lambda: Term.objects.choices(list_)


class Text(Lines):
    """A text of a dossier."""

    def __init__(self, *, rows=4, length=TEXT_LENGTH, **options):
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        super().__init__(max_length=length, error_messages=too_long(length), widget=widget, **options)

    def clean(self, value):
        text = super().clean(value)
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


class Making(Form):
    """Sent twice, it makes one thing: the page chose its identifier."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def is_another(self):
        """From now on a thing of its own, and not the one first sent under the same identifier."""
        self.data = self.data.copy()
        self.data["id"] = uuid.uuid4()


class Digits(forms.CharField):
    """A number that is copied from a paper."""

    def __init__(self, **options):
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(widget=widget, **options)


class OneStructure(forms.ModelChoiceField):
    def __init__(self):
        super().__init__(
            None,
            label="Avec quelle structure",
            empty_label="Choisissez une structure",
            error_messages={"invalid_choice": "Choisissez une structure de la liste."},
        )
