"""Who may what on the ground floor. A lawyer should be able to read this page."""

from lemans_solidaire.network.models import Structure


def is_ccas_admin(user):
    return user.is_active and user.is_ccas_admin


def structures_of(user):
    """The open structures to which the account belongs today."""
    current = user.memberships.current().values("structure")
    return Structure.objects.open().filter(pk__in=current)


def is_member(user, structure):
    return user.memberships.current().filter(structure=structure).exists()


def is_responsable(user, structure):
    return user.memberships.current().responsable().filter(structure=structure).exists()
