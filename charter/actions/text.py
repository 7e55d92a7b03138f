"""The text on its way: a draft saved, then adopted as a version that never changes."""

from django.db import transaction
from django.utils import timezone

from charter.models import Draft, Version
from charter.text import NotACharter, read
from charter.writing import as_markdown
from lemans_solidaire.network.actions import record


class NewerDraft(Exception):
    """Somebody saved another text after the page was opened; `draft` is theirs, or None when it was adopted."""

    def __init__(self, draft):
        super().__init__("projet plus récent")
        self.draft = draft


@transaction.atomic
def save_draft(*, version, by, text=None, summaries=None, change_note=None):
    """`version` is the one that the page had shown (0 for none); what is None stays as it is.

    Any text may be kept: adopting it checks it. Summaries follow their clauses when the text changes.
    """
    draft = Draft.objects.select_for_update().first()
    if (draft.version if draft else 0) != version:
        raise NewerDraft(draft)
    draft = draft or first_draft()
    if text is not None:
        draft.summaries, draft.text = carried(draft.summaries, draft.text, text), text
    if summaries is not None:
        draft.summaries = summaries
    if change_note is not None:
        draft.change_note = change_note
    draft.version, draft.saved_at, draft.saved_by = version + 1, timezone.now(), by
    draft.save()
    record(by=by, verb="charter_draft_saved", about=draft, changes={"version": draft.version})
    return draft


def first_draft():
    """It starts from the version in force, if there is one."""
    current = Version.objects.current()
    return Draft(text=as_markdown(current.text), summaries=current.summaries) if current else Draft(text="")


def carried(summaries, old, new):
    """The summaries of the Markdown `old`, under the identifiers that their clauses have in `new`.

    Those whose clause is gone stay, in case it comes back; all stay as they are while a text cannot be read.
    """
    current = Version.objects.current()
    before = current and current.text
    try:
        known = read(old, before)
        clauses, twins = read(new, before).clauses, read(new, known).clauses
    except NotACharter:
        return summaries
    words = {one.key: summaries.get(twin.key, "") for one, twin in zip(clauses, twins, strict=True)}
    taken, keys = {twin.key for twin in twins}, {one.key for one in clauses}
    left = {key: said for key, said in summaries.items() if key not in taken | keys}
    return left | {key: said for key, said in words.items() if said}


@transaction.atomic
def drop_draft(*, version, by):
    draft = locked(version)
    record(by=by, verb="charter_draft_dropped", about=draft, changes={"text": draft.text})
    draft.delete()


def locked(version):
    draft = Draft.objects.select_for_update().first()
    if draft is None or draft.version != version:
        raise NewerDraft(draft)
    return draft


@transaction.atomic
def adopt(*, version, body, on, by):
    """The draft that the page had shown becomes the version in force; NotACharter when it is not a charter."""
    draft = locked(version)
    before = Version.objects.current()
    text = read(draft.text, before and before.text)
    keys = {clause.key for clause in text.clauses}
    adopted = Version.objects.create(
        number=before.number + 1 if before else 1,
        content=text.as_data(),
        summaries={key: words for key, words in draft.summaries.items() if words and key in keys},
        digest=text.digest,
        change_note=draft.change_note,
        adopted_on=on,
        adopted_body=body,
        recorded_by=by,
    )
    draft.delete()
    record(by=by, verb="charter_adopted", about=adopted, changes=adopted.adoption)
    return adopted
