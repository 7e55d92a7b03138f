"""Refusals: each page says what happened and what was kept, and gives back what was typed, ready to send again."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

NEVER_GIVEN_BACK = {
    "csrfmiddlewaretoken",
    "password",
    "password1",
    "password2",
    "oldpassword",
    "code",
    "login",
}
NOT_TYPED = {"version", "then", "next"}  # sent again with the rest, but nothing that a person wrote
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


def kept_fields(request):
    """The (name, value) pairs of a posted form, without secrets; empty when the body cannot be read."""
    if request.method != "POST":
        return []
    try:
        posted = request.POST
    except Exception:  # a body too large or broken is refused elsewhere; here nothing more can be given back
        return []
    return [(name, value) for name in posted for value in posted.getlist(name) if name not in NEVER_GIVEN_BACK]


def refusal(request, template, status):
    """A refusal page that needs neither the database nor the session."""
    kept = kept_fields(request)
    context = {
        "kept": kept,
        "shown": [(name, value) for name, value in kept if value.strip() and name not in NOT_TYPED],
        "action": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    return HttpResponse(render_to_string(template, context), status=status)


def bad_request(request, exception=None):
    return refusal(request, "errors/400.html", 400)


@login_not_required
def csrf_failure(request, reason=""):
    return refusal(request, "errors/session_expired.html", 403)


def session_expired(request):
    return refusal(request, "errors/session_expired.html", 403)


def permission_denied(request, exception=None):
    return refusal(request, "errors/403.html", 403)


def not_found(request, exception=None):
    return render(request, "errors/404.html", status=404)


def server_error(request):
    """Also reached when the database goes away, wherever that was noticed: view, session or middleware."""
    if isinstance(sys.exc_info()[1], DATABASE_IS_AWAY):
        response = refusal(request, "errors/503.html", 503)
        response.headers["Retry-After"] = "60"
        return response
    return refusal(request, "errors/500.html", 500)
