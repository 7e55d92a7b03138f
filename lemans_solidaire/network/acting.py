"""In whose name somebody of several structures acts: chosen in the header, kept in the session.

The list is read when one signs in, so that no page asks for it again; each use checks the choice. Who has one structure
alone chooses nothing.
"""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from lemans_solidaire.network.permissions import structures_of

CHOSEN, CHOICES = "acting_for", "acting_choices"  # in the session


@receiver(user_logged_in)
def remember_choices(sender, request, user, **kwargs):
    refresh(request, user)


def refresh(request, user):
    """When somebody signs in, or enters a structure while signed in."""
    structures = [list(one) for one in structures_of(user).order_by("name", "pk").values_list("pk", "name")]
    if len(structures) > 1:
        request.session[CHOICES] = structures
    else:
        request.session.pop(CHOICES, None)


def choose(request, number):
    request.session[CHOSEN] = number


def chosen_id(request):
    return request.session.get(CHOSEN)


def choices(request):
    """[(number, name, is chosen)] for the header; empty for who has one structure, or none."""
    session = getattr(request, "session", None)
    if session is None:
        return []
    return [(number, name, number == session.get(CHOSEN)) for number, name in session.get(CHOICES, [])]


def chosen_first(request, structures):
    """The same structures, in the same order, the chosen one before the others."""
    return sorted(structures, key=lambda structure: structure.pk != chosen_id(request))


def only_or_chosen(request, structures):
    """The one that needs no question: the only one, or the chosen one among several; else None."""
    if len(structures) == 1:
        return structures[0]
    return next((one for one in structures if one.pk == chosen_id(request)), None)


def is_elsewhere(request, number):
    """Whether this structure is another than the one chosen; what is of none is everywhere."""
    return None not in (number, chosen_id(request)) and number != chosen_id(request)
