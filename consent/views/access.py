"""Who comes in: an agent in the name of a structure, about a dossier that they may read or not."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render

from consent import kept
from consent.models import Dossier

LARGEST_KEY = 2**63 - 1
REASONS = "dossier_reasons"  # in the session: {dossier id: why it was opened}, until one signs out or changes hats


def with_a_hat(view):
    """For whoever acts today in the name of a structure that keeps dossiers; for the others there is nothing here."""

    @wraps(view)
    def seen(request, *args, **kwargs):
        if request.hat is None:
            if request.hats:
                return redirect("consent:dossiers")
            raise Http404
        return view(request, *args, **kwargs)

    return seen


def reasons(request):
    """Those given in the name of this structure, wherever another one was chosen since."""
    kept = request.session.get(REASONS, {})
    return kept.get("given", {}) if kept.get("hat") == request.hat.pk else {}


def remember(request, dossier_id, reason):
    given = {**reasons(request), str(dossier_id): str(reason)}
    request.session[REASONS] = {"hat": request.hat.pk, "given": given}


def about_a_dossier(view):
    """The view receives its identifier, whoever reads it; a number that is not one's to read is like no number."""

    @wraps(view)
    @with_a_hat
    def seen(request, number, **more):
        found = Dossier.objects.filter(number=number).values_list("id", flat=True).first()
        if found is None:
            return refused(request, number)
        return view(request, number, found, **more)

    return seen


def refused(request, number):
    """Answered, not raised: the line of the attempt must stay."""
    kept.call("consent_refuse", number)
    return render(request, "consent/gone.html", {"hat": request.hat}, status=404)
