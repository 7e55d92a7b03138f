"""From an address to what the person may see; the rest is not there (404)."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404

from lemans_solidaire.network.models import AccountInvitation, Membership, Structure
from lemans_solidaire.network.people import permissions

ON_A_PAGE = 30
LARGEST_KEY = 2**63 - 1


def seen_structure(user, structure_id):
    structure = get_object_or_404(Structure, pk=min(structure_id, LARGEST_KEY))
    if not permissions.sees_people(user, structure):
        raise Http404
    return structure


def managed_structure(user, structure_id):
    """Members know that the page is there: it is refused to them, not hidden."""
    structure = seen_structure(user, structure_id)
    if not permissions.manages_people(user, structure):
        raise PermissionDenied
    return structure


def managed_member(user, structure_id, membership_id):
    return get_object_or_404(current_in(managed_structure(user, structure_id)), pk=min(membership_id, LARGEST_KEY))


def membership_to_end(user, structure_id, membership_id):
    """One's own, or another's where one manages the people."""
    own = current_in(seen_structure(user, structure_id)).filter(user=user, pk=min(membership_id, LARGEST_KEY)).first()
    return own or managed_member(user, structure_id, membership_id)


def current_in(structure):
    return Membership.objects.current().filter(structure=structure).select_related("user", "structure")


def managed_invitation(user, invitation_id):
    invitation = (
        AccountInvitation.objects.filter(pk=min(invitation_id, LARGEST_KEY)).select_related("structure").first()
    )
    if invitation is None or not permissions.manages_invitation(user, invitation):
        raise Http404
    return invitation


def page_of(request, rows):
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
