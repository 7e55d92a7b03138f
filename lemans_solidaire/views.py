from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lemans_solidaire.accounts import used_now
from lemans_solidaire.guides import GUIDES
from lemans_solidaire.network import acting, actions, registry
from lemans_solidaire.network.charts import specimens
from lemans_solidaire.network.permissions import is_ccas_admin, read_once


@login_not_required
@non_atomic_requests
@require_safe
def home(request):
    return render(request, "home.html")


AT_FIRST = 4  # things to do that are seen without unfolding the rest
NEWS_BY_DEFAULT = timedelta(days=14)  # for who comes for the first time


@require_safe
def dashboard(request):
    """What awaits the person, of the structure chosen first, then the soonest; what is new; where they may go."""
    memberships = read_once(request.user)
    awaited = registry.awaiting.ask(request.user)
    awaited.sort(key=lambda item: (acting.is_elsewhere(request, item.structure), item.due is None, item.due))
    since = news_since(request)
    return render(
        request,
        "dashboard.html",
        {
            "first": awaited[0] if awaited else None,
            "next": awaited[1:AT_FIRST],
            "later": awaited[AT_FIRST:],
            "memberships": memberships,
            "news": registry.newest(request.user, since),
            "since": since,
            "places": registry.grouped_places(request.user),
        },
    )


def news_since(request):
    """When they last signed in, before this time (kept by accounts.py); what is of today stays new until tomorrow."""
    told = request.session.get("news_since")
    if not told:
        return timezone.now() - NEWS_BY_DEFAULT
    return min(datetime.fromisoformat(told), timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))


@require_safe
def own_address(request):
    """The address one signs in with, and how to have it changed."""
    return render(request, "account/email.html", {"publisher": settings.PUBLISHER})


@login_not_required
@require_safe
def help_to_enter(request):
    """« Je n’arrive pas à entrer »: whatever was lost, the way back in, and whom to write to."""
    return render(request, "account/help.html", {"publisher": settings.PUBLISHER})


@never_cache
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def printed_codes(request):
    """A second factor for who has no smartphone: a list to print, each code for one sign-in."""
    if not request.user.needs_second_factor:
        raise Http404
    codes = []
    if request.method == "POST":
        codes = actions.print_codes(user=request.user)
        used_now(request, codes.instance)
        get_adapter(request).send_notification_mail("mfa/email/recovery_codes_generated", request.user)
        codes = codes.get_unused_codes()
    return render(request, "mfa/printed_codes.html", {"codes": codes})


@login_not_required
@non_atomic_requests
@require_safe
def guides(request):
    return render(request, "guides/guides.html", {"guides": GUIDES.values(), "publisher": settings.PUBLISHER})


@login_not_required
@non_atomic_requests
@require_safe
def guide(request, guide):
    """One guide; the person's own is as discreet as the pages it is about."""
    if guide not in GUIDES:
        raise Http404
    template = "guides/easy.html" if GUIDES[guide].is_easy else "guides/guide.html"
    return render(request, template, {"guide": GUIDES[guide]})


@require_safe
def components(request):
    """Every component of the interface on one page, for the CCAS's staff."""
    if not is_ccas_admin(request.user):
        raise Http404
    return render(request, "components.html", {"charts": specimens()})


@login_not_required
@non_atomic_requests
@require_safe
def accessibility(request):
    return render(request, "legal/accessibility.html", {"publisher": settings.PUBLISHER})


@login_not_required
@non_atomic_requests
@require_safe
def privacy(request):
    return render(request, "legal/privacy.html", {"publisher": settings.PUBLISHER})


@login_not_required
@non_atomic_requests
@require_safe
def legal_notice(request):
    return render(request, "legal/legal_notice.html", {"publisher": settings.PUBLISHER})


@login_not_required
@non_atomic_requests
@require_safe
def healthz(request):
    """The web process answers; the database is not asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request):
    """The database answers and is up to date; 503 otherwise (a database that is away goes through the 503 page)."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return HttpResponse("migrations en attente", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
