"""Who may what in the directory. A lawyer should be able to read this page."""

from directory.models import Service
from lemans_solidaire.network.permissions import is_ccas_admin, is_member


def is_of_the_network(user):
    """The members of an open structure, and the CCAS: they read what is for professionals."""
    return user.is_authenticated and (is_ccas_admin(user) or user.memberships.current().exists())


def services_for(user):
    services = Service.objects.open()
    return services if is_of_the_network(user) else services.filter(is_for_professionals=False)


def may_edit(user, structure):
    """Its members, and the CCAS for a structure that nobody keeps."""
    return user.is_authenticated and (is_ccas_admin(user) or is_member(user, structure))
