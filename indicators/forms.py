from django import forms
from django.core.exceptions import ValidationError

from indicators.figures import NOT_COUNTED, parse_figure
from lemans_solidaire.network.templatetags.french import figure


class SheetForm(forms.Form):
    """One text field and one « non compté » box for each indicator; `answers` maps indicators to what was meant."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, indicators, stored, version, **kwargs):
        self.indicators = list(indicators)
        initial = {"version": version}
        for indicator in self.indicators:
            value = stored.get(indicator.pk)
            initial[indicator.code] = "" if value in (None, NOT_COUNTED) else figure(value)
            initial[not_counted_name(indicator)] = value == NOT_COUNTED
        super().__init__(*args, initial=initial, **kwargs)
        for indicator in self.indicators:
            self.add_fields(indicator)

    def add_fields(self, indicator):
        self.fields[indicator.code] = forms.CharField(
            label=indicator.label,
            help_text=indicator.definition,
            required=False,
            max_length=60,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "figure-field"}),
        )
        self.fields[not_counted_name(indicator)] = forms.BooleanField(label="Nous ne le comptons pas", required=False)

    def clean(self):
        self.answers = {indicator: self.answer_to(indicator) for indicator in self.indicators}
        return self.cleaned_data

    def answer_to(self, indicator):
        typed = self.cleaned_data.get(indicator.code, "")
        try:
            value = parse_figure(typed)
        except ValidationError as problem:
            self.add_error(indicator.code, problem)
            return None
        if not self.cleaned_data.get(not_counted_name(indicator)):
            return value
        if value not in (None, NOT_COUNTED):
            self.add_error(
                indicator.code,
                f"Vous avez écrit « {typed} » et coché « Nous ne le comptons pas » : gardez l’un des deux.",
            )
        return NOT_COUNTED

    def rows(self, stored, others):
        """What a template shows for each indicator; `others` holds what somebody else saved meanwhile."""
        for indicator in self.indicators:
            yield {
                "indicator": indicator,
                "field": self[indicator.code],
                "not_counted": self[not_counted_name(indicator)],
                "answer": stored.get(indicator.pk),
                "other": others.get(indicator.pk),
            }


def not_counted_name(indicator):
    return f"{indicator.code}-nc"


class ReviewForm(forms.Form):
    """Which version of the sheet was read over."""

    version = forms.IntegerField(min_value=0)

    def seen_version(self):
        """None when the number was forged: no version is that one."""
        return self.cleaned_data["version"] if self.is_valid() else None
