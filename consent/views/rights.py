"""Who may open dossiers: named by a responsable, for twelve months."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from consent import actions, permissions
from consent.forms.access import RightForm
from consent.models import DossierRight


@require_http_methods(["GET", "HEAD", "POST"])
def rights(request, structure_id):
    structure = permissions.open_structures().filter(pk=structure_id).first()
    if structure is None or not permissions.gives_rights(request.user, structure):
        raise Http404
    memberships = structure.memberships.current().of_one_person().select_related("user")
    ending = request.POST.get("retirer", "")
    if ending:
        right = get_object_or_404(
            DossierRight, pk=int(ending) if ending.isdecimal() and len(ending) < 10 else 0, structure=structure
        )
        actions.end_right(right=right, by=request.user)
        messages.success(request, f"{right.user} n’ouvre plus les dossiers.")
        return redirect(request.path)
    form = RightForm(request.POST or None, memberships=memberships)
    if form.is_bound and form.is_valid():
        user = form.cleaned_data["membership"].user
        actions.give_right(user=user, structure=structure, signed_on=form.cleaned_data["signed_on"], by=request.user)
        messages.success(request, f"{user} peut ouvrir les dossiers, pour douze mois, avec un second facteur.")
        return redirect(request.path)
    current = DossierRight.objects.current().filter(structure=structure).select_related("user", "given_by")
    context = {"structure": structure, "rights": current, "form": form}
    return render(request, "consent/rights.html", context, status=422 if form.errors else 200)
