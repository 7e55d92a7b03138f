from functools import partial

from django.conf import settings

from lemans_solidaire.network import acting


def portal(request):
    """What every page's header needs: where one is, and in whose name. And what maps are drawn on."""
    match = request.resolver_match
    return {
        "current_url_name": match.view_name if match else "",
        "tiles": settings.TILES,
        "acting_choices": partial(acting.choices, request),  # asked only by the pages that have the header
    }
