"""The lists of dossiers: those that a structure keeps, those shared with it, those whose name begins so."""

import unicodedata
from copy import copy

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from consent import kept, permissions
from consent.models import Dossier, Share, Term
from lemans_solidaire.network import acting

PAGE = 50
LAST = "\U0010ffff"  # after any name that begins so


@require_safe
def dossiers(request):
    """The list, the last ones first: number, chosen name and date, nothing else."""
    if not request.hats:
        raise Http404
    if request.hat is None:
        return render(request, "consent/hats.html", {"hats": request.hats})
    asked = plain(request.GET.get("q", ""))
    is_shared = "partages" in request.GET and not asked
    if asked:
        page, after = named_like(request.hat, asked), None
    elif is_shared:
        page, after = page_of(shares_with(request.hat), "given_at", request.GET.get("apres"))
        page = list(shared_dossiers(page))
    else:
        page, after = page_of(Dossier.objects.filter(structure=request.hat), "created_at", request.GET.get("apres"))
    context = {
        "hat": request.hat,
        "hats": request.hats,
        "asked": request.GET.get("q", ""),
        "is_shared": is_shared,
        "dossiers": page,
        "after": after,
        "locked": kept.rows("consent_locked"),
        "questions": kept.rows("consent_questions"),
        "emergencies": kept.rows("consent_emergencies"),
        "requests": [one for one in kept.rows("consent_requests") if not one["answered_at"]],
        "helped": kept.call("consent_helped_this_month"),
        "gives_rights": permissions.gives_rights(request.user, request.hat),
    }
    return render(request, "consent/dossiers.html", context)


@require_POST
def hat(request):
    """In the name of which structure: one at a time, shown on every page."""
    if not request.hats:
        raise Http404
    chosen = request.POST.get("structure", "")
    if chosen.isdecimal() and any(structure.pk == int(chosen[:9]) for structure in request.hats):
        acting.choose(request, int(chosen[:9]))
    return redirect("consent:dossiers")


# The database checks each line again: these queries only choose, by an index, where to look.


def shares_with(structure):
    return Share.objects.filter(structure=structure, withdrawn_at=None, until__gte=timezone.localdate())


def page_of(found, moment, after):
    """(the page that follows the mark `after`, the mark of the next one or None), the latest first."""
    if mark := read_mark(after, found.model._meta.pk):
        at, pk = mark
        found = found.filter(**{f"{moment}__lte": at}).exclude(**{moment: at, "pk__gte": pk})
    page = list(found.order_by(f"-{moment}", "-pk")[: PAGE + 1])
    if len(page) <= PAGE:
        return page, None
    last = page[PAGE - 1]
    return page[:PAGE], f"{getattr(last, moment).isoformat()}~{last.pk}"


def read_mark(text, key):
    """(moment, key) of the last line seen, or None for what no page of ours wrote; `key` is the field of the key."""
    at, _, pk = (text or "").partition("~")
    try:
        moment, pk = parse_datetime(at), key.to_python(pk)
    except (ValueError, ValidationError):
        return None
    return (moment, pk) if moment and moment.tzinfo else None


def shared_dossiers(shares):
    """Each with what it is shared for; those that may no longer be read are not there."""
    readable = Dossier.objects.select_related("structure").in_bulk([share.dossier_id for share in shares])
    needs = Term.objects.labels(Term.List.NEED)
    for share in shares:
        if dossier := readable.get(share.dossier_id):
            dossier = copy(dossier)
            dossier.purpose, dossier.until = needs.get(share.purpose, share.purpose), share.until
            yield dossier


def named_like(structure, asked):
    """Fifty at most, whose name begins so."""
    found = Dossier.objects.filter(search_name__gte=asked, search_name__lt=asked + LAST).order_by("search_name", "pk")
    shared = shares_with(structure)
    own = found.filter(structure=structure)
    others = found.filter(pk__in=shared.values("dossier"))
    return [*own.select_related("structure")[:PAGE], *others.select_related("structure")[:PAGE]][:PAGE]


def plain(text):
    """As names are kept to be searched: lower case, without accents."""
    decomposed = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
