"""What meetings ask of whom: an answer, a decision to carry out, minutes to write, problems to follow."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.meetings.people import in_network
from lemans_solidaire.network.meetings.permissions import is_in_network
from lemans_solidaire.network.models import Decision, Group, Invitation, Meeting, Problem
from lemans_solidaire.network.permissions import is_ccas_admin, structures_of
from lemans_solidaire.network.registry import Awaited, Place
from lemans_solidaire.network.templatetags.french import plural

SOON = timedelta(days=21)
AT_MOST = 5  # of each kind: the pages tell the rest


def meetings_awaiting(user):
    """Provider of registry.awaiting."""
    if not is_in_network(user):
        return
    yield from answers(user)
    yield from decisions(user)
    yield from minutes(user)
    yield from problems(user)
    if is_ccas_admin(user):
        yield from groups_alone()


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
            structure=decision.structure_id,
            url=reverse("network:settle_decision", args=[decision.pk]),
            due=decision.due_on,
            action="Dire où elle en est",
        )


def minutes(user):
    """Of the groups that the person animates; for the CCAS, of the meetings that nobody else can write of."""
    to_write = Meeting.objects.without_minutes()
    own = to_write.filter(group__animator=user, group__closed_on=None)
    if is_ccas_admin(user):
        closed, alone = Q(group__closed_on__isnull=False), ~Q(group__animator__in=in_network())
        own = own | to_write.filter(Q(group=None) | closed | alone)
    for meeting in own.order_by("starts_at", "pk")[:AT_MOST]:
        yield Awaited(
            label="Écrire le compte rendu d’une rencontre",
            detail=meeting.title,
            url=reverse("network:minutes", args=[meeting.pk]),
            action="Écrire",
        )


def problems(user):
    """Those that the person follows, as one line: the list tells the rest."""
    own = Problem.objects.unanswered()
    if not is_ccas_admin(user):
        own = own.filter(meeting__group__animator=user, meeting__group__closed_on=None)
    if count := own.count():
        verb = "attendent" if count > 1 else "attend"
        yield Awaited(
            label=f"{count} difficulté{plural(count)} {verb} une réponse",
            url=f"{reverse('network:problems')}?etat={Problem.UNANSWERED}",
            action="Voir la liste",
        )


def groups_alone():
    for group in Group.objects.open().exclude(animator__in=in_network())[:AT_MOST]:
        yield Awaited(
            label="Confier un groupe de travail à quelqu’un : qui l’animait n’est plus dans le réseau",
            detail=group.name,
            url=reverse("network:edit_group", args=[group.pk]),
            action="Choisir",
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
