"""Sending a sheet, asking about it, answering, reading it over, confirming it."""

from django import forms
from django.core.exceptions import ValidationError

from indicators.forms.figures import FiguresForm
from indicators.models import Sheet
from indicators.models.sheet import WORD_LENGTH


class SendingForm(forms.Form):
    shared_with = forms.ChoiceField(choices=Sheet.Sharing, widget=forms.RadioSelect)


class ReviewForm(forms.Form):
    """Which version of the sheet was read over."""

    version = forms.IntegerField(min_value=0)

    def seen_version(self):
        """None when the number was forged: no version is that one."""
        return self.cleaned_data["version"] if self.is_valid() else None


class QuestionsForm(ReviewForm):
    """One optional question for each figure, named question-<code>."""

    def __init__(self, data=None, *, indicators):
        self.indicators = list(indicators)
        super().__init__(data)
        for indicator in self.indicators:
            self.fields[f"question-{indicator.code}"] = forms.CharField(required=False, max_length=WORD_LENGTH)

    def questions(self):
        asked = {i: " ".join(self.cleaned_data[f"question-{i.code}"].split()) for i in self.indicators}
        return {indicator: text for indicator, text in asked.items() if text}


class AnswersForm(forms.Form):
    """For each question a figure (kept or changed) and a word; a figure kept needs its word."""

    def __init__(self, data=None, *, questions, replies):
        self.questions, self.replies = list(questions), replies
        self.figures = FiguresForm(data, indicators=[q.indicator for q in self.questions], replies=replies)
        super().__init__(data)
        for question in self.questions:
            self.fields[f"reponse-{question.pk}"] = forms.CharField(required=False, max_length=WORD_LENGTH)

    def clean(self):
        self.answers = {}
        if not self.figures.is_valid():
            raise ValidationError("Une réponse est à revoir.")
        for question in self.questions:
            code = question.indicator.code
            if f"reponse-{question.pk}" not in self.data and self.is_older_page():
                self.add_error(f"reponse-{question.pk}", "Cette question est venue depuis : lisez-la, puis répondez.")
                continue
            before = self.replies.get(code)
            reply = self.figures.typed.get(question.indicator, before)
            word = " ".join(self.cleaned_data.get(f"reponse-{question.pk}", "").split())
            if reply is not None and before is not None:
                reply = type(reply)(reply.kind, reply.value, before.word)
            if reply == before and not word:
                self.add_error(
                    f"reponse-{question.pk}", "Le chiffre ne change pas : dites d’un mot pourquoi il est juste."
                )
            self.answers[question] = (reply, word)
        return self.cleaned_data

    def is_older_page(self):
        """It answers a question that is no longer open: what it shows of the others is older too."""
        return any(name.startswith("reponse-") and name not in self.fields for name in self.data)

    def rows(self, *, previous, remarks):
        by_code = {row["indicator"].code: row for row in self.figures.rows(previous=previous, remarks=remarks)}
        for question in self.questions:
            row = by_code.get(question.indicator.code) or self.figures.row(question.indicator, previous, remarks, ())
            yield row | {"question": question, "reply": self[f"reponse-{question.pk}"]}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=WORD_LENGTH, error_messages={"required": "Dites d’un mot pourquoi la fiche est rouverte."}
    )


class ConfirmationForm(forms.Form):
    """What the structure says of the figures typed for it; a correction needs its words."""

    name = forms.CharField(
        label="Votre nom", max_length=100, error_messages={"required": "Écrivez votre nom : il dit qui confirme."}
    )
    text = forms.CharField(label="Ce qui est à changer", required=False, max_length=WORD_LENGTH - 110)
    contests = forms.BooleanField(required=False)

    def clean(self):
        if self.cleaned_data.get("contests") and not self.cleaned_data.get("text", "").strip():
            self.add_error("text", "Écrivez ce qui est à changer : le CCAS le corrigera.")
        return self.cleaned_data
