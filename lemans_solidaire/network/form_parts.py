"""What every form about meetings and people is made of."""

import re
import uuid

from django import forms

from lemans_solidaire.network.saving import mark_of

MISSING = "Il manque une réponse ici."
ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


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
                is_long = isinstance(self.fields[name].widget, forms.Textarea)
                self.cleaned_data[name] = printable(value) if is_long else " ".join(printable(value).split("\n"))
        return self.cleaned_data


def printable(text):
    """Without what is pasted unseen, and which mails or calendars refuse; ends of line all alike."""
    return ODD.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


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


def seen_of(form, obj):
    return mark_of(obj, form.FIELDS)
