from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Group, GroupMember
from lemans_solidaire.network.saving import NotPossible, locked, make_once, write


@transaction.atomic
def add_group(*, typed, key, by):
    """`typed`: name, purpose, animator, who is also its first member. Twice with the same key: the same group."""
    group, is_new = make_once(Group, key, typed)
    if is_new:
        GroupMember.objects.create(group=group, user=group.animator)
        record(by=by, verb="group_made", about=group, changes={"animator": group.animator_id})
    return group


@transaction.atomic
def edit_group(*, group, typed, is_closed, seen, by):
    group = locked(group)
    if is_closed and (coming := group.meetings.coming().first()):
        raise NotPossible(f"Une rencontre est prévue : « {coming} ». Annulez-la avant de fermer le groupe.")
    closed_on = (group.closed_on or timezone.localdate()) if is_closed else None
    changes = write(group, typed | {"closed_on": closed_on}, seen)
    if changes:
        GroupMember.objects.get_or_create(group=group, user=group.animator)
        record(by=by, verb="group_changed", about=group, changes=changes)
    return group


@transaction.atomic
def join(*, group, user, by):
    """By oneself, or added by the animator; twice changes nothing."""
    group = locked(group)
    if not group.is_open:
        raise NotPossible("Ce groupe ne se réunit plus.")
    place, is_new = GroupMember.objects.get_or_create(group=group, user=user)
    if is_new:
        record(by=by, verb="group_joined", about=group, changes={"user": user.pk})
    return place


@transaction.atomic
def leave(*, group, user, by):
    group = locked(group)
    if group.animator_id == user.pk:
        raise NotPossible("Qui anime le groupe en fait partie : le CCAS peut confier l’animation à quelqu’un d’autre.")
    if GroupMember.objects.filter(group=group, user=user).delete()[0]:
        record(by=by, verb="group_left", about=group, changes={"user": user.pk})
