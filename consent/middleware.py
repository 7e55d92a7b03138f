"""One transaction for each request about dossiers, rendering included, in which the database knows who acts."""

import time

from django.db import transaction

from consent import permissions
from consent.identity import enter_as_agent, enter_as_person
from lemans_solidaire.network import acting

AGENTS, PERSONS = "/dossiers/", "/mon-dossier/"
CARD = "dossier_card"  # in the session
PERSON_MINUTES = 15


class Identity:
    """Sets `request.hat`, the structure in whose name an agent acts, or `request.own`, the person's dossier."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith((AGENTS, PERSONS)):
            return self.get_response(request)
        with transaction.atomic():
            request.hats, request.hat, request.own = [], None, None
            if request.path.startswith(AGENTS):
                enter_agent(request)
            else:
                enter_person(request)
            response = self.get_response(request)
            response.headers["Cache-Control"] = "no-store, private"
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def enter_agent(request):
    if not request.user.is_authenticated:
        return
    request.hats = list(permissions.hats(request.user))
    by_id = {structure.pk: structure for structure in request.hats}
    chosen = acting.chosen_id(request)  # the header's; acting for a structure without dossiers, one chooses here
    hat = by_id.get(chosen) if chosen else request.hats[0] if len(request.hats) == 1 else None
    if hat and enter_as_agent(request.user, hat.pk):
        request.hat = hat


def enter_person(request):
    """A card that was blocked meanwhile opens nothing any more; fifteen minutes without a click end the visit."""
    card = request.session.get(CARD)
    if card is None:
        return
    if card["until"] > time.time() and enter_as_person(card["dossier"], card["number"]):
        request.own = card["dossier"]
        request.session[CARD] = card | {"until": time.time() + PERSON_MINUTES * 60}
    else:
        del request.session[CARD]
