"""The same search for programs: public, read only, in the fields of data·inclusion v1."""

import hashlib
import json
import re
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from directory import exporting
from directory.search.answers import search
from directory.search.asking import FILTERS, LAST_PAGE, Asked
from directory.search.reading import MOST as MOST_FOUND
from lemans_solidaire.network.limits import allows

MOST, USUAL = 100, 20
CURSOR = re.compile(r"(p|i)(\d{1,18})")  # a page of what was found, or the last number that was read
KINDS = {
    "services": (exporting.public_services, exporting.service_record),
    "structures": (exporting.public_structures, exporting.structure_record),
}
DESCRIPTION = {
    "title": "Annuaire de Le Mans Solidaire",
    "format": "data·inclusion v1",
    "addresses": {"/api/v1/services": "les services", "/api/v1/structures": "les structures"},
    "parameters": {
        "q": "ce que l’on cherche, écrit comme on parle",
        "pres_de": "une commune, un quartier, un code postal, un repère, ou « latitude,longitude »",
        "ouvert": "« maintenant », « aujourdhui », « demain », ou un jour des deux semaines à venir (AAAA-MM-JJ)",
        "limit": f"combien de fiches à la fois, {MOST} au plus",
        "cursor": "donné par « next »",
        **dict.fromkeys(FILTERS, "un critère, comme dans l’adresse de la page de recherche"),
    },
    "answer": {"items": "les fiches", "next": "l’adresse de la suite, ou null"},
    "limits": f"1 200 demandes par heure et par adresse\u202f; au plus {MOST_FOUND} fiches pour une recherche, "
    "toutes sans critère",
}


@login_not_required
@require_safe
def description(request):
    return answered(request, DESCRIPTION)


@login_not_required
@require_safe
def records(request, kind):
    """{"items": [record], "next": address or null}."""
    if not allows(request, "api"):
        return as_json({"problem": "Trop de demandes depuis cette adresse\u202f: attendez une heure."}, status=429)
    asked, limit = Asked.of(request.GET), limit_of(request.GET)
    if asked.q or asked.answers or asked.near or asked.opened:
        items, cursor = found(kind, asked, limit, request.GET.get("cursor", ""))
    else:
        items, cursor = in_order(kind, limit, request.GET.get("cursor", ""))
    return answered(request, {"items": items, "next": cursor and address(request, kind, cursor)})


def limit_of(get):
    given = get.get("limit", "")
    return min(int(given), MOST) if given.isascii() and given.isdigit() and len(given) < 5 and int(given) else USUAL


def place_of(cursor, kind):
    """The number of a cursor of that kind, or None."""
    read = CURSOR.fullmatch(cursor)
    return int(read[2]) if read and read[1] == kind else None


def found(kind, asked, limit, cursor):
    """What the page of the search would show, of that kind alone."""
    page = min(place_of(cursor, "p") or 1, LAST_PAGE)
    answer = search(replace(asked, page=page), kind=kind, size=limit)
    queryset, record = KINDS[kind]
    keys = [one.found.pk for one in answer.answers]
    known = queryset().in_bulk(keys)
    items = [record(known[key]) for key in keys if key in known] if answer.asked.page == page else []
    return items, f"p{page + 1}" if page * limit < answer.counted else None


def in_order(kind, limit, cursor):
    """All of them, as they were entered."""
    queryset, record = KINDS[kind]
    rows = list(queryset().filter(pk__gt=place_of(cursor, "i") or 0)[: limit + 1])
    return [record(row) for row in rows[:limit]], f"i{rows[limit - 1].pk}" if len(rows) > limit else None


def address(request, kind, cursor):
    parameters = QueryDict(mutable=True)
    parameters.update(request.GET.dict() | {"cursor": cursor})
    return f"{settings.PUBLIC_URL}{reverse(f'directory_api:{kind}')}?{parameters.urlencode()}"


def answered(request, content):
    """With a print of what it says: a program that has it already is told so, without it."""
    response = as_json(content)
    print_of_it = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=print_of_it, response=with_headers(response, print_of_it))


def with_headers(response, etag):
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def as_json(content, status=200):
    text = json.dumps(content, ensure_ascii=False, default=str)
    return HttpResponse(text, content_type="application/json; charset=utf-8", status=status)
