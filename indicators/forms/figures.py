"""The figures of a page of the sheet, as they are typed and shown again."""

import json

from django import forms
from django.core.exceptions import ValidationError

from indicators.figures import Kind, packed, read_reply, unpacked
from indicators.forms.seen import SeenForm
from indicators.models.sheet import WORD_LENGTH
from lemans_solidaire.network.templatetags.french import figure

KINDS = [
    (Kind.COUNTED, "Compté"),
    (Kind.ESTIMATED, "Estimé"),
    (Kind.NOT_COUNTED, "Nous ne le comptons pas"),
    (Kind.NOT_ASKED, "Nous ne le demandons pas aux personnes"),
]
NO_FIELD = {"errors": [], "id_for_label": ""}


def kind_name(indicator):
    return f"{indicator.code}-sorte"


def word_name(indicator):
    return f"{indicator.code}-mot"


def has_something(row):
    """Typed in, to be mended or chosen between: then its breakdown is shown open."""
    return bool(row["field"].value() or row["field"].errors or row["is_conflict"])


def word_of(reply):
    return reply.word if reply else ""


class FiguresForm(SeenForm):
    """For each indicator a text, the sort of answer and a word. A figure that was not sent is not touched."""

    proposed = ()  # [registry.Fact]: what the portal knows elsewhere, to show beside the question

    def __init__(self, data=None, *, indicators, replies):
        self.indicators = list(indicators)
        self.replies = replies
        initial = {"seen": json.dumps(packed(self.mine(replies)))}
        for indicator in self.indicators:
            initial |= self.initial_of(indicator, replies.get(indicator.code))
        super().__init__(data, initial=initial)
        for indicator in self.indicators:
            self.add_fields(indicator)

    def mine(self, replies):
        return {i.code: replies[i.code] for i in self.indicators if i.code in replies}

    def initial_of(self, indicator, reply):
        if reply is None:
            return {indicator.code: "", kind_name(indicator): Kind.COUNTED, word_name(indicator): ""}
        if indicator.breakdown_id:  # a part has one field only: the sort of answer is written in it
            return {indicator.code: str(reply), word_name(indicator): reply.word}
        text = "" if reply.value is None else figure(reply.value)
        return {indicator.code: text, kind_name(indicator): reply.kind, word_name(indicator): reply.word}

    def add_fields(self, indicator):
        self.fields[indicator.code] = forms.CharField(label=indicator.label, required=False, max_length=60)
        if indicator.breakdown_id is None:
            self.fields[kind_name(indicator)] = forms.ChoiceField(choices=KINDS, required=False)
        self.fields[word_name(indicator)] = forms.CharField(required=False, max_length=WORD_LENGTH)

    def clean(self):
        """`typed` is {Indicator: Reply | None}; what cannot be read is left out of it, with its explanation."""
        self.typed = {}
        for indicator in self.indicators:
            if indicator.code in self.data and indicator.code not in self.errors:
                self.read(indicator)
        return self.cleaned_data

    def read(self, indicator):
        kind = self.cleaned_data.get(kind_name(indicator)) or Kind.COUNTED
        word = " ".join(self.cleaned_data.get(word_name(indicator), "").split())
        try:
            if word_name(indicator) in self.errors:
                raise ValidationError(f"Ce mot est trop long : {WORD_LENGTH} caractères au plus.")
            if kind_name(indicator) in self.errors:
                raise ValidationError("Choisissez la sorte de réponse dans la liste.")
            reply = read_reply(self.cleaned_data[indicator.code], kind, word)
            if word and reply is None and indicator.breakdown_id is None:
                raise ValidationError("Ce mot accompagne une réponse : un nombre, ou « Nous ne le comptons pas ».")
            self.typed[indicator] = reply
        except ValidationError as problem:
            self.add_error(indicator.code, problem)

    def seen_replies(self):
        return unpacked(self.seen_data())

    def after_saving(self, stored):
        """What is on the page and in the sheet alike has been seen; a figure somebody else changed has not."""
        seen = self.seen_replies()
        for indicator, reply in self.typed.items():
            if stored.get(indicator.code) == reply:
                seen[indicator.code] = reply
        self.see(packed({code: reply for code, reply in seen.items() if reply is not None}))

    def after_conflict(self, stored):
        """The page now shows both values where both wrote, and the newer one where this person wrote nothing."""
        seen = self.seen_replies()
        self.see(packed(self.mine(stored)))
        for indicator, reply in self.typed.items():
            now, shown = stored.get(indicator.code), seen.get(indicator.code)
            if reply == shown and reply != now:
                self.data.update(self.initial_of(indicator, now))
            elif now and word_of(reply) == word_of(shown):
                self.data[word_name(indicator)] = now.word

    def rows(self, *, previous, remarks, conflicts=()):
        """What a template shows for each main indicator, its breakdowns inside; `conflicts` is {code: stored}."""
        parts = {}
        for indicator in self.indicators:
            if indicator.breakdown_id:
                row = self.row(indicator, previous, remarks, conflicts)
                parts.setdefault((indicator.breakdown.indicator_id, indicator.breakdown), []).append(row)
        for indicator in self.indicators:
            if indicator.breakdown_id is None:
                breakdowns = [
                    (breakdown, rows, any(map(has_something, rows)))
                    for (whole, breakdown), rows in parts.items()
                    if whole == indicator.pk
                ]
                yield self.row(indicator, previous, remarks, conflicts) | {"breakdowns": breakdowns}

    def notes(self, *, remarks, conflicts=()):
        """What an automatic save has to say of each figure of the page, if only that there is nothing left to say."""
        for indicator in self.indicators:
            code = indicator.code
            row = {
                "code": code,
                "field": self[code] if code in self.errors else NO_FIELD,
                "remarks": remarks.get(code, []),
                "is_conflict": code in conflicts,
                "other": dict(conflicts).get(code),
            }
            yield row | {"has_notes": code in self.errors or row["remarks"] or row["is_conflict"]}

    def row(self, indicator, previous, remarks, conflicts):
        is_main = indicator.breakdown_id is None
        return {
            "indicator": indicator,
            "field": self[indicator.code],
            "kind": self[kind_name(indicator)] if is_main else None,
            "word": self[word_name(indicator)],
            "before": previous.get(indicator.code),
            "proposed": [fact for fact in self.proposed if fact.code == indicator.code],
            "remarks": remarks.get(indicator.code, []),
            "is_conflict": indicator.code in conflicts,
            "other": dict(conflicts).get(indicator.code),
            "breakdowns": [],
        }
