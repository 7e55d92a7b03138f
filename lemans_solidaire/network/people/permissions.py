"""Who may what with the people of a structure and their invitations. A lawyer should be able to read this page."""

from lemans_solidaire.network.models import AccountInvitation, User
from lemans_solidaire.network.permissions import is_ccas_admin, is_member, is_responsable

ADMINISTRATORS_NEEDED = 2


def sees_people(user, structure):
    """Who is in it, by name: its members, while it is open; the CCAS."""
    return is_ccas_admin(user) or (structure.is_open and is_member(user, structure))


def manages_people(user, structure):
    """Invites, changes a role, ends a membership: its responsable or the CCAS, while it is open."""
    return structure.is_open and (is_ccas_admin(user) or is_responsable(user, structure))


def manages_invitation(user, invitation):
    if invitation.is_for_the_ccas:
        return is_ccas_admin(user)
    return is_ccas_admin(user) or manages_people(user, invitation.structure)


def administrators():
    """Those who administer the portal and can sign in with a second factor."""
    with_factor = User.objects.filter(is_active=True, is_ccas_admin=True, authenticator__isnull=False)
    return with_factor.distinct()


def are_enough_administrators():
    return administrators().count() >= ADMINISTRATORS_NEEDED


def structures_may_be_invited():
    """One administrator alone may lose a telephone: the first structure is not invited before there are two."""
    return are_enough_administrators() or AccountInvitation.objects.filter(structure__isnull=False).exists()


def all_administrators():
    return User.objects.filter(is_active=True, is_ccas_admin=True).order_by("full_name", "pk")
