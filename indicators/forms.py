import json

from django import forms
from django.core.exceptions import ValidationError

from indicators.figures import Kind, packed, read_reply, unpacked
from indicators.models import Sheet
from indicators.models.sheet import TEXT_LENGTH, WORD_LENGTH
from lemans_solidaire.network.templatetags.french import figure
from lemans_solidaire.network.themes import Theme

KINDS = [
    (Kind.COUNTED, "Compté"),
    (Kind.ESTIMATED, "Estimé"),
    (Kind.NOT_COUNTED, "Nous ne le comptons pas"),
    (Kind.NOT_ASKED, "Nous ne le demandons pas aux personnes"),
]


class SeenForm(forms.Form):
    """A form that remembers what its page had shown, so that nobody else's newer save is written over."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def seen_data(self):
        """What came with the form; nothing seen when it was forged or lost: then both values are shown."""
        try:
            data = json.loads(self.data.get("seen") or "{}")
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    def see(self, data):
        """From now on the person has this before their eyes."""
        self.data = self.data.copy()
        self.data["seen"] = json.dumps(data)


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


class Prose(forms.CharField):
    """A few sentences. The end of a line counts for one character, as the browser counts it, though it sends two."""

    def __init__(self, **options):
        super().__init__(required=False, max_length=TEXT_LENGTH, widget=forms.Textarea, **options)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


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
