def portal(request):
    """What every page's header needs: where one is, and in whose name."""
    match = request.resolver_match
    return {"current_url_name": match.view_name if match else ""}
