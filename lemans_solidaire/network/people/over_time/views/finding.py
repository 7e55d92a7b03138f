"""From an address to what the person may see; the rest is not there (404)."""

from functools import wraps

from django.http import Http404

from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.people.over_time import permissions
from lemans_solidaire.network.permissions import is_ccas_admin


def seen_structure(user, structure_id):
    structure = Structure.objects.open().filter(pk=structure_id).first()
    if structure is None or not permissions.sees(user, structure):
        raise Http404
    return structure


def for_the_ccas(view):
    @wraps(view)
    def only_them(request, *args, **kwargs):
        if not is_ccas_admin(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return only_them
