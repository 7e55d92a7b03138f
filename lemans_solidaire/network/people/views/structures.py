"""Where one begins: every structure for the CCAS, one's own for the others; then the people of one."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from lemans_solidaire.network.models import AccountInvitation, Membership, Structure
from lemans_solidaire.network.people import permissions
from lemans_solidaire.network.people.over_time.accounts import phones_shown
from lemans_solidaire.network.people.views.finding import page_of, seen_structure
from lemans_solidaire.network.permissions import is_ccas_admin, structures_of

FILTERS = {
    "": ("Toutes les structures", Q()),
    "sans-responsable": ("Sans responsable", Q(responsables=0)),
    "en-attente": ("Une invitation attend", Q(waiting__gt=0)),
    "sans-personne": ("Personne encore", Q(members=0)),
}


@require_safe
def structures(request):
    if is_ccas_admin(request.user):
        return every_structure(request)
    own = list(structures_of(request.user)[:20])
    if len(own) == 1:
        return redirect("people:people", own[0].pk)
    return render(request, "people/own_structures.html", {"structures": own})


def every_structure(request):
    text, chosen = " ".join(request.GET.get("q", "").split())[:100], request.GET.get("etat", "")
    label, wanted = FILTERS.get(chosen) or FILTERS[""]
    rows = counted(Structure.objects.open()).filter(wanted)
    if text:
        rows = rows.filter(Q(name__unaccent__icontains=text) | Q(city__unaccent__icontains=text))
    context = {
        "page": page_of(request, rows.order_by("name", "pk")),
        "text": text,
        "chosen": chosen if chosen in FILTERS else "",
        "filters": [(key, name) for key, (name, _) in FILTERS.items()],
        "may_invite": permissions.structures_may_be_invited(),
    }
    return render(request, "people/structures.html", context)


def counted(rows):
    """How many people are in each, how many of them responsable, and how many invitations wait."""
    people = Membership.objects.current().filter(structure=OuterRef("pk"), user__is_active=True)
    waiting = AccountInvitation.objects.waiting().filter(structure=OuterRef("pk"))
    return rows.annotate(
        members=count_of(people), responsables=count_of(people.responsable()), waiting=count_of(waiting)
    )


def count_of(rows):
    return Coalesce(Subquery(rows.order_by().values("structure").annotate(n=Count("pk")).values("n")), 0)


@require_safe
def people(request, structure_id):
    structure = seen_structure(request.user, structure_id)
    manages = permissions.manages_people(request.user, structure)
    members = structure.memberships.current().filter(user__is_active=True).select_related("user")
    members = sorted(members, key=lambda one: (one.role != Membership.Role.RESPONSABLE, str(one.user)))
    own = next((one for one in members if one.user_id == request.user.pk), None)
    phones = phones_shown([one.user_id for one in members], to_ccas=is_ccas_admin(request.user))
    context = {
        "structure": structure,
        "manages": manages,
        "members": [(one, phones.get(one.user_id, "")) for one in members],
        "invitations": waiting_in(structure) if manages else [],
        "may_invite": manages and permissions.structures_may_be_invited(),
        "own": own,
        "calls_the_roll": own and own.role == Membership.Role.RESPONSABLE,
    }
    return render(request, "people/people.html", context)


def waiting_in(structure):
    return list(structure.account_invitations.waiting().select_related("made_by"))


@require_safe
def administrators(request):
    """Who administers the portal for the CCAS, and who is invited to."""
    if not is_ccas_admin(request.user):
        raise Http404
    in_place = set(permissions.administrators().values_list("pk", flat=True))
    context = {
        "administrators": [(one, one.pk in in_place) for one in permissions.all_administrators()],
        "invitations": list(AccountInvitation.objects.waiting().filter(structure=None).select_related("made_by")),
        "are_enough": len(in_place) >= permissions.ADMINISTRATORS_NEEDED,
    }
    return render(request, "people/administrators.html", context)
