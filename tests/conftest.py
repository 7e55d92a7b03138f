import os

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections

from tests import databases
from tests.cast import make_cast, sign_in
from tests.smtp import smtp  # noqa: F401  a fixture
from tests.strict import strict  # noqa: F401  an autouse fixture

hypothesis.settings.register_profile("portal", database=None, deadline=None)
hypothesis.settings.load_profile("portal")

ALIASES = ("default", "autonomous")
SHARED_CACHE = dict(django_settings.CACHES)
IN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the test's own thread


def pytest_configure(config):
    if not (os.environ.get("DATABASE_URL") and os.environ.get("DATABASE_OWNER_URL")):
        raise pytest.UsageError("Lancez les essais par « make test » : il démarre PostgreSQL.")
    django_settings.CACHES = IN_MEMORY
    # Argon2 is slow on purpose; one test of its own checks that it is what the portal uses.
    django_settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *django_settings.PASSWORD_HASHERS,
    ]


def use_database(name):
    """Points both connections of this process to another database, whatever thread uses them."""
    for alias in ALIASES:
        connections[alias].close()
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """One clone of the template for the tests that undo themselves, used as the web role."""
    with databases.clone() as name, django_db_blocker.unblock():
        use_database(name)
        assert_weak_role()
        yield
        for alias in ALIASES:
            connections[alias].close()


def assert_weak_role():
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"
            " AND relnamespace = 'public'::regnamespace"
        )
        assert cursor.fetchone() == (0,)


@pytest.fixture
def fresh_database(django_db_setup, django_db_blocker, settings):
    """A database of its own, really committed to: for browsers, transactions, triggers and row security."""
    before = connections["default"].settings_dict["NAME"]
    settings.CACHES = SHARED_CACHE
    with databases.clone() as name, django_db_blocker.unblock():
        use_database(name)
        yield name
        use_database(before)


@pytest.fixture(autouse=True)
def empty_cache(request):
    if "fresh_database" not in request.fixturenames:
        cache.clear()


@pytest.fixture
def cast(request):
    """The cast, in the transaction of the test, or in its own database if it has one."""
    request.getfixturevalue("fresh_database" if "fresh_database" in request.fixturenames else "db")
    return make_cast()


@pytest.fixture
def as_user(client):
    """Signs the test client in: as_user(cast.owner).get(…)."""

    def client_of(user):
        client.logout()
        if user is not None:
            sign_in(client, user)
        return client

    return client_of
