"""How often something may be tried, counted for every process of the portal (ACCOUNT_RATE_LIMITS says the numbers)."""

from allauth.core.internal import ratelimit


def allows(request, action, key=None):
    """Counts one try, whatever the method of the request: the library's own call never counts a GET."""
    usage = ratelimit.consume(request, app="allauth.account", action=action, key=key, limit_get=True)
    return usage is not None


def too_many(request):
    return ratelimit.respond_429(request)
