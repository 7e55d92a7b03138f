"""« Qui est encore là ? »: one page, once a year."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lemans_solidaire.network import registry
from lemans_solidaire.network.people.over_time import permissions
from lemans_solidaire.network.people.over_time import roll_call as calling
from lemans_solidaire.network.people.over_time.accounts import phones_shown
from lemans_solidaire.network.people.over_time.forms import RollCallForm
from lemans_solidaire.network.people.over_time.views.finding import open_structure
from lemans_solidaire.network.saving import NewerSave, NotPossible
from lemans_solidaire.network.templatetags.french import plural


@require_http_methods(["GET", "HEAD", "POST"])
def roll_call(request, structure_id):
    structure, is_newer, status = open_structure(request.user, structure_id), False, 200
    if not permissions.can_call_the_roll(request.user, structure):
        raise Http404
    people = [one for one in permissions.people_of(structure) if one.user_id != request.user.pk]
    form = form_of(request, structure, people)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = request.POST.get("seen", "")
                said = calling.answer(structure=structure, left=form.left, seen=seen, key=form.key, by=request.user)
                messages.success(request, told(said))
                return redirect("dashboard")
            except NewerSave:
                is_newer, status = True, 409
            except NotPossible as not_possible:  # since a moment ago
                raise Http404 from not_possible
    context = {
        "structure": structure,
        "form": form,
        "seen": calling.mark_of_people(people),
        "is_newer": is_newer,
        "last": structure.roll_calls.select_related("by").first(),
    }
    return render(request, "people/roll_call.html", context, status=status)


def form_of(request, structure, people):
    facts = {
        "people": people,
        "contacts": registry.contacts.ask(structure),
        "phones": phones_shown([one.user_id for one in people]),
    }
    return RollCallForm(request.POST if request.method == "POST" else None, **facts)


def told(said):
    if not said.left:
        return "C’est noté\u202f: tout le monde est encore là. Merci."
    ends = "personne n’en fait plus partie" if said.left == 1 else f"personne{plural(said.left)} n’en font plus partie"
    return f"C’est noté\u202f: {said.left} {ends}."
