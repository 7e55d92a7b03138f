"""The text on its way: a draft saved, then adopted as a version that never changes."""

from django.db import transaction
from django.utils import timezone

from charter.models import Draft, Version
from charter.text import read
from lemans_solidaire.network.actions import record


class NewerDraft(Exception):
    """Somebody saved another text after the page was opened; `draft` is theirs, or None when it was adopted."""

    def __init__(self, draft):
        super().__init__("projet plus récent")
        self.draft = draft


@transaction.atomic
def save_draft(*, text, version, by, summaries=None, change_note=""):
    """`version` is the one that the page had shown (0 for none). Any text may be kept: adopting it checks it."""
    draft = Draft.objects.select_for_update().first()
    if (draft.version if draft else 0) != version:
        raise NewerDraft(draft)
    draft = draft or Draft()
    draft.text, draft.change_note = text, change_note
    draft.summaries = draft.summaries if summaries is None else summaries
    draft.version, draft.saved_at, draft.saved_by = version + 1, timezone.now(), by
    draft.save()
    record(by=by, verb="charter_draft_saved", about=draft, changes={"version": draft.version})
    return draft


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
    adopted = Version.objects.create(
        number=before.number + 1 if before else 1,
        content=text.as_data(),
        summaries={key: words for key, words in draft.summaries.items() if words},
        digest=text.digest,
        change_note=draft.change_note,
        adopted_on=on,
        adopted_body=body,
        recorded_by=by,
    )
    draft.delete()
    record(by=by, verb="charter_adopted", about=adopted, changes={"number": adopted.number, "digest": adopted.digest})
    return adopted
