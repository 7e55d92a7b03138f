from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import has_vary_header, patch_cache_control

from lemans_solidaire.accounts import FRESH, NotSent, has_given_a_code, used_second_factor
from lemans_solidaire.errors import bad_request, mail_away, session_expired
from lemans_solidaire.network.mail.delivery import note_by_hand
from lemans_solidaire.network.models import User

PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def response_headers(get_response):
    """Headers that Django does not set; a page seen while signed in is never kept by a browser or a proxy."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.SESSION_COOKIE_NAME in request.COOKIES and has_vary_header(response, "Cookie"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


class Compressed(GZipMiddleware):
    """Words travel compressed. Not those about somebody: their length would tell a listener what they hold (BREACH)."""

    NEVER = ("/dossiers/", "/mon-dossier/", "/orientations/", "/personnes/", "/compte/", "/gestion/")
    WORDS = ("text/", "application/json", "image/svg+xml")

    def process_response(self, request, response):
        is_words = response.headers.get("Content-Type", "").startswith(self.WORDS)
        if response.streaming or not is_words or request.path.startswith(self.NEVER):
            return response
        return super().process_response(request, response)


class SignInRequired(LoginRequiredMiddleware):
    """Private by default. A form sent after the session ended is given back instead of being lost."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST":
            return session_expired(request)
        return super().handle_no_permission(request, view_func)


class SecondFactorRequired:
    """An account that must have a second factor sets it up, then uses it, before anything else."""

    TO_SET_IT_UP = {"mfa_activate_totp", "printed_codes", "account_reauthenticate", "account_logout"}
    TO_USE_IT = {"mfa_reauthenticate", "account_logout"}
    # Whoever reads them has the second factor: neither a trusted device nor a code of this morning is enough.
    SHOW_CODES = {
        "printed_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
    }

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not (request.user.is_authenticated and request.user.needs_second_factor):
            return None
        shows_codes = request.resolver_match.view_name in self.SHOW_CODES
        if has_given_a_code(request, within=FRESH) if shows_codes else used_second_factor(request):
            return None
        has_one = is_mfa_enabled(request.user)
        if request.resolver_match.view_name in (self.TO_USE_IT if has_one else self.TO_SET_IT_UP):
            return None
        if not getattr(view_func, "login_required", True) and not self.is_account_page(request):
            return None
        if request.method == "POST" and not used_second_factor(request):
            return session_expired(request)
        if has_one:
            return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
        return redirect("mfa_activate_totp")

    def is_account_page(self, request):
        return request.resolver_match.route.startswith("compte/")


class MailServerAway:
    """A code or a link that could not leave: the person is told, and the CCAS if the address has an account."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, NotSent):
            return None
        if User.objects.filter(email__iexact=exception.message.to[0], is_active=True).exists():
            note_by_hand(exception.message, exception.problem)
        return mail_away(request)


def no_null_characters(get_response):
    """PostgreSQL keeps none and no keyboard types them: refused before any page meets them."""

    def middleware(request):
        values = [*request.GET.lists(), *request.POST.lists()]
        if any("\x00" in text for name, texts in values for text in (name, *texts)):
            return bad_request(request)
        return get_response(request)

    return middleware
