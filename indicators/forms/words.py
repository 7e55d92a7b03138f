"""The pages of the sheet that are not figures: what they are about, and the year in words."""

import json

from django import forms

from indicators.forms.seen import SeenForm
from indicators.models import Sheet
from indicators.models.sheet import TEXT_LENGTH
from lemans_solidaire.network.themes import Theme
from lemans_solidaire.network.typed import Lines


class WordsForm(SeenForm):
    """Fields that are not figures; `typed` is {key: text} of those that were sent."""

    page = ""  # the page of the sheet that shows it, as in Contents.parts

    def __init__(self, data=None, *, words, campaign):
        super().__init__(data, initial=words | {"seen": json.dumps(self.mine(words))})

    def mine(self, words):
        return {key: text for key, text in words.items() if key in self.base_fields}

    def clean(self):
        self.typed = {
            key: self.text(value) for key, value in self.cleaned_data.items() if key != "seen" and self.was_sent(key)
        }
        return self.cleaned_data

    def was_sent(self, key):
        return key in self.data

    def text(self, value):
        return value.strip()

    def seen_words(self):
        return {key: text for key, text in self.seen_data().items() if isinstance(text, str)}

    def after_saving(self, stored):
        """As for figures."""
        same = {key: text for key, text in self.typed.items() if stored.get(key, "") == text}
        self.see({key: text for key, text in (self.seen_words() | same).items() if text})

    def after_conflict(self, stored):
        seen = self.seen_words()
        self.see(self.mine(stored))
        for key, text in self.typed.items():
            now = stored.get(key, "")
            if text == seen.get(key, "") and text != now:
                self.data.setlist(key, self.as_sent(now))

    def as_sent(self, text):
        return [text]


class FrameForm(WordsForm):
    """What the figures are about: period, territory, what the structure does."""

    page = "frame"
    period = forms.ChoiceField(label="Vos chiffres portent sur", choices=Sheet.Period, widget=forms.RadioSelect)
    territory = forms.ChoiceField(
        label="Les personnes viennent surtout de", choices=Sheet.Territory, widget=forms.RadioSelect, required=False
    )
    blocks = forms.MultipleChoiceField(label="Nous faisons cela", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data=None, *, words, campaign):
        super().__init__(data, words=words, campaign=campaign)
        self.fields["blocks"].choices = list(campaign.blocks.values_list("code", "does"))
        self.initial["blocks"] = words.get("blocks", "").split()

    def was_sent(self, key):
        return key in self.data or key == "blocks"  # no box ticked sends nothing

    def text(self, value):
        return value if isinstance(value, str) else " ".join(sorted(value))

    def as_sent(self, text):
        return text.split()


class Prose(Lines):
    def __init__(self, **options):
        super().__init__(required=False, max_length=TEXT_LENGTH, widget=forms.Textarea, **options)


class StoryForm(WordsForm):
    """The year in words: missions, highlights, difficulties by theme."""

    page = "story"
    missions = Prose(label="Vos missions, en deux phrases")
    highlights = Prose(label="Ce qui a marqué l’année")

    def clean(self):
        """« New » goes with a text: without it, the box says nothing."""
        super().clean()
        for theme in Theme.values:
            if not self.typed.get(theme, "-"):
                self.typed[f"{theme}-new"] = ""
        return self.cleaned_data

    def was_sent(self, key):
        return key in self.data or key.endswith("-new")  # a box that is not ticked sends nothing

    def difficulties(self):
        """(theme, label, text field, « new » field) for the template."""
        return [(theme, theme.label, self[theme.value], self[f"{theme.value}-new"]) for theme in Theme]


for theme in Theme:
    StoryForm.base_fields[theme.value] = Prose(label=theme.label)
    StoryForm.base_fields[f"{theme.value}-new"] = forms.CharField(
        label=f"{theme.label} : nouveau cette année", required=False, max_length=10
    )
