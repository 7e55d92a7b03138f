"""« Qui est encore là ? », once a year: when it is asked, what is answered, who did not answer."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Membership, RollCall, Structure
from lemans_solidaire.network.people.leaving import end_membership
from lemans_solidaire.network.people.over_time.permissions import can_call_the_roll, people_of
from lemans_solidaire.network.saving import NewerSave, NotPossible

SEPTEMBER = 9
YEAR, HALF_A_YEAR = timedelta(days=365), timedelta(days=182)
PATIENCE = timedelta(days=60)  # then the CCAS sees it


def asked_on(since):
    """From the first September that is six months after the last answer (or the first member), or a year after it."""
    settled = since + HALF_A_YEAR
    september = date(settled.year, SEPTEMBER, 1)
    if september < settled:
        september = date(settled.year + 1, SEPTEMBER, 1)
    return min(september, since + YEAR)


def with_last_answer(structures):
    """Those that have or had members, each with its last answer, its first member, and how many responsables it has."""
    today = timezone.localdate()
    current = Q(memberships__until=None) | Q(memberships__until__gte=today)
    current &= Q(memberships__since__lte=today, memberships__user__is_active=True)
    responsable = current & Q(memberships__role=Membership.Role.RESPONSABLE)
    return structures.annotate(
        answered_at=Max("roll_calls__at"),
        first_member=Min("memberships__since", filter=current),
        responsables=Count("memberships", filter=responsable, distinct=True),
    ).filter(pk__in=Membership.objects.values("structure"))


def due_on(structure):
    last = structure.answered_at
    return asked_on(timezone.localtime(last).date() if last else structure.first_member)


def asked(user):
    """The structures for which this responsable is asked today."""
    own = user.memberships.current().responsable().values("structure")
    structures = with_last_answer(Structure.objects.open().filter(pk__in=own))
    return [one for one in structures.order_by("name", "pk") if due_on(one) <= timezone.localdate()]


def to_reach():
    """([(structure, asked since)] that have not answered for long, [structure] without responsable), for the CCAS."""
    today = timezone.localdate()
    structures = list(with_last_answer(Structure.objects.open()).order_by("name", "pk"))
    peopled = [one for one in structures if one.first_member]
    silent = [(one, due_on(one)) for one in peopled if due_on(one) + PATIENCE <= today]
    return silent, [one for one in structures if not one.responsables]


def mark_of_people(memberships):
    """The list that a page had shown."""
    return ".".join(str(membership.pk) for membership in sorted(memberships, key=lambda one: one.pk))


@transaction.atomic
def answer(*, structure, left, seen, key, by):
    """`left`: numbers of the memberships that end. Sent twice with the same key, it is said once."""
    Structure.objects.select_for_update().get(pk=structure.pk)
    made = RollCall.objects.filter(key=key, structure=structure).first()
    if made:
        return made
    if not can_call_the_roll(by, structure):
        raise NotPossible("Vous n’êtes plus responsable de cette structure.")
    people = [membership for membership in people_of(structure) if membership.user_id != by.pk]
    if mark_of_people(people) != seen:
        raise NewerSave(structure)
    gone = [membership for membership in people if membership.pk in left]
    for membership in gone:
        end_membership(membership=membership, by=by)
    counts = {"stayed": len(people) - len(gone), "left": len(gone)}
    said = RollCall.objects.create(structure=structure, by=by, key=key, **counts)
    record(by=by, verb="roll_called", about=said, structure=structure, changes=counts)
    return said
