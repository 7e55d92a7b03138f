"""One member of a structure: the role, the status, the end."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lemans_solidaire.network.people import members
from lemans_solidaire.network.people.forms import MemberForm
from lemans_solidaire.network.people.views.finding import managed_member, membership_to_end
from lemans_solidaire.network.saving import NewerSave, NotPossible


@require_http_methods(["GET", "HEAD", "POST"])
def member(request, structure_id, membership_id):
    membership = managed_member(request.user, structure_id, membership_id)
    shown = {"role": membership.role, "status": membership.status, "is_shared": membership.user.is_shared}
    form, status, newer = MemberForm(request.POST or None, initial=shown), 422 if request.POST else 200, None
    if form.is_bound and form.is_valid():
        status = 409
        try:
            members.change_member(
                membership=membership,
                typed=form.typed,
                seen=request.POST.get("seen", ""),
                is_shared=form.cleaned_data["is_shared"],
                knows_last=knows_last(request),
                by=request.user,
            )
        except NewerSave as refusal:
            newer = membership = refusal.now
        except members.LastResponsable:
            status = 409
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"C’est enregistré pour {membership.user}.")
            return redirect("people:people", structure_id)
    context = told_of(request, membership) | {"form": form, "newer": newer, "seen": form.seen_of(membership)}
    return render(request, "people/member.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, structure_id, membership_id):
    """A page that says what it means, then the end; from the last responsable, it is said again."""
    membership, status = membership_to_end(request.user, structure_id, membership_id), 200
    if request.method == "POST":
        try:
            members.remove(membership=membership, knows_last=knows_last(request), by=request.user)
        except members.LastResponsable:
            status = 409
        else:
            if membership.user == request.user:
                messages.success(request, f"Vous ne faites plus partie de {membership.structure}.")
                return redirect("dashboard")
            messages.success(request, f"{membership.user} ne fait plus partie de la structure.")
            return redirect("people:people", structure_id)
    return render(request, "people/remove.html", told_of(request, membership), status=status)


def knows_last(request):
    return request.POST.get("dernier") == "su"


def told_of(request, membership):
    return {
        "membership": membership,
        "structure": membership.structure,
        "is_last": members.is_last_responsable(membership),
        "is_oneself": membership.user_id == request.user.pk,
    }
