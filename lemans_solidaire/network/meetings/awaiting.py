"""What meetings ask of whom: an answer to an invitation, a decision to carry out, minutes to write."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.meetings.permissions import is_in_network
from lemans_solidaire.network.models import Decision, Invitation, Meeting
from lemans_solidaire.network.permissions import is_ccas_admin, structures_of
from lemans_solidaire.network.registry import Awaited, Place

SOON = timedelta(days=21)
AT_MOST = 5  # of each kind: the pages tell the rest


def meetings_awaiting(user):
    """Provider of registry.awaiting."""
    if not is_in_network(user):
        return
    yield from answers(user)
    yield from decisions(user)
    yield from minutes(user)


def answers(user):
    for invitation in Invitation.objects.filter(user=user).to_answer().select_related("meeting")[:AT_MOST]:
        meeting = invitation.meeting
        yield Awaited(
            label="Dire si vous venez à une rencontre",
            detail=meeting.title,
            url=meeting.get_absolute_url(),
            due=timezone.localtime(meeting.starts_at).date(),
            action="Répondre",
        )


def decisions(user):
    soon = timezone.localdate() + SOON
    due = Decision.objects.open().filter(structure__in=structures_of(user), due_on__lte=soon)
    for decision in due.order_by("due_on", "pk")[:AT_MOST]:
        yield Awaited(
            label="Une décision dont votre structure se charge",
            detail=decision.text,
            url=reverse("network:settle_decision", args=[decision.pk]),
            due=decision.due_on,
            action="Dire où elle en est",
        )


def minutes(user):
    """Of the groups that the person animates; for the CCAS, of the whole network's meetings."""
    to_write = Meeting.objects.without_minutes()
    own = to_write.filter(group__animator=user, group__closed_on=None)
    if is_ccas_admin(user):
        own = own | to_write.filter(group=None)
    for meeting in own.order_by("starts_at", "pk")[:AT_MOST]:
        yield Awaited(
            label="Écrire le compte rendu d’une rencontre",
            detail=meeting.title,
            url=reverse("network:minutes", args=[meeting.pk]),
            action="Écrire",
        )


def places(user):
    """Provider of registry.places."""
    if is_in_network(user):
        yield Place(
            "Les rencontres du réseau",
            reverse("network:meetings"),
            "Groupes de travail, comptes rendus, difficultés nouvelles.",
            "Le réseau",
        )
