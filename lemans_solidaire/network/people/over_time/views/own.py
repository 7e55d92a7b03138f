"""« Mes informations »: what the portal keeps of an account, changed or erased by its person; and for whom one acts."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lemans_solidaire.network import acting
from lemans_solidaire.network.models import Group
from lemans_solidaire.network.people.over_time import accounts
from lemans_solidaire.network.people.over_time.forms import DetailsForm
from lemans_solidaire.network.permissions import structures_of
from lemans_solidaire.network.saving import NewerSave, NotPossible, mark_of

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_AND_POST
def own(request):
    details, other, status = accounts.Details(request.user), None, 200
    shown = {name: getattr(details, name) for name in accounts.DETAILS}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                accounts.save_details(user=request.user, typed=form.typed, seen=request.POST.get("seen", ""))
                messages.success(request, "C’est enregistré.")
                return redirect("people:own")
            except NewerSave as newer:
                other, status = newer.now, 409
    seen = mark_of(other or details, accounts.DETAILS)
    if form.is_bound and other is None:
        seen = request.POST.get("seen", "")
    context = {
        "form": form,
        "other": other,
        "seen": seen,
        "memberships": request.user.memberships.select_related("structure").order_by("-since", "pk"),
        "groups": request.user.working_groups.order_by("name"),
    }
    return render(request, "people/own.html", context, status=status)


@GET_AND_POST
@reauthentication_required
def erase(request):
    """What goes and what stays, then it is done; the person is signed out."""
    refusal, user = None, request.user
    if request.method == "POST" and request.POST.get("sure"):
        try:
            accounts.erase(user=user, by=user)
            logout(request)
            return render(request, "people/erased.html")
        except NotPossible as not_possible:
            refusal = str(not_possible)
    responsable = user.memberships.current().responsable().values("structure")
    context = {
        "refusal": refusal,
        "kept": accounts.names_kept(user),
        "answers_for": structures_of(user).filter(pk__in=responsable).order_by("name"),
        "animates": Group.objects.filter(animator=user, closed_on=None).order_by("name"),
        "asked": request.method == "POST" and not refusal,
    }
    return render(request, "people/erase.html", context, status=409 if refusal else 422 if context["asked"] else 200)


@require_POST
def act_for(request):
    """In whose name, from now on, until one signs out."""
    wanted = request.POST.get("structure", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0
    structure = structures_of(request.user).filter(pk=number).first()
    if structure is None:
        messages.info(request, "Choisissez une structure dont vous faites partie.")
    else:
        acting.refresh(request, request.user)
        acting.choose(request, structure.pk)
        messages.success(request, f"Vous agissez maintenant pour {structure}.")
    return redirect("dashboard")
