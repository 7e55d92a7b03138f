"""The fields of these forms, dressed as the portal’s."""

from django import forms

from lemans_solidaire.network.typed import Lines, too_long

LONGEST = 20_000
NOT_OFFERED = {"invalid_choice": "Choisissez dans la liste."}


class Line(forms.CharField):
    def __init__(self, *, length, hints=None, **options):
        options.setdefault("required", False)
        widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **(hints or {})})
        messages = too_long(length) | options.pop("error_messages", {})
        super().__init__(max_length=length, widget=widget, error_messages=messages, **options)


class Prose(Lines):
    def __init__(self, *, length=LONGEST, rows=3, **options):
        widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
        super().__init__(required=False, max_length=length, widget=widget, error_messages=too_long(length), **options)


class Choice(forms.ChoiceField):
    def __init__(self, choices, **options):
        widget = forms.RadioSelect(attrs={"class": "form-check-input"})
        super().__init__(choices=choices, required=False, widget=widget, error_messages=NOT_OFFERED, **options)


class Several(forms.MultipleChoiceField):
    def __init__(self, choices, **options):
        widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
        super().__init__(choices=choices, required=False, widget=widget, error_messages=NOT_OFFERED, **options)


class Tick(forms.BooleanField):
    def __init__(self, **options):
        widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
        super().__init__(required=False, widget=widget, **options)


class Day(forms.DateField):
    """Typed too, where a telephone offers no calendar."""

    def __init__(self, **options):
        widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
        messages = {
            "invalid": "Cette date ne se lit pas. Écrivez par exemple 24/12/2026.",
            "required": "Dites quel jour.",
        }
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y"]
        super().__init__(widget=widget, error_messages=messages, input_formats=formats, **options)


class WebAddress(forms.URLField):
    def __init__(self, *, length, **options):
        widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "url", "autocomplete": "off"})
        messages = {"invalid": "Cette adresse ne convient pas. Elle s’écrit comme https://exemple.fr."}
        super().__init__(
            required=False, max_length=length, assume_scheme="https", widget=widget, error_messages=messages, **options
        )
