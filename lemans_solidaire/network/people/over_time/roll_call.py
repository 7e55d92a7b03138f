"""« Qui est encore là ? », once a year: when it is asked, what is answered, who did not answer."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.meetings.saving import NewerSave
from lemans_solidaire.network.models import Membership, RollCall, Structure
from lemans_solidaire.network.people.leaving import end_membership
from lemans_solidaire.network.people.over_time.permissions import people_of

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
    """Each with `answered_at` and `first_member`: the days from which it is asked again."""
    today = timezone.localdate()
    current = Q(memberships__until=None) | Q(memberships__until__gte=today)
    return structures.annotate(
        answered_at=Max("roll_calls__at"),
        first_member=Min("memberships__since", filter=current & Q(memberships__user__is_active=True)),
    ).filter(first_member__lte=today)


def due_on(structure):
    last = structure.answered_at
    return asked_on(timezone.localtime(last).date() if last else structure.first_member)


def asked(user):
    """The structures for which this responsable is asked today."""
    own = user.memberships.current().responsable().values("structure")
    structures = with_last_answer(Structure.objects.open().filter(pk__in=own))
    return [one for one in structures.order_by("name", "pk") if due_on(one) <= timezone.localdate()]


def unanswered():
    """[(structure, asked since)] of those that have not answered for long; the CCAS alone reads it."""
    today = timezone.localdate()
    structures = with_last_answer(Structure.objects.open()).order_by("name", "pk")
    return [(one, due_on(one)) for one in structures if due_on(one) + PATIENCE <= today]


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


def structures_without_responsable():
    """Open, with members, and nobody to answer for them."""
    current = Membership.objects.current().filter(user__is_active=True)
    people = Structure.objects.open().filter(pk__in=current.values("structure"))
    return people.exclude(pk__in=current.responsable().values("structure")).order_by("name", "pk")
