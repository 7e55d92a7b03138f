"""A meeting from its preparation to its published minutes, and what was decided there."""

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Correction, Decision, Meeting, PublishedMinutes
from lemans_solidaire.network.saving import NewerSave, NotPossible, locked, make_once, mark_of, write


@transaction.atomic
def add_meeting(*, typed, key, by):
    """Twice with the same key: the same meeting."""
    meeting, is_new = make_once(Meeting, key, typed, made_by=by)
    if is_new:
        record(by=by, verb="meeting_made", about=meeting, changes={"starts_at": str(meeting.starts_at)})
    return meeting


@transaction.atomic
def save_agenda(*, meeting, agenda, seen, by):
    meeting = locked(meeting)
    if meeting.is_cancelled or hasattr(meeting, "published"):
        raise NotPossible(
            "Cette rencontre est annulée, ou son compte rendu est publié : l’ordre du jour ne change plus."
        )
    changes = write(meeting, {"agenda": agenda}, seen)
    if changes:
        meeting.agenda_is_new = meeting.invitations.exists()
        meeting.save(update_fields=["agenda_is_new"])
        record(by=by, verb="agenda_changed", about=meeting, changes=changes)
    return meeting


@transaction.atomic
def take_attendance(*, meeting, present, also_present, seen, by):
    """`present`: the invitations of those who came. The history counts them; their names are on the invitations."""
    meeting = held(meeting)
    before = set(meeting.invitations.filter(is_present=True).values_list("pk", flat=True))
    present = {invitation.pk for invitation in present}
    if seen != attendance_mark(meeting) and (before != present or meeting.also_present != also_present):
        raise NewerSave(meeting)
    meeting.invitations.exclude(pk__in=present).update(is_present=False)
    meeting.invitations.filter(pk__in=present).update(is_present=True)
    if before != present or meeting.also_present != also_present or not meeting.attendance_at:
        meeting.also_present, meeting.attendance_at = also_present, timezone.now()
        meeting.save(update_fields=["also_present", "attendance_at"])
        record(by=by, verb="attendance_taken", about=meeting, changes={"present": len(present)})
    return meeting


def attendance_mark(meeting):
    present = meeting.invitations.filter(is_present=True).order_by("pk").values_list("pk", flat=True)
    return f"{mark_of(meeting, ['also_present'])} {' '.join(map(str, present))}"


def held(meeting):
    """Under lock; one writes of a meeting once it has begun."""
    meeting = locked(meeting)
    if not meeting.was_held:
        raise NotPossible("Cette rencontre n’a pas encore eu lieu, ou elle est annulée.")
    return meeting


@transaction.atomic
def save_minutes(*, meeting, text, seen, by):
    """The draft, read by those who run the meeting; the history does not hold its words."""
    meeting = held(meeting)
    if hasattr(meeting, "published"):
        raise NotPossible("Le compte rendu est publié : il ne change plus, mais vous pouvez y ajouter une correction.")
    if write(meeting, {"minutes": text}, seen):
        record(by=by, verb="minutes_saved", about=meeting)
    return meeting


@transaction.atomic
def publish_minutes(*, meeting, seen, by):
    """The very text that was on the page, for the whole network and for good; a second click changes nothing."""
    meeting = held(meeting)
    if hasattr(meeting, "published"):
        return meeting.published
    if mark_of(meeting, ["minutes"]) != seen:
        raise NewerSave(meeting)
    if not meeting.minutes.strip():
        raise NotPossible("Le compte rendu est vide : écrivez-le avant de le publier.")
    published = PublishedMinutes.objects.create(meeting=meeting, text=meeting.minutes, by=by)
    record(by=by, verb="minutes_published", about=meeting)
    return published


@transaction.atomic
def correct_minutes(*, minutes, text, key, by):
    correction, is_new = make_once(Correction, key, {"minutes": minutes, "text": text}, by=by)
    if is_new:
        record(by=by, verb="minutes_corrected", about=minutes.meeting)
    return correction


@transaction.atomic
def add_decision(*, meeting, typed, key, by):
    meeting = held(meeting)
    decision, is_new = make_once(Decision, key, typed | {"meeting": meeting})
    if is_new:
        record(by=by, verb="decision_taken", about=decision, structure=decision.structure)
    return decision


@transaction.atomic
def settle_decision(*, decision, typed, seen, by):
    """`typed`: state, word, due_on. Done or abandoned, or to be done after all, perhaps by another day."""
    decision = locked(decision)
    if typed["state"] != Decision.State.OPEN and not typed["word"]:
        raise NotPossible("Une décision close dit en un mot ce qui a été fait, ou pourquoi on y renonce.")
    is_open = typed["state"] == Decision.State.OPEN
    decision.settled_at, decision.settled_by = (None, None) if is_open else (timezone.now(), by)
    changes = write(decision, typed, seen, along=["settled_at", "settled_by"])
    if changes:
        record(by=by, verb="decision_settled", about=decision, structure=decision.structure, changes=changes)
    return decision
