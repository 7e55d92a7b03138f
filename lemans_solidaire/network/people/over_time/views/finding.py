"""From an address to what the person may see; the rest is not there (404)."""

from functools import wraps

from django.http import Http404

from lemans_solidaire.network.people.views.finding import seen_structure
from lemans_solidaire.network.permissions import is_ccas_admin


def open_structure(user, structure_id):
    structure = seen_structure(user, structure_id)
    if not structure.is_open:
        raise Http404
    return structure


def for_the_ccas(view):
    @wraps(view)
    def only_them(request, *args, **kwargs):
        if not is_ccas_admin(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return only_them
