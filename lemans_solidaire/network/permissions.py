"""Who may what on the ground floor. A lawyer should be able to read this page."""

from lemans_solidaire.network.models import Structure


def is_ccas_admin(user):
    return user.is_active and user.is_ccas_admin


def structures_of(user):
    """The open structures to which the account belongs today."""
    current = user.memberships.current().values("structure")
    return Structure.objects.open().filter(pk__in=current)


def read_once(user):
    """For pages that ask every app about one account: where it belongs is read here, and no more."""
    user.memberships_read = list(user.memberships.current().select_related("structure"))
    return user.memberships_read


def current_memberships(user):
    known = getattr(user, "memberships_read", None)
    return list(user.memberships.current().select_related("structure")) if known is None else known


def own_structures(user, role=None):
    """As a list: the open structures to which the account belongs today, perhaps with that role."""
    found = [one.structure for one in current_memberships(user) if role in (None, one.role)]
    return [structure for structure in dict.fromkeys(found) if structure.is_open]


def is_member(user, structure):
    return user.memberships.current().filter(structure=structure).exists()


def is_responsable(user, structure):
    return user.memberships.current().responsable().filter(structure=structure).exists()
