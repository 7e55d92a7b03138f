"""Devices that are trusted no more; a second factor that another administrator takes away."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from lemans_solidaire.accounts import FRESH, has_given_a_code
from lemans_solidaire.network import actions
from lemans_solidaire.network.models import User
from lemans_solidaire.network.people.over_time import devices, permissions


@require_POST
def forget_devices(request):
    devices.forget_devices(user=request.user)
    messages.success(request, "C’est fait\u202f: chaque appareil redemandera un code à la prochaine connexion.")
    return redirect("mfa_index")


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request, user_id):
    """For a lost telephone. A trusted device is not enough: a code of the moment, from who does it."""
    user = get_object_or_404(User.objects.filter(is_active=True), pk=user_id)
    if not permissions.can_restore(request.user, user):
        raise Http404
    if not has_given_a_code(request, within=FRESH):
        return redirect_to_login(request.path, reverse("mfa_reauthenticate"))
    if request.method == "POST":
        actions.take_second_factor_away(user=user, by=request.user)
        messages.success(request, f"C’est fait. {user} l’apprend par courriel, et reliera un nouveau téléphone.")
        return redirect("people:follow_up")
    context = {"person": user, "has_one": user.authenticator_set.exists()}
    return render(request, "people/restore_second_factor.html", context)
