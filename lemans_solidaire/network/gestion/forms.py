"""A form that remembers what its page had shown: two people may keep one page, nothing is written over silently."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from lemans_solidaire.network.gestion.history import who_wrote
from lemans_solidaire.network.gestion.words import in_words
from lemans_solidaire.network.templatetags.french import day_and_clock

RESUMED = "_reprise"  # sent by the page that gives a text back: shown in its form, not saved
READ_AGAIN = "Rien n’est encore enregistré. Voici ce que vous aviez écrit\u202f: relisez, puis enregistrez."


class KeptForm(forms.ModelForm):
    """Only what was changed on the page is written. Both changed the same thing: nothing is, and both are shown."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts = []  # labels of what somebody else wrote meanwhile
        self.initial = {name: short(value) for name, value in self.initial.items()}
        for name, field in self.fields.items():
            dress(field)
            field.show_hidden_initial = self.says_what_it_showed(name, field)

    def says_what_it_showed(self, name, field):
        if self.instance._state.adding or isinstance(field, forms.FileField) or name not in self.initial:
            return False
        return not self.is_bound or self.add_initial_prefix(name) in self.data

    def clean(self):
        super().clean()
        for name, field in self.fields.items():
            if field.show_hidden_initial and name in self.cleaned_data:
                self.compare(name, field)
        if RESUMED in self.data:
            raise ValidationError(READ_AGAIN)
        return self.cleaned_data

    def compare(self, name, field):
        kept = self.initial[name]
        if name not in self.changed_data:
            self.cleaned_data[name] = getattr(self.instance, name)
        elif is_other(field, kept, self.shown(name)) and is_other(field, kept, self[name].data):
            self.tell_other(name, field)

    def shown(self, name):
        return self.data.get(self.add_initial_prefix(name))

    def tell_other(self, name, field):
        words = in_words(type(self.instance), name, self.initial[name])
        who, when = who_wrote(self.instance, name)
        said = f"{who} a écrit ici, le {day_and_clock(when)}" if when else "Quelqu’un a écrit ici entre-temps"
        self.add_error(
            name,
            f"{said}\u202f: «\u202f{words}\u202f». Ce que vous avez écrit est gardé\u202f: "
            "enregistrez de nouveau pour le mettre à la place.",
        )
        self.conflicts.append(field.label)
        self.data = self.data.copy()
        self.data[self.add_initial_prefix(name)] = as_hidden(field, self.initial[name])


def short(value):
    """6000, not 6000.00: a number as a person writes it; anything else as it is."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else value.normalize()


def as_hidden(field, value):
    told = field.hidden_widget().format_value(field.prepare_value(value))
    return "" if told is None else told


def is_other(field, kept, sent):
    if isinstance(kept, str):
        return plain(kept) != plain(sent)
    return field.has_changed(kept, sent)


def plain(text):
    return (text or "").replace("\r\n", "\n").strip()


EMPTY, CHOOSE = "---------", "Choisissez"  # what Django writes for nothing chosen, and what the portal says
SENTENCES = {
    "required": "Il manque quelque chose ici.",
    "unique": "Cela existe déjà\u202f: cherchez-le dans la liste.",
    "invalid_choice": "Choisissez dans la liste.",
}
UNREADABLE = {
    forms.DateField: "Cette date ne se lit pas. Écrivez par exemple 24/12/2026.",
    forms.EmailField: "Cette adresse ne se lit pas. Écrivez par exemple nom@exemple.fr.",
    forms.URLField: "Cette adresse ne se lit pas. Écrivez par exemple https://www.exemple.fr.",
    forms.IntegerField: "Écrivez un nombre, en chiffres.",
}
CLASSES = {"select": "form-select", "checkbox": "", "file": "form-control"}


def dress(field):
    """The portal's own look, and what a telephone should offer to type with."""
    kind = "select" if isinstance(field.widget, forms.Select) else getattr(field.widget, "input_type", "text")
    look = CLASSES.get(kind, "form-control")
    field.error_messages |= SENTENCES
    for sort, sentence in UNREADABLE.items():
        if isinstance(field, sort):
            field.error_messages["invalid"] = sentence
    attrs = field.widget.attrs
    attrs.pop("cols", None)
    attrs["class"] = look
    if isinstance(field, forms.ModelChoiceField) and field.empty_label == EMPTY:
        field.empty_label = CHOOSE
    elif isinstance(field, forms.ChoiceField) and ("", EMPTY) in list(field.choices):
        field.choices = [("", CHOOSE) if choice == ("", EMPTY) else choice for choice in field.choices]
    if isinstance(field.widget, forms.Textarea):
        attrs["rows"] = 3
    if kind in ("text", "email", "url"):
        attrs["autocomplete"] = "off"
