"""The text on its way: a draft saved, then adopted as a version that never changes."""

from django.db import connection, transaction
from django.utils import timezone

from charter.models import Draft, Version
from charter.reading import NotACharter, read
from charter.text import Clause, Text
from charter.writing import as_markdown
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event

ONE_DRAFT = 1_906_212  # any number of ours: the advisory lock under which drafts follow each other
SAVED = "charter_draft_saved"
WORDS_OF = "{clause.kind}\n{clause.title}\n{clause.text}"  # no identifier has a line feed


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
    one_at_a_time()
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
    draft.version, draft.saved_at, draft.saved_by = draft.version + 1, timezone.now(), by
    draft.save()
    record(by=by, verb=SAVED, about=draft, changes={"version": draft.version})
    return draft


@transaction.atomic
def replace_draft(*, version, by, text):
    """As save_draft; the text that was there stays in the history."""
    draft = locked(version)
    record(by=by, verb="charter_draft_replaced", about=draft, changes={"text": draft.text})
    return save_draft(version=version, by=by, text=text)


def one_at_a_time():
    """There is no row to lock before the first draft."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_DRAFT])


def first_draft():
    """It starts from the version in force, if there is one, and counts on from the drafts before it."""
    current = Version.objects.current()
    started = Draft(text=as_markdown(current.text), summaries=current.summaries) if current else Draft(text="")
    started.version = last_saved()
    return started


def last_saved():
    """The number of the last saving of any draft: none comes back, so that an old page is known as such."""
    last = Event.objects.filter(verb=SAVED).order_by("-pk").first()
    return last.changes["version"] if last else 0


def carried(summaries, old, new):
    """The summaries of the Markdown `old`, under the identifiers that their clauses have in `new`.

    Those whose clause is gone stay under its words, in case it comes back.
    """
    versions = Version.objects.texts()
    before, after, gone = understood(old, versions), understood(new, versions), remembered(summaries)
    known = before or Text("", [])
    if after is None:
        return under_words(summaries, known.clauses)
    twins = understood(new, [Text("", known.clauses + gone)]).clauses
    pairs = [(one.key, twin.key) for one, twin in zip(after.clauses, twins, strict=True)]
    has = {clause.key for clause in known.clauses + gone}
    words = {key: summaries[twin] for key, twin in pairs if twin in has and twin in summaries}
    taken = {twin for _, twin in pairs}
    left = under_words(summaries, [clause for clause in known.clauses if clause.key not in taken])
    return {key: said for key, said in left.items() if key not in taken | {key for key, _ in pairs}} | words


def understood(markdown, known):
    try:
        return read(markdown, *known)
    except NotACharter:
        return None


def under_words(summaries, clauses):
    """The same, those of these clauses under their words."""
    names = {clause.key: WORDS_OF.format(clause=clause) for clause in clauses}
    return {names.get(key, key): said for key, said in summaries.items()}


def remembered(summaries):
    """The clauses that are gone and had a summary, with their words as identifiers."""
    parts = [(key, key.split("\n", 2)) for key in summaries if "\n" in key]
    return [Clause(key, kind, "", title, text) for key, (kind, title, text) in parts]


@transaction.atomic
def drop_draft(*, version, by):
    draft = locked(version)
    record(by=by, verb="charter_draft_dropped", about=draft, changes={"text": draft.text})
    draft.delete()


def locked(version):
    one_at_a_time()
    draft = Draft.objects.select_for_update().first()
    if draft is None or draft.version != version:
        raise NewerDraft(draft)
    return draft


@transaction.atomic
def adopt(*, version, body, on, by, digest=None):
    """The draft that the page had shown becomes the version in force; NotACharter when it is not a charter.

    `digest` is the one of the text that the page had shown, where a page did.
    """
    draft = locked(version)
    before = Version.objects.current()
    text = read(draft.text, *Version.objects.texts())
    if digest is not None and text.digest != digest:
        raise NewerDraft(draft)
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
