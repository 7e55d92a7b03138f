"""The draft as its pages show it, and what the CCAS types about it."""

import json
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from charter.comparing import SAME, compare, stretches
from charter.document import explained
from charter.models import Version
from charter.reading import MOST_BYTES, NotACharter, read, with_line_feeds
from charter.writing import as_markdown
from lemans_solidaire.network.typed import too_long

SUMMARY_LENGTH, NOTE_LENGTH = 600, 500


class Reading:
    """What the portal understands of a draft: `text` (None when it is no charter, `problem` then says why)."""

    def __init__(self, markdown):
        self.current, self.text, self.problem = Version.objects.current(), None, ""
        try:
            self.text = read(markdown, *Version.objects.texts())
        except NotACharter as refusal:
            self.problem = str(refusal)

    @property
    def is_new(self):
        """Whether it says anything else than the version in force."""
        return self.current is None or self.text.digest != self.current.digest

    @cached_property
    def stretches(self):
        return stretches(compare(self.current.text, self.text)) if self.current and self.text else []

    @property
    def changes(self):
        return [change for stretch in self.stretches if not stretch.is_same for change in stretch.changes]

    @property
    def changed_keys(self):
        """Of the clauses whose words, or those under them, are not the same: their summary is to be read again."""
        found, place = set(), None
        for change in (change for stretch in self.stretches for change in stretch.changes):
            place = change.clause.key if change.clause.kind in ("chapter", "article") else place
            if change.state != SAME:
                found |= {change.clause.key, place}
        return found


class DraftForm(forms.Form):
    """The text, or a file that takes its place; `version` is the one that the page had shown."""

    file = forms.FileField(label="Apporter un fichier", required=False, allow_empty_file=True)
    text = forms.CharField(
        label="Le texte",
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        error_messages=too_long(MOST_BYTES),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
    )
    change_note = forms.CharField(
        label="Ce qui change, en une ou deux phrases",
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=too_long(NOTE_LENGTH),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce que les structures liront d’abord, avant de signer la nouvelle version. Peut attendre.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(self, data=None, files=None, *, draft):
        self.draft = draft
        super().__init__(data, files, initial=started(draft))

    def clean_text(self):
        return with_line_feeds(self.cleaned_data["text"])

    def clean_change_note(self):
        return " ".join(self.cleaned_data["change_note"].split())

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("file") and not self.errors and not cleaned["text"].strip():
            self.add_error("text", "Écrivez le texte, ou apportez un fichier : il n’y a encore rien à enregistrer.")
        return cleaned

    @property
    def is_newer(self):
        """Whether somebody saved the draft, or took it away, since the page was opened."""
        return self.cleaned_data["version"] != (self.draft.version if self.draft else 0)

    @property
    def is_typed(self):
        """Whether the text of the field is no longer the one that the page had shown."""
        return self.cleaned_data["text"].strip() != self.initial["text"].strip()

    def sees(self, draft, text=None):
        """From now on the person has the newer draft before their eyes, and this text in the field if it is given."""
        self.draft, self.data = draft, self.data.copy()
        self.data["version"] = draft.version if draft else 0
        if text is not None:
            self.data["text"] = text


def started(draft):
    if draft:
        return {"text": draft.text, "change_note": draft.change_note, "version": draft.version}
    current = Version.objects.current()
    return {"text": as_markdown(current.text) if current else "", "change_note": "", "version": 0}


class SummariesForm(forms.Form):
    """One field for each chapter, article and commitment, named after its identifier.

    `version` and `digest` say which draft and which text the page had shown; `seen`, {key: words}, with what in them.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    seen = forms.JSONField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, draft, reading):
        self.clauses = explained(reading.text) if reading and reading.text else []
        self.draft, self.reading, self.newer = draft, reading, {}
        super().__init__(data, initial=self.marks | {name_of(key): said for key, said in self.stored.items()})
        for clause in self.clauses:
            self.fields[name_of(clause.key)] = forms.CharField(
                label=clause.heading or "Engagement",
                required=False,
                max_length=SUMMARY_LENGTH,
                error_messages=too_long(SUMMARY_LENGTH),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def stored(self):
        return self.draft.summaries if self.draft else {}

    def rows(self):
        """[(clause, field, whether its words changed, what somebody else wrote meanwhile)]."""
        changed = self.reading.changed_keys if self.reading else set()
        return [
            (clause, self[name_of(clause.key)], clause.key in changed, self.newer.get(clause.key))
            for clause in self.clauses
        ]

    @property
    def marks(self):
        """What the hidden fields say of the draft as it is."""
        text = self.reading.text if self.reading else None
        shown = {clause.key: self.stored.get(clause.key, "") for clause in self.clauses}
        return {
            "version": self.draft.version if self.draft else 0,
            "digest": text.digest if text else "",
            "seen": shown,
        }

    @property
    def is_newer(self):
        return self.cleaned_data["version"] != self.marks["version"]

    @property
    def typed(self):
        return {clause.key: with_line_feeds(self.data.get(name_of(clause.key), "")).strip() for clause in self.clauses}

    @property
    def untouched(self):
        """Keys of those left as the page had shown them; none when the text is another one since."""
        seen = self.cleaned_data.get("seen")
        if not isinstance(seen, dict) or self.cleaned_data["digest"] != self.marks["digest"]:
            return set()
        return {key for key, said in self.typed.items() if said == seen.get(key)}

    @property
    def conflicts(self):
        """{key: stored} of what somebody else wrote and that was also typed here, otherwise."""
        if not self.is_newer:
            return {}
        seen, is_same_text = self.cleaned_data.get("seen"), self.cleaned_data["digest"] == self.marks["digest"]
        known = seen if is_same_text and isinstance(seen, dict) else {}
        stored = {key: self.stored.get(key, "") for key in self.typed.keys() - self.untouched}
        return {key: said for key, said in stored.items() if said not in (self.typed[key], known.get(key))}

    def summaries(self):
        """{key: words}; those left as shown, and those of clauses that are gone, are as the draft has them."""
        typed = {key: said for key, said in self.typed.items() if not self.is_newer or key not in self.untouched}
        return {key: said for key, said in (self.stored | typed).items() if said}

    @property
    def left_over(self):
        """What was typed for clauses that the draft no longer has."""
        named = {name_of(clause.key) for clause in self.clauses}
        posted = self.data.items() if self.is_bound else ()
        return [said for name, said in posted if name.startswith(name_of("")) and name not in named and said.strip()]

    def sees(self):
        """From now on the page shows what the newer draft says: in the fields left alone, beside the others."""
        self.newer = self.conflicts
        kept = {name_of(key): self.stored.get(key, "") for key in self.untouched}
        marks = self.marks | {"seen": json.dumps(self.marks["seen"])}
        self.data = self.data.copy()
        for name, said in (kept | marks).items():
            self.data[name] = said


def name_of(key):
    return f"en-clair-{key}"


class AdoptionForm(forms.Form):
    """Who adopted the text, and when. `version` and `digest` say which text the page had shown."""

    body = forms.CharField(
        label="Adoptée par",
        max_length=200,
        error_messages={"required": "Écrivez qui a adopté ce texte.", **too_long(200)},
        help_text="L’assemblée des signataires, par exemple.",
    )
    on = forms.DateField(
        label="Date de l’adoption",
        error_messages={"required": "Écrivez la date.", "invalid": "Écrivez la date comme ceci : 12/03/2026."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, data=None, *, draft, reading):
        self.current = reading.current
        initial = {"version": draft.version if draft else 0, "digest": reading.text.digest if reading.text else ""}
        super().__init__(data, initial=initial)
        self.fields["on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("Cette date est à venir : une version s’enregistre une fois adoptée.")
        if self.current and day < self.current.adopted_on:
            before = f"{self.current.adopted_on:%d/%m/%Y}"
            raise ValidationError(f"La version {self.current.number} a été adoptée le {before} : celle-ci vient après.")
        return day

    def sees(self, draft, reading):
        self.data = self.data.copy()
        self.data["version"] = draft.version if draft else 0
        self.data["digest"] = reading.text.digest if reading.text else ""
