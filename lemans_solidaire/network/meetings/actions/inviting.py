"""Who is asked to come, what they answer, and how they learn of a change."""

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.meetings.people import in_network, people_of
from lemans_solidaire.network.meetings.saving import NotPossible, locked, write
from lemans_solidaire.network.models import Invitation
from lemans_solidaire.network.tasks import send_invitation

TOLD_BY_MAIL = {"title", "starts_at", "length", "place", "link"}


@transaction.atomic
def invite(*, meeting, emails, by):
    """How many are newly invited: those whom it is for, and these addresses, each once; mails leave as jobs."""
    meeting = locked(meeting)
    if not meeting.is_coming:
        raise NotPossible("Cette rencontre a déjà eu lieu, ou elle est annulée : personne n’est plus invité.")
    before = set(meeting.invitations.values_list("email", flat=True))
    accounts = {user.email.lower(): user for user in people_of(meeting)}
    known = {user.email.lower(): user for user in in_network().filter(email__in=emails)}
    wanted = dict.fromkeys(emails) | known | accounts
    new = [Invitation(meeting=meeting, email=email, user=user) for email, user in wanted.items() if email not in before]
    made = Invitation.objects.bulk_create(new)
    if made:
        record(by=by, verb="meeting_invited", about=meeting, changes={"invited": len(made)})
    send_all(made)
    return len(made)


def send_all(invitations):
    for invitation in invitations:
        send_invitation.defer(invitation_id=invitation.pk)


@transaction.atomic
def edit_meeting(*, meeting, typed, seen, by):
    """Those invited learn of it, and answer again if the day or hour has changed."""
    meeting = locked(meeting)
    if meeting.is_cancelled:
        raise NotPossible("Cette rencontre est annulée : préparez-en une autre.")
    changes = write(meeting, typed, seen)
    if changes.keys() & TOLD_BY_MAIL:
        tell_change(meeting)
    if "starts_at" in changes:
        meeting.invitations.update(answer="", answered_at=None)
    if changes:
        record(by=by, verb="meeting_changed", about=meeting, changes=changes)
    return meeting


def tell_change(meeting):
    meeting.sequence += 1
    meeting.save(update_fields=["sequence"])
    send_all(meeting.invitations.all())


@transaction.atomic
def cancel_meeting(*, meeting, because, by):
    """Those invited are told; a second click changes nothing."""
    meeting = locked(meeting)
    if meeting.is_cancelled:
        return meeting
    if meeting.is_past:
        raise NotPossible("Cette rencontre a déjà commencé : elle ne s’annule plus.")
    meeting.cancelled_at, meeting.cancelled_by, meeting.cancelled_because = timezone.now(), by, because
    meeting.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_because"])
    tell_change(meeting)
    record(by=by, verb="meeting_cancelled", about=meeting, changes={"because": because})
    return meeting


@transaction.atomic
def answer(*, invitation, answer, by):
    """May be changed until the meeting begins. `by`: the account, or Event.Actor.LINK."""
    meeting = locked(invitation.meeting)
    if not meeting.is_coming:
        raise NotPossible("Cette rencontre a déjà commencé, ou elle est annulée.")
    invitation = locked(invitation)
    if invitation.answer != answer:
        invitation.answer, invitation.answered_at = answer, timezone.now()
        invitation.save(update_fields=["answer", "answered_at"])
        record(by=by, verb="invitation_answered", about=invitation, changes={"answer": answer})
    return invitation
