"""Inviting, sending again, cancelling."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lemans_solidaire.network.limits import allows
from lemans_solidaire.network.people import invitations, permissions
from lemans_solidaire.network.people.forms import AdministratorForm, InvitationForm
from lemans_solidaire.network.people.views.finding import managed_invitation, managed_structure
from lemans_solidaire.network.permissions import is_ccas_admin
from lemans_solidaire.network.saving import AlreadyMade, NotPossible

OFTEN = (
    "Cinq courriels sont déjà partis à cette adresse depuis une heure\u202f: attendez un peu, et demandez qu’on "
    "regarde dans les courriers indésirables. Ce que vous avez écrit est gardé."
)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, structure_id):
    structure = managed_structure(request.user, structure_id)
    form = InvitationForm(request.POST or None, structure=structure)
    context = {"structure": structure, "may_invite": permissions.structures_may_be_invited()}
    return invite_with(request, form, structure, "people/invite.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_administrator(request):
    if not is_ccas_admin(request.user):
        raise Http404
    return invite_with(request, AdministratorForm(request.POST or None), None, "people/invite_administrator.html", {})


def invite_with(request, form, structure, template, context):
    existing, status = None, 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        status = 409
        try:
            if not may_write_to(request, form.cleaned_data["email"]):
                raise NotPossible(OFTEN)
            made = invitations.invite(structure=structure, typed=form.typed, key=form.key, by=request.user)
        except AlreadyMade as twice:
            existing = twice.existing
            form.with_a_new_key()
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"L’invitation part à {made.email}. Elle sert trente jours, une seule fois.")
            return redirect(back_to(structure))
    return render(request, template, context | {"form": form, "existing": existing}, status=status)


def may_write_to(request, email):
    """A post box is not flooded, whoever asks."""
    return allows(request, "invitation_sent", key=email.lower())


def back_to(structure):
    return redirect("people:people", structure.pk).url if structure else redirect("people:administrators").url


@require_POST
def send_again(request, invitation_id):
    invitation = managed_invitation(request.user, invitation_id)
    try:
        if not may_write_to(request, invitation.email):
            raise NotPossible(OFTEN)
        invitations.send_again(invitation=invitation, by=request.user)
        messages.success(request, f"Un nouveau lien part à {invitation.email}. Celui d’avant ne sert plus.")
    except NotPossible as refusal:
        messages.info(request, str(refusal))
    return redirect(back_to(invitation.structure))


@require_POST
def cancel(request, invitation_id):
    invitation = managed_invitation(request.user, invitation_id)
    if invitations.cancel(invitation=invitation, by=request.user):
        messages.success(request, f"L’invitation de {invitation.email} ne sert plus.")
    else:
        messages.info(request, invitations.OVER)
    return redirect(back_to(invitation.structure))
