"""The words that the CCAS adds to a summary."""

from django import forms

from indicators.models import ProblemState
from indicators.models.sheet import TEXT_LENGTH, WORD_LENGTH
from lemans_solidaire.network.typed import Lines, same_lines, too_long


class SummaryTextForm(forms.Form):
    """A text and who signs it; an empty text is no text. `version` is the one that the page had shown."""

    text = Lines(
        label="Texte",
        required=False,
        max_length=2 * TEXT_LENGTH,
        error_messages=too_long(2 * TEXT_LENGTH),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Laissez vide pour ne rien imprimer.",
    )
    name = forms.CharField(label="Signé par", required=False, max_length=150, error_messages=too_long(150))
    function = forms.CharField(label="Sa fonction", required=False, max_length=150, error_messages=too_long(150))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data=None, *, stored, suggested):
        """`suggested`: the last text signed, whose signature is offered again."""
        signature = stored or suggested
        initial = {
            "text": stored.text if stored else "",
            "version": stored.version if stored else 0,
            "name": signature.name if signature else "",
            "function": signature.function if signature else "",
        }
        super().__init__(data, initial=initial)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("text"):
            for name, words in (("name", "Écrivez qui signe ce texte."), ("function", "Écrivez sa fonction.")):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, words)
        return cleaned

    def sees(self, stored):
        """From now on the person has the newer text before their eyes, beside their own."""
        self.data = self.data.copy()
        self.data["version"] = stored.version if stored else 0


class ProblemStatesForm(forms.Form):
    """Where each difficulty met this year stands, and one sentence."""

    def __init__(self, data=None, *, problems, campaign):
        self.problems = problems
        stored = {state.theme: state for state in campaign.problem_states.all()}
        super().__init__(data)
        for problem in problems:
            state = stored.get(problem["theme"])
            self.fields[f"{problem['theme']}-state"] = forms.ChoiceField(
                label="Où elle en est",
                choices=ProblemState.State.choices,
                initial=state.state if state else ProblemState.State.SEEN,
                error_messages={"invalid_choice": "Choisissez dans la liste."},
            )
            self.fields[f"{problem['theme']}-words"] = forms.CharField(
                label="En une phrase, pour qui décide",
                required=False,
                max_length=WORD_LENGTH,
                error_messages=too_long(WORD_LENGTH),
                initial=state.words if state else "",
            )

    def rows(self):
        for problem in self.problems:
            yield problem, self[f"{problem['theme']}-state"], self[f"{problem['theme']}-words"]

    def states(self):
        return {
            problem["theme"]: (
                self.cleaned_data[f"{problem['theme']}-state"],
                " ".join(self.cleaned_data[f"{problem['theme']}-words"].split()),
            )
            for problem in self.problems
        }


class HighlightsForm(forms.Form):
    """One extract for each structure that told something of its year; empty: none."""

    def __init__(self, data=None, *, sheets):
        self.sheets = sheets
        super().__init__(data)
        for sheet in sheets:
            self.fields[f"extrait-{sheet.pk}"] = Lines(
                label="Extrait à imprimer",
                required=False,
                max_length=TEXT_LENGTH,
                error_messages=too_long(TEXT_LENGTH),
                widget=forms.Textarea(attrs={"rows": 3}),
                initial=sheet.highlight.text if hasattr(sheet, "highlight") else "",
            )

    def clean(self):
        cleaned = super().clean()
        for sheet in self.sheets:
            name = f"extrait-{sheet.pk}"
            if name in cleaned and cleaned[name] not in same_lines(sheet.highlights):
                self.add_error(name, "Reprenez les mots de la structure, sans les changer : une phrase ou plusieurs.")
        return cleaned

    def rows(self):
        return [(sheet, getattr(sheet, "highlight", None), self[f"extrait-{sheet.pk}"]) for sheet in self.sheets]

    def chosen(self):
        """[(sheet, extract)] of the fields that were sent."""
        return [
            (sheet, self.cleaned_data[name]) for sheet in self.sheets if (name := f"extrait-{sheet.pk}") in self.data
        ]
