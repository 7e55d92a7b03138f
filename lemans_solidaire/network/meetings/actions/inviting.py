"""Who is asked to come, what they answer, and how they learn of a change."""

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.meetings.people import in_network, people_of
from lemans_solidaire.network.models import Invitation
from lemans_solidaire.network.saving import NewerSave, NotPossible, locked, mark_of, write
from lemans_solidaire.network.tasks import send_invitation

TOLD_BY_MAIL = {"title", "starts_at", "length", "place", "link"}
OVER = "Cette rencontre a déjà eu lieu, ou elle est annulée."


@transaction.atomic
def invite(*, meeting, emails, by):
    """How many are newly invited: those whom it is for, and these addresses, each once; mails leave as jobs."""
    meeting = locked(meeting)
    if not meeting.is_coming:
        raise NotPossible(f"{OVER[:-1]} : personne n’est plus invité.")
    wanted = wanted_for(meeting, emails)
    before = {one.email: one for one in meeting.invitations.all()}
    invited = {one.user_id for one in before.values() if one.user_id and not one.withdrawn_at}
    again = [one for email, one in before.items() if one.withdrawn_at and email in wanted]
    Invitation.objects.filter(pk__in=[one.pk for one in again]).update(withdrawn_at=None)
    new = [
        Invitation(meeting=meeting, email=email, user=user)
        for email, user in wanted.items()
        if email not in before and (user is None or user.pk not in invited)
    ]
    made = [*again, *Invitation.objects.bulk_create(new)]
    if made:
        record(by=by, verb="meeting_invited", about=meeting, changes={"invited": len(made)})
    send_all(made)
    return len(made)


def wanted_for(meeting, emails):
    """{address: account or None}."""
    accounts = {user.email.lower(): user for user in people_of(meeting)}
    known = {user.email.lower(): user for user in in_network().filter(email__in=emails)}
    return dict.fromkeys(emails) | known | accounts


def send_all(invitations):
    for invitation in invitations:
        send_invitation.defer(invitation_id=invitation.pk)


@transaction.atomic
def withdraw(*, invitation, by):
    """A wrong address, or somebody who need not come: their link leads nowhere, and their calendar is told.

    The line itself goes once that is done (`network.tasks`), and the address with it.
    """
    meeting = locked(invitation.meeting)
    if not meeting.is_coming:
        raise NotPossible(f"{OVER[:-1]} : l’invitation reste telle quelle.")
    invitation = standing(invitation)
    if invitation is None:
        return
    record(by=by, verb="invitation_withdrawn", about=meeting, changes={"invitation": invitation.pk})
    invitation.withdrawn_at, invitation.answer, invitation.answered_at = timezone.now(), "", None
    invitation.save(update_fields=["withdrawn_at", "answer", "answered_at"])
    send_all([invitation])


@transaction.atomic
def edit_meeting(*, meeting, typed, seen, by):
    """Those invited learn of it, and answer again if the day or hour has changed."""
    meeting = locked(meeting)
    check_it_may_change(meeting, typed.get("starts_at", meeting.starts_at))
    changes = write(meeting, typed, seen)
    if changes and meeting.is_coming:
        if changes.keys() & TOLD_BY_MAIL:
            tell_change(meeting)
        if "starts_at" in changes:
            meeting.invitations.update(answer="", answered_at=None)
    if changes:
        record(by=by, verb="meeting_changed", about=meeting, changes=changes)
    return meeting


def check_it_may_change(meeting, starts_at):
    """What was held stays held; what people are invited to stays to come."""
    if meeting.is_cancelled:
        raise NotPossible("Cette rencontre est annulée : préparez-en une autre.")
    if hasattr(meeting, "published"):
        raise NotPossible("Le compte rendu est publié : la rencontre ne change plus.")
    is_to_come = starts_at > timezone.now()
    if meeting.is_past and is_to_come:
        raise NotPossible("Cette rencontre a déjà commencé : pour un autre jour, préparez-en une autre.")
    if meeting.is_coming and not is_to_come and meeting.invitations.exists():
        raise NotPossible("Ce moment est déjà passé, et des personnes sont invitées : choisissez un jour à venir.")


@transaction.atomic
def tell_agenda(*, meeting, by):
    """The agenda changed after the invitations had left: those invited read it, since somebody asked for it."""
    meeting = locked(meeting)
    if not meeting.is_coming:
        raise NotPossible(OVER)
    if meeting.agenda_is_new:
        tell_change(meeting)
        record(by=by, verb="agenda_told", about=meeting)
    return meeting


def tell_change(meeting):
    """One more in the SEQUENCE that calendars compare, and one mail for each invitation, which says everything."""
    meeting.sequence += 1
    meeting.agenda_is_new = False
    meeting.save(update_fields=["sequence", "agenda_is_new"])
    send_all(meeting.invitations.standing())


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


def standing(invitation):
    """Under lock; None once it is withdrawn."""
    rows = Invitation.objects.standing().filter(pk=invitation.pk)
    return rows.select_for_update().order_by("pk").first()


def day_mark(meeting):
    """Goes with the three buttons: one answers for the day that the page had shown."""
    return mark_of(meeting, ["starts_at"])


@transaction.atomic
def answer(*, invitation, answer, seen, by):
    """May be changed until the meeting begins. `by`: the account, or Event.Actor.LINK."""
    meeting = locked(invitation.meeting)
    if not meeting.is_coming:
        raise NotPossible(OVER)
    if seen != day_mark(meeting):
        raise NewerSave(meeting)
    invitation = standing(invitation)
    if invitation is None:
        raise NotPossible("Cette invitation a été retirée.")
    if invitation.answer != answer:
        invitation.answer, invitation.answered_at = answer, timezone.now()
        invitation.save(update_fields=["answer", "answered_at"])
        record(by=by, verb="invitation_answered", about=invitation, changes={"answer": answer})
    return invitation
