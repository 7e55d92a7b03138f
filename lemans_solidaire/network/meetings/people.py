"""Whom a meeting is for."""

from lemans_solidaire.network.models import Membership, Structure, User


def in_network():
    """The accounts that belong today to an open structure, and the CCAS."""
    current = Membership.objects.current().filter(structure__in=Structure.objects.open())
    people = User.objects.filter(is_active=True)
    return people.filter(pk__in=current.values("user")) | people.filter(is_ccas_admin=True)


def has_left(invitation):
    """Invited by an account that is no longer in the network: nothing more to read, nor to answer."""
    return bool(invitation.user_id) and not in_network().filter(pk=invitation.user_id).exists()


def people_of(meeting):
    """Its group's members who are still in the network, or everybody."""
    return in_network().filter(working_groups=meeting.group_id) if meeting.group_id else in_network()
