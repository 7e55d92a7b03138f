"""Who may what when people come and go. A lawyer should be able to read this page.

A structure's changes are seen by its members and by the CCAS. Nobody becomes responsable by one person's word.
"""

from lemans_solidaire.network.permissions import is_ccas_admin

NEEDED = 2  # members other than the responsable who left


def people_of(structure):
    """Its memberships of today whose account is open, the responsables first."""
    current = structure.memberships.current().filter(user__is_active=True).select_related("user")
    return current.order_by("-role", "user__full_name", "pk")


def others(structure, former):
    """The members who may decide together when this responsable has left."""
    people = people_of(structure)
    return people.exclude(user=former.user_id) if former else people


def can_ask(user, structure, former):
    """Proposes, or confirms what another proposed: a member who is not the one replaced, where there are two such."""
    people = {membership.user_id for membership in others(structure, former)}
    return user.pk in people and len(people) >= NEEDED


def can_confirm(user, succession):
    return user.pk != succession.made_by_id and can_ask(user, succession.structure, succession.former)


def is_responsable_there(user, structure):
    return people_of(structure).responsable().filter(user=user).exists()


def can_stop(user, succession):
    """« Je suis toujours là » of a responsable; those who asked, the one who was proposed, the CCAS."""
    concerned = {succession.made_by_id, succession.confirmed_by_id, succession.person_id}
    return is_ccas_admin(user) or user.pk in concerned or is_responsable_there(user, succession.structure)


def can_name(user):
    """Names a responsable alone, with notice: the CCAS."""
    return is_ccas_admin(user)


def can_call_the_roll(user, structure):
    return is_responsable_there(user, structure)


def can_restore(by, user):
    """Takes a lost second factor away: the CCAS, never one's own."""
    return is_ccas_admin(by) and by.pk != user.pk
