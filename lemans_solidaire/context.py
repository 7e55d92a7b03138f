from django.conf import settings


def portal(request):
    """What every page's header needs: where one is, and in whose name. And what maps are drawn on."""
    match = request.resolver_match
    return {"current_url_name": match.view_name if match else "", "tiles": settings.TILES}
