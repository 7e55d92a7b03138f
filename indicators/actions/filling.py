from django.db import transaction
from django.utils import timezone

from indicators.checks import unexplained
from indicators.contents import PLAIN_WORDS, replies_of, words_of
from indicators.merging import merge
from indicators.models import Answer, Difficulty, Sheet
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.themes import Theme


class SheetRefusal(Exception):
    """The sheet, read again under lock, cannot take this action; `sheet` is as it is now."""

    def __init__(self, sheet):
        super().__init__(sheet.get_state_display())
        self.sheet = sheet


class NewerSave(SheetRefusal):
    """Somebody saved something else after the page was opened; `conflicts` is {key: what they saved}."""

    def __init__(self, sheet, conflicts=None):
        super().__init__(sheet)
        self.conflicts = conflicts or {}


class NotInThisState(SheetRefusal):
    """Already submitted, or already reviewed."""


class WrittenByTheStructure(SheetRefusal):
    """The structure has begun its own draft: nobody types it in its place."""


def locked(sheet):
    """The sheet as it is now, nobody else writing to it until the transaction ends."""
    return Sheet.objects.select_for_update(of=["self"]).select_related("campaign", "structure").get(pk=sheet.pk)


def locked_draft(sheet):
    if not sheet.pk:
        sheet, _ = Sheet.objects.get_or_create(campaign=sheet.campaign, structure=sheet.structure)
    return locked(sheet)


def save_answers(*, contents, typed, seen, by):
    """Keeps {Indicator: Reply | None} and returns the sheet; `seen` is {code: Reply}, what the page had shown.

    NewerSave when somebody else changed one of the same figures meanwhile: then nothing is written.
    """
    with transaction.atomic(savepoint=False):
        sheet = contents.sheet = locked_draft(contents.sheet)
        stored = contents.replies = replies_of(sheet)
        by_code = {indicator.code: reply for indicator, reply in typed.items()}
        changes, conflicts = merge(stored=stored, seen=seen, typed=by_code)
        if is_writable(sheet, changes, conflicts):
            write_answers(sheet, {indicator: typed[indicator] for indicator in typed if indicator.code in changes})
            contents.replies = with_changes(stored, changes)
            sheet.remarks = unexplained(contents.asked, contents.replies, contents.previous)
            mark_saved(sheet, {code: [told(old), told(new)] for code, (old, new) in changes.items()}, by, "remarks")
    return accepted(sheet, conflicts)


def with_changes(stored, changes):
    replies = stored | {code: new for code, (_, new) in changes.items()}
    return {code: reply for code, reply in replies.items() if reply is not None}


def is_writable(sheet, changes, conflicts):
    return sheet.is_draft and not conflicts and (changes or not sheet.version)


def accepted(sheet, conflicts):
    """Refusals are raised once outside the transaction, which a view goes on using to show both values."""
    if not sheet.is_draft:
        raise NotInThisState(sheet)
    if conflicts:
        raise NewerSave(sheet, conflicts)
    return sheet


def write_answers(sheet, replies):
    gone = [indicator for indicator, reply in replies.items() if reply is None]
    if gone:
        sheet.answers.filter(indicator__in=gone).delete()
    Answer.objects.bulk_create(
        [
            Answer(sheet=sheet, indicator=indicator, kind=reply.kind, value=reply.value, word=reply.word)
            for indicator, reply in replies.items()
            if reply is not None
        ],
        update_conflicts=True,
        unique_fields=["sheet", "indicator"],
        update_fields=["kind", "value", "word"],
    )


def told(reply):
    return None if reply is None else reply.told


def mark_saved(sheet, changes, by, *fields):
    sheet.version += 1
    sheet.saved_at, sheet.saved_by = timezone.now(), by
    sheet.save(update_fields=["version", "saved_at", "saved_by", *fields])
    record(by=by, verb="sheet_saved", about=sheet, structure=sheet.structure, changes=changes)


def save_words(*, sheet, typed, seen, by):
    """As save_answers, for what is not a figure; keys and texts as in words_of, « » for nothing."""
    with transaction.atomic(savepoint=False):
        sheet = locked_draft(sheet)
        typed = {key: text or None for key, text in typed.items()}
        changes, conflicts = merge(stored=words_of(sheet), seen=seen, typed=typed)
        if is_writable(sheet, changes, conflicts):
            write_words(sheet, {key: new or "" for key, (_, new) in changes.items()})
            plain = [key for key in changes if key in PLAIN_WORDS]
            mark_saved(sheet, {key: list(pair) for key, pair in changes.items()}, by, *plain)
    return accepted(sheet, conflicts)


def write_words(sheet, words):
    for key, text in words.items():
        if key in PLAIN_WORDS:
            setattr(sheet, key, text)
    if "blocks" in words:
        sheet.blocks.set(sheet.campaign.blocks.filter(code__in=words["blocks"].split()))
    for theme in Theme.values:
        if theme in words or f"{theme}-new" in words:
            write_difficulty(sheet, theme, words)


def write_difficulty(sheet, theme, words):
    known = sheet.difficulties.filter(theme=theme).first() or Difficulty(sheet=sheet, theme=theme)
    known.text = words.get(theme, known.text)
    known.is_new = bool(words.get(f"{theme}-new", known.is_new))
    if known.text:
        known.save()
    elif known.pk:
        known.delete()


@transaction.atomic
def type_for_structure(*, campaign, structure, how, by):
    """The CCAS begins to type a paper or telephone answer: only where the structure has not begun itself."""
    sheet, _ = Sheet.objects.get_or_create(campaign=campaign, structure=structure)
    sheet = locked(sheet)
    if sheet.on_behalf and sheet.is_draft:
        return sheet
    if sheet.version or not sheet.is_draft:
        raise WrittenByTheStructure(sheet)
    sheet.on_behalf, sheet.shared_with = how, Sheet.Sharing.CCAS  # until the structure says otherwise
    sheet.save(update_fields=["on_behalf", "shared_with"])
    record(by=by, verb="sheet_typed_for_structure", about=sheet, structure=structure, changes={"how": how})
    return sheet
