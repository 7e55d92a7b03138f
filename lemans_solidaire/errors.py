"""Refusals: each page says what happened and what was kept, and gives back what was typed, ready to send again."""

import re
import sys
from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import escape_leading_slashes

from lemans_solidaire.network.gestion.forms import RESUMED

NEVER_GIVEN_BACK = {"csrfmiddlewaretoken", "code", "login"}
# Forms of power over accounts are typed again rather than offered ready to send. Those of /gestion/ are filled in
# again, and save nothing until somebody has read them and said so: `network.gestion.forms` sees to it.
NEVER_OFFERED_AGAIN = ("/gestion/", "/compte/", "/personnes/compte/")
FILLED_IN_AGAIN = re.compile(r"^/gestion/[a-z]+/[a-z]+/(add|[0-9]+/change)/$")
NOT_TYPED = {"version", "seen", "key", "then", "next", RESUMED}  # sent again, but nothing that a person wrote
NOT_WORDS = re.compile(r"^(initial-|_)|_FORMS$")  # of a form of /gestion/: what it had shown, its buttons
HOUR = timedelta(hours=1)  # the longest that ACCOUNT_RATE_LIMITS makes anybody wait to enter
CHOSEN = "-sorte"  # how the name of a list to choose from ends: its value is a code, not a word
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


def kept_fields(request):
    """The (name, value) pairs of a posted form, without secrets; empty when the body cannot be read."""
    is_refused = request.path.startswith(NEVER_OFFERED_AGAIN) and not fills_in_again(request)
    if request.method != "POST" or is_refused or not from_our_own_page(request):
        return []
    try:
        posted = request.POST
    except Exception:  # a body too large or broken is refused elsewhere; here nothing more can be given back
        return []
    kept = [(name, value) for name in posted for value in posted.getlist(name) if not is_secret(name)]
    return [*kept, (RESUMED, "1")] if kept and fills_in_again(request) and RESUMED not in posted else kept


def fills_in_again(request):
    return bool(FILLED_IN_AGAIN.match(request.path))


def is_typed(name):
    return name not in NOT_TYPED and not name.endswith(CHOSEN) and not NOT_WORDS.search(name)


def is_secret(name):
    return name in NEVER_GIVEN_BACK or "password" in name


def from_our_own_page(request):
    """Without this, another site could post a form of its own and have it offered here as the person's."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.get_host()


def kept_context(request):
    kept = kept_fields(request)
    typed = [(name, value) for name, value in kept if value.strip() and value != "on" and is_typed(name)]
    return {
        "kept": kept,
        "shown": [(name.replace("_", " "), value) for name, value in typed],
        "fills_in": fills_in_again(request),
        "action": escape_leading_slashes(request.get_full_path()),
        "csrf_token": get_token(request),
    }


def refusal(request, template, status):
    """A refusal page that needs neither the database nor the session."""
    return HttpResponse(render_to_string(template, kept_context(request)), status=status)


def bad_request(request, exception=None):
    if is_database_away(exception):
        return database_away(request)
    return refusal(request, "errors/400.html", 400)


@login_not_required
def csrf_failure(request, reason=""):
    return refusal(request, "errors/session_expired.html", 403)


def session_expired(request):
    return refusal(request, "errors/session_expired.html", 403)


def permission_denied(request, exception=None):
    return refusal(request, "errors/403.html", 403)


def not_found(request, exception=None):
    return render(request, "errors/404.html", kept_context(request), status=404)


def too_many_tries(request):
    """No door stays closed: the page says until when, and what may be done meanwhile."""
    context = {"again_at": timezone.localtime() + HOUR}
    response = HttpResponse(render_to_string("429.html", context), status=429)
    response.headers["Retry-After"] = "3600"
    return response


def server_error(request):
    """Also reached when the database goes away, wherever that was noticed: view, session or middleware."""
    if isinstance(sys.exc_info()[1], DATABASE_IS_AWAY):
        return database_away(request)
    return refusal(request, "errors/500.html", 500)


def database_away(request):
    response = refusal(request, "errors/503.html", 503)
    response.headers["Retry-After"] = "60"
    return response


def mail_away(request):
    """The same whether the address has an account or not."""
    response = refusal(request, "errors/mail_away.html", 503)
    response.headers["Retry-After"] = "300"
    return response


def is_database_away(exception):
    """Also under what Django makes of it when the session cannot be saved: a « bad request »."""
    while exception and not isinstance(exception, DATABASE_IS_AWAY):
        exception = exception.__context__
    return exception is not None
