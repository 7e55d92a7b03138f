"""A responsable replaced: one page says where it stands and what each may do about it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lemans_solidaire.network.models import Succession
from lemans_solidaire.network.people.over_time import permissions
from lemans_solidaire.network.people.over_time import succession as actions
from lemans_solidaire.network.people.over_time.forms import NamingForm, ProposalForm
from lemans_solidaire.network.people.over_time.views.finding import for_the_ccas, open_structure
from lemans_solidaire.network.saving import AlreadyMade, NotPossible

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
LATEST = 5


@GET_AND_POST
def succession(request, structure_id):
    """Where it stands; for a member, the form that proposes."""
    structure = open_structure(request.user, structure_id)
    form = ProposalForm(request.POST or None, structure=structure)
    if request.method != "POST":
        return show(request, structure, form)
    if not form.is_valid():
        return show(request, structure, form, status=422)
    try:
        actions.propose(structure=structure, typed=form.typed, key=form.key, by=request.user)
    except AlreadyMade as made:
        form.with_a_new_key()
        return show(request, structure, form, existing=made.existing, status=409)
    except NotPossible as refusal:
        return show(request, structure, form, refusal=refusal, status=409)
    messages.success(request, "C’est demandé. Une deuxième personne de la structure doit maintenant le confirmer.")
    return redirect("people:succession", structure.pk)


def show(request, structure, form, *, existing=None, refusal=None, status=200):
    found = list(Succession.objects.filter(structure=structure).with_people()[:LATEST])
    now = next((one for one in found if one.is_under_way), None)
    context = {
        "structure": structure,
        "now": now,
        "past": [one for one in found if not one.is_under_way],
        "form": form,
        "existing": existing,
        "refusal": refusal,
        **what_may_be_done(request.user, structure, now, form),
    }
    return render(request, "people/succession.html", context, status=status)


def what_may_be_done(user, structure, now, form):
    responsables = {one.user_id for one in form.responsables}
    others = permissions.others(structure, form.responsables[0] if len(form.responsables) == 1 else None)
    return {
        "responsables": [one.user for one in form.responsables],
        "is_responsable": user.pk in responsables,
        "enough": others.count() >= permissions.NEEDED,
        "is_member": others.filter(user=user).exists() or user.pk in responsables,
        "can_confirm": bool(now) and now.state == now.State.PROPOSED and permissions.can_confirm(user, now),
        "can_stop": bool(now) and permissions.can_stop(user, now),
        "is_asked": bool(now) and now.made_by_id == user.pk,
        "can_name": permissions.can_name(user),
    }


@GET_AND_POST
@for_the_ccas
def name(request, structure_id):
    """The CCAS alone: with notice, or at once for a reason that is kept."""
    structure, existing, refusal = open_structure(request.user, structure_id), None, None
    form = NamingForm(request.POST or None, structure=structure)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.name(structure=structure, typed=form.typed, key=form.key, by=request.user)
            messages.success(request, said(made))
            return redirect(made)
        except AlreadyMade as made:
            existing = made.existing
            form.with_a_new_key()
        except NotPossible as not_possible:
            refusal = not_possible
    status = 409 if existing or refusal else 422 if form.is_bound else 200
    people = permissions.people_of(structure)
    context = {"structure": structure, "form": form, "existing": existing, "refusal": refusal, "people": people}
    return render(request, "people/name_responsable.html", context, status=status)


def said(succession):
    if succession.state == Succession.State.DONE:
        return f"C’est fait\u202f: {succession.person} est responsable."
    return "C’est annoncé par courriel. Le changement aura lieu dans sept jours."


@require_POST
def confirm(request, structure_id):
    structure = open_structure(request.user, structure_id)
    return act(request, structure, lambda one: actions.confirm(succession=one, by=request.user), CONFIRMED)


@require_POST
def stop(request, structure_id):
    """« Je suis toujours là », or a change of mind."""
    structure = open_structure(request.user, structure_id)

    def stop_it(one):
        if not permissions.can_stop(request.user, one):
            raise Http404
        why = STILL_HERE if permissions.is_responsable_there(request.user, structure) else ""
        actions.stop(succession=one, by=request.user, why=why)

    return act(request, structure, stop_it, "C’est arrêté. Les personnes concernées sont prévenues.")


CONFIRMED = (
    "C’est confirmé. La personne responsable est prévenue, et a quatorze jours pour dire qu’elle est toujours là."
)
STILL_HERE = "La personne responsable est toujours là."


def act(request, structure, does, done):
    """On the very change that the page showed: another one since is not touched."""
    number = request.POST.get("change", "")
    number = int(number) if number.isdecimal() and len(number) < 18 else 0
    if number == 0:
        messages.info(request, "Rien n’a changé\u202f: voici où en est la structure.")
        return redirect("people:succession", structure.pk)
    one = get_object_or_404(Succession.objects.with_people(), structure=structure, pk=number)
    try:
        does(one)
        messages.success(request, done)
    except NotPossible as refusal:
        messages.info(request, str(refusal))
    return redirect("people:succession", structure.pk)
