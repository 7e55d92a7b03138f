"""Public pages: anybody finds the right door."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from directory import languages, vocabulary
from directory.models import EmergencyCall, Service
from directory.search import PAGE, directory_city, emergencies, search
from lemans_solidaire.network.models import Structure

LAST_PAGE = 500


@login_not_required
@require_safe
def search_page(request):
    """The address holds the whole search: it can be kept, sent, printed."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "theme", "public", "commune")}
    number = request.GET.get("page", "1")
    page = min(int(number), LAST_PAGE) if number.isdecimal() and 0 < len(number) < 9 and int(number) else 1
    found = search(asked["q"], theme=asked["theme"], public=asked["public"], city=asked["commune"], page=page)
    context = {
        "asked": asked,
        "found": found,
        "calls": emergencies(asked["q"]),
        "pages": Paginator(range(found.total), PAGE).get_page(found.page),
        "city": directory_city(asked["commune"]),
        "themes": [(code, vocabulary.label("themes", code), count) for code, count in found.themes],
        "publics": vocabulary.words("publics").items(),
        "theme_label": vocabulary.label("themes", asked["theme"]) if asked["theme"] else "",
    }
    return render(request, "directory/search.html", context)


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
    found = get_object_or_404(Service.objects.open().select_related("structure"), pk=service_id)
    return render(request, "directory/service.html", {"service": found})


@login_not_required
@require_safe
def structure(request, structure_id):
    """Where one of its services hides its address, its own is not told either: it may be the same."""
    found = get_object_or_404(Structure.objects.open(), pk=structure_id)
    context = {
        "structure": found,
        "services": Service.objects.open().filter(structure=found).select_related("structure"),
        "shows_address": not Service.objects.filter(structure=found, is_address_hidden=True).exists(),
    }
    return render(request, "directory/structure.html", context)
