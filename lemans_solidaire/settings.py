"""One file for the three modes; every value that differs from one portal to another comes from the environment.

README.md explains each variable.
"""

import os
import re
import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

MODES = ("demo", "test", "production")
MODE = os.environ.get("LMS_MODE", "")
if MODE not in MODES:
    raise ImproperlyConfigured("LMS_MODE doit valoir demo, test ou production.")
PRODUCTION = MODE == "production"

VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
BUILD_DIR = BASE_DIR / "build"


def required(name):
    """The value of an environment variable that production cannot do without."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"En production, la variable {name} est nécessaire : voir README.md.")
    return value


def secret(name, file_name):
    """From the environment in production; kept under VAR_DIR/secrets, made once, in the other modes."""
    if PRODUCTION:
        return required(name)
    path = VAR_DIR / "secrets" / file_name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{file_name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was quicker: its secret is the one
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def listed(name, default=""):
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def database(url):
    """Django's connection settings from postgresql://role:password@host:port/name?option=value."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("DATABASE_URL doit commencer par postgresql://")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", None) or parts.port or "",
        # A database that goes away must give the 503 page in less than 2 seconds.
        "OPTIONS": {"connect_timeout": 1, "application_name": "le-mans-solidaire", **options},
    }


def map_tiles(url, credit):
    """The background of the maps, or None: they then have landmarks only, and nothing comes from another site."""
    if not url:
        return None
    site = re.match(r"https://([a-z0-9.-]+(?::[0-9]+)?)/", url)
    if not site:
        raise ImproperlyConfigured("LMS_TILES doit commencer par https:// et le nom d’un seul site, en minuscules.")
    fields = set(re.findall(r"\{.*?\}", url))
    if not {"{z}", "{x}", "{y}"} <= fields <= {"{z}", "{x}", "{y}", "{r}"}:
        raise ImproperlyConfigured("LMS_TILES doit contenir {z}, {x} et {y}, et rien d’autre entre accolades que {r}.")
    if not credit:
        raise ImproperlyConfigured(
            "Avec LMS_TILES, écrivez dans LMS_TILES_CREDIT la mention que demande le fond de carte."
        )
    return {"url": url, "credit": credit, "host": site[1]}


DEBUG = False
SECRET_KEY = secret("LMS_SECRET_KEY", "secret_key")
ENCRYPTION_KEY = secret("LMS_ENCRYPTION_KEY", "encryption_key")
ALLOWED_HOSTS = listed("LMS_HOSTS") if PRODUCTION else ["127.0.0.1", "localhost", "testserver"]
if PRODUCTION and not ALLOWED_HOSTS:
    required("LMS_HOSTS")

# Where a mail leads: the first name the portal answers to.
PUBLIC_URL = (
    f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PRODUCTION else f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
)

# manage.py sets LMS_DATABASE_ROLE=owner for the commands that change the structure of the database.
AS_OWNER = os.environ.get("LMS_DATABASE_ROLE") == "owner"
DATABASE_URL = os.environ.get("DATABASE_OWNER_URL" if AS_OWNER else "DATABASE_URL", "postgresql:///absente")
DATABASES = {
    "default": {**database(DATABASE_URL), "ATOMIC_REQUESTS": True},
    # A second connection to the same database, outside the request's transaction: what is counted there
    # (rate limits, one-time codes already used) survives a request that is rolled back.
    "autonomous": database(DATABASE_URL),
}
DATABASE_ROUTERS = ["lemans_solidaire.routers.CacheOutsideTransactions"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "network_cache",
        # Counts of tries and used codes: with the usual 300 entries, guesses from elsewhere pushed them out.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "lemans_solidaire.apps.Gestion",
    "lemans_solidaire.apps.StaticFiles",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_include_bootstrap",
    "procrastinate.contrib.django",
    "lemans_solidaire.network",
    "indicators",
    "directory",
    "consent",
    "charter",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lemans_solidaire.middleware.Compressed",
    "csp.middleware.CSPMiddleware",
    "lemans_solidaire.middleware.response_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lemans_solidaire.middleware.SignInRequired",
    "lemans_solidaire.middleware.SecondFactorRequired",
    "lemans_solidaire.middleware.MailServerAway",
    "lemans_solidaire.middleware.no_null_characters",
    "django_htmx.middleware.HtmxMiddleware",
    "consent.middleware.Identity",
]

ROOT_URLCONF = "lemans_solidaire.urls"
WSGI_APPLICATION = "lemans_solidaire.wsgi.application"
APPEND_SLASH = True
CSRF_FAILURE_VIEW = "lemans_solidaire.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lemans_solidaire.context.portal",
            ],
            "builtins": ["lemans_solidaire.network.templatetags.french", "django.templatetags.static"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = None

STATIC_URL = "static/"
STATIC_ROOT = BUILD_DIR / "static"
FONTS_DIR = BUILD_DIR / "fonts"
LEAFLET_DIR = Path(find_spec("leaflet").origin).parent / "static" / "leaflet"  # of django-leaflet
STATICFILES_DIRS = [BASE_DIR / "static", FONTS_DIR, ("leaflet", LEAFLET_DIR)]
MEDIA_ROOT = VAR_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTH_USER_MODEL = "network.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail addresses are unique whatever their case: a constraint sees to it
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "lemans_solidaire.passwords.HardToGuess"},  # docs/decisions/0011
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "lemans_solidaire.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are opened by the CCAS, never by the person who signs in
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {"request_login_code": "lemans_solidaire.accounts.LoginCodeForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "lemans_solidaire.passwords.ResetLink"  # noqa: S105 the name of a class
ACCOUNT_LOGIN_BY_CODE_ENABLED = True  # but for accounts that need a second factor: LoginCodeForm
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# « 4821-0937 »: typed on a telephone's keypad. Five codes an hour, five tries each: a chance in 4 million an hour.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_RATE_LIMITS = {
    "login": "20/h/ip",
    "login_failed": "10/h/key",
    "reset_password": "5/h/ip,5/h/key",
    "request_login_code": "20/h/ip,5/h/key",
    "invitation": "5/h/ip",  # tries of a link that leads nowhere
    "invitation_sent": "5/h/key",  # mails of invitation to one address
    "card_address": "30/h/ip",
    "card_number": "20/h/key",
    "file_request": "20/h/ip",
    "emergency": "10/d/key",
    "slip": "100/h/ip",
    "api": "1200/h/ip",
}
DESKS = listed("LMS_DESKS")  # addresses of reception desks, where many people enter with their card
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("LMS_PROXIES", "0"))
MFA_ADAPTER = "lemans_solidaire.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODE_COUNT = 20  # for some people they are the only second factor: a sign-in each
MFA_TOTP_TOLERANCE = 1  # a code still serves for 30 seconds after it has changed: time to type it
MFA_TRUST_ENABLED = True  # a fortnight on a device; never for who opens dossiers (lemans_solidaire/accounts.py)
MFA_TOTP_ISSUER = "Le Mans Solidaire"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION and ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS] if PRODUCTION else []

TILES = map_tiles(os.environ.get("LMS_TILES", "").strip(), os.environ.get("LMS_TILES_CREDIT", "").strip())

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([f"https://{TILES['host']}"] if TILES else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if MODE == "demo":
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_HOST = required("LMS_SMTP_HOST") if PRODUCTION else "localhost"
EMAIL_PORT = int(os.environ.get("LMS_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("LMS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LMS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = PRODUCTION
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = required("LMS_MAIL_FROM") if PRODUCTION else "portail@demo.test"

# Shown on the legal pages: who publishes, who hosts, whom to write to.
PUBLISHER = {
    "name": os.environ.get("LMS_PUBLISHER", "Centre communal d’action sociale (CCAS)"),
    "address": os.environ.get("LMS_PUBLISHER_ADDRESS", ""),
    "director": os.environ.get("LMS_PUBLICATION_DIRECTOR", ""),
    "host": os.environ.get("LMS_HOSTING_COMPANY", ""),
    "contact": os.environ.get("LMS_CONTACT", ""),
    "dpo": os.environ.get("LMS_DPO", ""),
}

FILE_UPLOAD_HANDLERS = [
    "lemans_solidaire.network.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 40  # a page takes thirty reports at once; LimitedUpload counts their weight together
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "lemans_solidaire.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # A 404 is an answer, not an incident.
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": os.environ.get("LMS_JOBS_LOG", "WARNING")},
    },
}
