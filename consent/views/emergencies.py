"""A danger: another structure's dossier opened for an hour, by its number; then the holder reads over why."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from consent import codes, kept
from consent.forms.dossiers import EmergencyForm, ReviewForm
from consent.models import DANGER
from consent.views.access import remember, with_a_hat

NOT_OPENED = (
    "Aucun dossier ne s’est ouvert : vérifiez le numéro. Un dossier que vous pouvez déjà lire est dans votre liste. "
    "On ne peut ouvrir ainsi que cinq dossiers par jour."
)
TOO_MANY = (
    "Trop d’essais aujourd’hui. Appelez la structure qui tient le dossier, ou le 15, le 17, le 112, le 114 par SMS."
)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_hat
def emergency(request):
    form = EmergencyForm(request.POST or None)
    status = 200
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="emergency", key=f"emergency-{request.user.pk}"):
            form.add_error(None, TOO_MANY)
            status = 429
        else:
            number = grouped(form.cleaned_data["number"])
            if opened := kept.call("consent_open_in_emergency", number, form.cleaned_data["why"]):
                remember(request, opened, DANGER)
                messages.warning(
                    request, "Ouvert pour une heure. La personne et la structure qui la suit verront pourquoi."
                )
                return redirect("consent:dossier", number)
            form.add_error("number", NOT_OPENED)
    if form.errors and status == 200:
        status = 422
    return render(request, "consent/emergency.html", {"form": form, "hat": request.hat}, status=status)


def grouped(typed):
    digits = codes.digits_of(typed)
    return f"{digits[:4]}-{digits[4:]}"


@require_POST
@with_a_hat
def review(request, emergency_id):
    """By the structure that holds the dossier, and by somebody else than who opened it."""
    if not any(one["id"] == emergency_id for one in kept.rows("consent_emergencies")):
        raise Http404
    form = ReviewForm(request.POST)
    if form.is_valid():
        if kept.call("consent_review", emergency_id, form.cleaned_data["text"]):
            messages.success(request, "Votre relecture est dans le dossier : la personne la lit.")
        else:
            messages.info(request, "Quelqu’un de votre équipe l’a relue entre-temps.")
    else:
        messages.error(request, "Écrivez ce que vous en pensez : la personne le lira.")
    return redirect("consent:dossiers")
