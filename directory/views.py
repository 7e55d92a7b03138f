"""Public pages: anybody finds the right door."""

import json
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from directory import languages, permissions
from directory.models import Closure, EmergencyCall, Place, Presentation, Service
from directory.now import now_of
from directory.search.answers import search
from directory.search.asking import Asked
from directory.search.missed import remember_missed
from directory.search.moments import days_to_choose
from directory.search.narrowing import narrowings, what_to_drop
from directory.search.reading import MOST, PAGE
from directory.search.words import emergencies
from directory.slip import slip
from lemans_solidaire.network import registry
from lemans_solidaire.network.limits import allows, too_many
from lemans_solidaire.network.models import Structure

NEAR_ME = (
    "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"  # on this page alone, and only if it is asked
)


@login_not_required
@require_safe
@gzip_page
def search_page(request):
    """The address holds the whole search: it can be kept, sent, printed."""
    typed = Asked.of(request.GET)
    found = search(typed, for_member=permissions.is_of_the_network(request.user))
    if not found.total and not found.is_unreadable:
        remember_missed(typed)
    now = now_of([one.found for one in found.answers if one.is_service])
    pages = Paginator(range(found.counted), PAGE).get_page(found.asked.page)
    context = {
        "typed": typed,
        "typed_as_is": typed.url(as_typed=True),
        "asked": found.asked,
        "found": found,
        "answers": [
            (one, now.get(one.found.pk) if one.is_service else None, number)
            for number, one in enumerate(found.answers, pages.start_index())
        ],
        "calls": emergencies(typed.q),
        "pages": pages,
        "page_before": found.asked.url(page=pages.number - 1),
        "page_after": found.asked.url(page=pages.number + 1),
        "narrowings": narrowings(found),
        "drops": [] if found.total else what_to_drop(found, request.user),
        "days": days_to_choose(),
        "most": MOST,
        "ccas": "" if found.total else phone_of_the_ccas(),
        "landmarks": landmarks(),
    }
    response = render(request, "directory/search.html", context)
    response.headers["Permissions-Policy"] = NEAR_ME
    return response


def phone_of_the_ccas():
    ccas = Structure.objects.open().filter(kind=Structure.Kind.CCAS).exclude(phone="").order_by("pk")
    return ccas.values_list("phone", flat=True).first() or ""


def landmarks():
    """For the map, as JSON: [{"name", "latitude", "longitude"}]."""
    places = Place.objects.filter(kind=Place.Kind.LANDMARK).order_by("pk")
    return json.dumps(list(places.values("name", "latitude", "longitude")), ensure_ascii=False)


@login_not_required
@require_safe
def pictures(request):
    """What one may need, drawn and in one's language: each picture is a search."""
    language = languages.language(request.GET.get("langue", ""))
    french = languages.language(languages.FRENCH)
    context = {
        "languages": languages.languages().values(),
        "language": language,
        "french": None if language == french else french.words,
        "doors": [(door, language.words[door.code], french.words[door.code]) for door in languages.doors()],
        "calls": [(call, language.calls.get(call.number, "")) for call in EmergencyCall.objects.all()],
    }
    return render(request, "directory/pictures.html", context)


@login_not_required
@require_safe
def service(request, service_id):
    found = get_object_or_404(permissions.services_for(request.user).select_related("structure"), pk=service_id)
    context = {
        "service": found,
        "now": now_of([found])[found.pk],
        "closures": Closure.objects.of(found).to_come(),
        "actions": registry.actions.ask(found, request.user),
        "languages": languages.languages().values(),
        "language": request.GET.get("langue", languages.FRENCH),
        "message": message_about(found),
    }
    return render(request, "directory/service.html", context)


def message_about(service):
    """To send to somebody, ready to put in the address of a mail or of an SMS."""
    place = "" if service.hides_place else service.place
    lines = [service.name, str(service.structure), service.telephone, place, address_of(service)]
    return quote("\n".join(filter(None, lines)))


def address_of(service):
    return settings.PUBLIC_URL + service.get_absolute_url()


@login_not_required
@require_safe
def service_slip(request, service_id):
    """One page to take along; laying it out costs a second, so a stranger may ask for a hundred an hour."""
    found = get_object_or_404(permissions.services_for(request.user).select_related("structure"), pk=service_id)
    if not may_print(request):
        return too_many(request)
    response = HttpResponse(slip(found, request.GET.get("langue", "")), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="fiche-{found.pk}.pdf"'
    return response


def may_print(request):
    is_desk = get_adapter().get_client_ip(request) in settings.DESKS
    return request.user.is_authenticated or is_desk or allows(request, "slip")


@login_not_required
@require_safe
def structure(request, structure_id):
    """Where one of its services hides its address, its own is not told either: it may be the same."""
    found = get_object_or_404(Structure.objects.open(), pk=structure_id)
    services = list(permissions.services_for(request.user).filter(structure=found).select_related("structure"))
    now = now_of(services)
    context = {
        "structure": found,
        "presentation": Presentation.objects.filter(structure=found).first(),
        "services": [(one, now[one.pk]) for one in services],
        "closures": Closure.objects.filter(structure=found, service=None).to_come(),
        "shows_address": not Service.objects.filter(structure=found, is_address_hidden=True).exists(),
        "actions": registry.actions.ask(found, request.user),
    }
    return render(request, "directory/structure.html", context)
