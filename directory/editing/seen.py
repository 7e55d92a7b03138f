"""A form that knows what its page had shown, and one that makes something once."""

import json
import uuid
from functools import cached_property

from django import forms

from directory.editing import values


class Shown(forms.BoundField):
    """Knows what somebody else wrote in the same place meanwhile."""

    @property
    def other(self):
        return self.form.others.get(self.name)

    @property
    def problem_id(self):
        return f"{self.auto_id}_error"


class SeenForm(forms.Form):
    """Carries what its page had shown: what is left so is not written, nor refused.

    `shown` are the values in the fields, `seen` those that were kept when the page was made.
    """

    bound_field_class = Shown
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, shown=None, seen=None, others=None, **options):
        self.shown = shown or {}
        self.others = others or {}  # {name of a field: what somebody else wrote there}
        sent = read_seen(data.get("seen")) if data is not None else self.shown
        self.seen_values = sent if seen is None else seen
        told = {name: values.as_json(value) for name, value in self.seen_values.items()}
        initial = self.initial_of(self.shown) | {"seen": json.dumps(told)}
        super().__init__(data, initial=initial, **options)

    def initial_of(self, told):
        """{name of a field of this form: what it shows} of these values."""
        return dict(told)

    @cached_property
    def seen_initial(self):
        return self.initial_of(self.seen_values)

    def is_untouched(self, *names):
        """Sent as the page had shown it, or not sent."""
        return all(self.is_as_shown(name) for name in names)

    def is_as_shown(self, name):
        widget, before = self.fields[name].widget, self.seen_initial.get(name)
        if isinstance(widget, forms.CheckboxInput):
            return (name in self.data) == bool(before)
        if isinstance(widget, forms.CheckboxSelectMultiple):
            return set(self.data.getlist(name)) == set(map(str, before if isinstance(before, list) else []))
        return name not in self.data or plain_lines(self.data[name]) == plain_lines(before)

    @property
    def problems(self):
        """[(identifier of the field, its label, sentence)]."""
        return [
            (self[name].id_for_label, self.fields[name].label, sentence)
            for name in self.fields
            for sentence in self.errors.get(name, [])
        ]


def plain_lines(text):
    return "" if text is None else str(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def read_seen(text):
    """Nothing seen when it was forged or lost: then both values are shown."""
    try:
        told = json.loads(text or "{}")
        json.dumps(told, ensure_ascii=False).encode()  # what is no text cannot be kept
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) and all(map(may_be_a_value, told.values())) else {}


def may_be_a_value(told):
    """Words, or a list of them; papers are small tables."""
    if isinstance(told, list):
        return all(isinstance(one, str | dict) for one in told)
    return not isinstance(told, dict)


class KeyedForm(forms.Form):
    """A creation: sent twice, it is made once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def key_sent(self):
        return self.cleaned_data.get("key") or uuid.uuid4()
