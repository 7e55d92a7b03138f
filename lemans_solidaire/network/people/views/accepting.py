"""The page that an invitation opens: reading it writes nothing, one button accepts it."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lemans_solidaire import accounts
from lemans_solidaire.network import acting
from lemans_solidaire.network.limits import allows, too_many
from lemans_solidaire.network.models import AccountInvitation, User
from lemans_solidaire.network.people import invitations
from lemans_solidaire.network.people.forms import NewcomerForm
from lemans_solidaire.network.saving import NotPossible

SAME_CLICK = timedelta(minutes=5)


@never_cache
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request, token):
    """Whoever holds the link has the post box: they may be told whether it has an account."""
    invitation = invitation_of(token)
    if invitation is None:
        return nowhere(request)
    if invitation.state != "open":
        return over(request, invitation)
    holder = User.objects.filter(email__iexact=invitation.email).first()
    user = request.user if request.user.is_authenticated else None
    if user and user != holder:
        return answer(request, "people/accept/somebody_else.html", invitation)
    if holder is None:
        return newcomer(request, invitation)
    if not holder.is_active:
        return answer(request, "people/accept/inactive.html", invitation)
    if user is None:
        return answer(request, "people/accept/sign_in.html", invitation)
    if accounts.owes_second_factor(request):
        return redirect_to_login(request.path, reverse("mfa_reauthenticate"))
    return known(request, invitation)


def invitation_of(token):
    links = AccountInvitation.objects.select_related("structure", "made_by", "accepted_by")
    return links.filter(digest=AccountInvitation.digest_of(token)).first()


def nowhere(request):
    """Replaced by a newer link, or never was one: tries are counted."""
    if not allows(request, "invitation"):
        return too_many(request)
    return render(request, "people/accept/nowhere.html", status=404)


def answer(request, template, invitation, status=200, **context):
    """What was sent to a page that no longer stands is refused, and the page says why."""
    if request.method == "POST" and status == 200:
        status = 409
    return render(request, template, {"invitation": invitation} | context, status=status)


def over(request, invitation):
    if request.user.is_authenticated and request.user == invitation.accepted_by:
        return redirect("dashboard")
    if is_second_click(request, invitation):
        return accounts.let_in(request, invitation.accepted_by)
    return answer(request, "people/accept/over.html", invitation)


def is_second_click(request, invitation):
    """The same form sent twice: the page that opened the account enters it, for a moment."""
    page = request.POST.get("key", "")
    is_same = invitation.accepted_with and page == str(invitation.accepted_with)
    return bool(is_same) and invitation.accepted_at > timezone.now() - SAME_CLICK


def newcomer(request, invitation):
    shown = {"name": invitation.name, "is_shared": True}
    form = NewcomerForm(request.POST if request.method == "POST" else None, initial=shown, invitation=invitation)
    if form.is_bound and form.is_valid():
        try:
            user = invitations.open_account(invitation=invitation, page=form.key, **form.typed)
        except (invitations.NoLongerOpen, invitations.AccountExists):
            return accept_again(request, invitation)
        messages.success(request, f"Bienvenue. Votre compte est ouvert pour {invitation.structure or 'le CCAS'}.")
        return accounts.let_in(request, user)
    status = 422 if form.is_bound else 200
    return render(request, "people/accept/newcomer.html", {"invitation": invitation, "form": form}, status=status)


def accept_again(request, invitation):
    """Something came between the page and the click: what the link is now."""
    invitation.refresh_from_db()
    if invitation.state != "open":
        return over(request, invitation)
    return answer(request, "people/accept/sign_in.html", invitation)


def known(request, invitation):
    if request.method != "POST":
        return answer(request, "people/accept/known.html", invitation)
    try:
        invitations.accept(invitation=invitation, user=request.user)
    except invitations.NoLongerOpen:
        return accept_again(request, invitation)
    except NotPossible as refusal:
        return answer(request, "people/accept/known.html", invitation, refusal=str(refusal))
    acting.refresh(request, request.user)
    messages.success(request, f"C’est fait\u202f: vous faites partie de {invitation.structure or 'l’équipe du CCAS'}.")
    return redirect("dashboard")
