"""Who belongs to a structure: joined, changed, ended at its date."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Membership, Structure, User
from lemans_solidaire.network.people.leaving import end_membership
from lemans_solidaire.network.saving import NotPossible, write

HOLDS_SECRETS = (
    "Ce compte ouvre des dossiers, en a ouvert, ou administre le portail\u202f: son adresse ne peut pas être lue par "
    "plusieurs personnes. Pour une adresse commune, invitez-la\u202f: elle aura son propre compte."
)


GONE = "Cette personne ne fait plus partie de la structure\u202f: rien n’a changé."


class LastResponsable(Exception):
    """The structure would be left without anybody responsable, and the page had not said so."""


def is_last_responsable(membership):
    if membership.role != Membership.Role.RESPONSABLE:
        return False
    others = membership.structure.memberships.current().responsable().filter(user__is_active=True)
    return not others.exclude(user=membership.user_id).exists()


def is_there(membership):
    return membership.until is None or membership.until >= timezone.localdate()


def join(*, user, structure, role, status):
    """Under an accepted invitation. Who is there already keeps the place, and never loses a role by it."""
    place = structure.memberships.current().filter(user=user).order_by(F("until").desc(nulls_first=True)).first()
    if place is None:
        return Membership.objects.create(user=user, structure=structure, role=role, status=status)
    place.until = None
    if role == Membership.Role.RESPONSABLE:
        place.role = role
    place.save(update_fields=["until", "role"])
    return place


def hold(membership):
    """The membership, locked with its structure: two responsables do not leave at the same moment unseen."""
    Structure.objects.select_for_update(no_key=True).get(pk=membership.structure_id)
    return Membership.objects.select_related("structure", "user").get(pk=membership.pk)


@transaction.atomic
def change_member(*, membership, typed, seen, is_shared, knows_last, by):
    """`seen`: the mark of the role and status that the page had shown; NewerSave when they changed since."""
    membership = hold(membership)
    if not is_there(membership):
        raise NotPossible(GONE)
    gives_up = typed["role"] != Membership.Role.RESPONSABLE
    if gives_up and is_last_responsable(membership) and not knows_last:
        raise LastResponsable
    changes = write(membership, typed, seen)
    if changes:
        record(by=by, verb="member_changed", about=membership, structure=membership.structure, changes=changes)
    share_address(membership, is_shared, by)


def share_address(membership, is_shared, by):
    user = User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    if user.is_shared == is_shared:
        return
    if is_shared and user.needs_second_factor:
        raise NotPossible(HOLDS_SECRETS)
    user.is_shared = is_shared
    user.save(update_fields=["is_shared"])
    changes = {"is_shared": [not is_shared, is_shared]}
    record(by=by, verb="address_shared", about=user, structure=membership.structure, changes=changes)


@transaction.atomic
def remove(*, membership, knows_last, by):
    """At once. Whether the person was still there."""
    membership = hold(membership)
    if is_there(membership) and is_last_responsable(membership) and not knows_last:
        raise LastResponsable
    return end_membership(membership=membership, by=by)
