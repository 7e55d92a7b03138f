import psycopg
import pytest
from django.core.management import call_command
from psycopg.errors import InsufficientPrivilege

from lemans_solidaire import postgres
from lemans_solidaire.network.management.commands.create_roles import TRUSTED_EXTENSIONS
from lemans_solidaire.network.management.impossible import Impossible
from tests.project.launching import short_folder


@pytest.fixture(scope="module")
def addresses():
    """Those of a server of its own: the one of the tests may come without its superuser."""
    with short_folder() as var:
        postgres.hold(var)
        yield postgres.environment(var, "test")
        postgres.release()


@pytest.fixture(autouse=True)
def environment(addresses, monkeypatch):
    for name, url in addresses.items():
        monkeypatch.setenv(name, url)


@pytest.fixture
def create_roles():
    def run(*arguments):
        call_command("create_roles", *arguments, verbosity=0)

    run()
    return run


@pytest.fixture
def connect(create_roles, addresses):
    opened = []

    def connect(name, **changes):
        opened.append(psycopg.connect(addresses[name], autocommit=True, **changes))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def owner(connect):
    connection = connect("DATABASE_OWNER_URL")
    connection.execute("DROP TABLE IF EXISTS note")
    return connection


@pytest.fixture
def web(connect):
    return connect("DATABASE_URL")


@pytest.fixture
def superuser(connect):
    return connect("DATABASE_SUPERUSER_URL")


def abilities(superuser, role):
    return superuser.execute(
        "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolcreatedb, rolinherit"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()


def test_neither_role_can_do_more_than_it_should(superuser):
    assert abilities(superuser, "lms_owner") == (True, False, False, False, False, False, True)
    assert abilities(superuser, "lms_web") == (True, False, False, False, False, False, False)


def test_the_web_role_creates_nothing(web):
    for attempt in (
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
    ):
        with pytest.raises(InsufficientPrivilege):
            web.execute(attempt)


def test_nobody_else_enters_the_database(superuser, addresses):
    superuser.execute("DROP ROLE IF EXISTS stranger")
    superuser.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
    url = addresses["DATABASE_URL"].split("@", 1)[1]
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(f"postgresql://stranger:stranger@{url}")


def test_the_web_role_uses_the_owner_s_new_tables_and_no_more(owner, web):
    owner.execute("CREATE TABLE note (id bigserial PRIMARY KEY, text text)")
    web.execute("INSERT INTO note (text) VALUES ('a')")
    web.execute("UPDATE note SET text = 'b'")
    assert web.execute("SELECT text FROM note").fetchall() == [("b",)]
    web.execute("DELETE FROM note")
    for attempt in ("TRUNCATE note", "DROP TABLE note", "ALTER TABLE note DISABLE TRIGGER ALL"):
        with pytest.raises(InsufficientPrivilege):
            web.execute(attempt)


def test_new_functions_are_open_to_the_web_role_only(owner, superuser):
    owner.execute("CREATE OR REPLACE FUNCTION secret() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    superuser.execute("DROP ROLE IF EXISTS passer")
    superuser.execute("CREATE ROLE passer")
    rights = "SELECT has_function_privilege('lms_web', 'secret()', 'EXECUTE'), proacl::text FROM pg_proc"
    may, acl = owner.execute(f"{rights} WHERE proname = 'secret'").fetchone()
    assert may
    assert "{=" not in acl  # no right of PUBLIC
    assert ",=" not in acl


def test_extensions_belong_to_the_owner(owner):
    found = dict(owner.execute("SELECT extname, extowner::regrole::text FROM pg_extension").fetchall())
    assert {found[name] for name in TRUSTED_EXTENSIONS} == {"lms_owner"}


def test_runs_again_without_giving_back_what_a_migration_took(owner, create_roles):
    owner.execute("CREATE TABLE note (id int)")
    owner.execute("REVOKE UPDATE, DELETE ON note FROM lms_web")
    create_roles()
    assert owner.execute("SELECT has_table_privilege('lms_web', 'note', 'UPDATE')").fetchone() == (False,)


def test_takes_back_what_the_web_role_was_given_by_mistake(superuser, create_roles):
    superuser.execute("ALTER ROLE lms_web SUPERUSER BYPASSRLS CREATEDB INHERIT")
    superuser.execute("GRANT lms_owner, pg_read_all_data TO lms_web")
    create_roles()
    assert abilities(superuser, "lms_web") == (True, False, False, False, False, False, False)
    memberships = superuser.execute("SELECT count(*) FROM pg_auth_members WHERE member = 'lms_web'::regrole")
    assert memberships.fetchone() == (0,)


def test_changes_a_password_without_writing_it_in_clear(superuser, create_roles, monkeypatch, addresses):
    password = addresses["DATABASE_URL"].split(":")[2].split("@")[0]
    monkeypatch.setenv("DATABASE_URL", addresses["DATABASE_URL"].replace(password, "autre%20mot"))
    create_roles()
    stored = superuser.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'lms_web'").fetchone()[0]
    assert stored.startswith("SCRAM-SHA-256$")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(addresses["DATABASE_URL"])


def test_only_tests_let_the_owner_create_databases(superuser, create_roles, settings):
    create_roles("--for-tests")
    assert abilities(superuser, "lms_owner")[5] is True
    settings.MODE = "production"
    with pytest.raises(Impossible, match="LMS_MODE=test"):
        create_roles("--for-tests")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL doit nommer un rôle et une base"),
        ({"DATABASE_URL": "not an address"}, "n’est pas une adresse"),
        ({"DATABASE_URL": "postgresql://lms_owner@/lms_test"}, "deux rôles différents"),
        ({"DATABASE_URL": "postgresql://lms_web@/other"}, "la même base"),
        ({"DATABASE_SUPERUSER_URL": "postgresql://nobody@/postgres?host=/nowhere"}, "refuse la connexion"),
    ],
)
def test_says_what_is_wrong_with_the_addresses(changes, says, monkeypatch):
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Impossible, match=says):
        call_command("create_roles")


def test_wants_a_superuser(create_roles, addresses):
    with pytest.raises(Impossible, match="n’est pas superutilisateur"):
        create_roles("--superuser-url", addresses["DATABASE_OWNER_URL"])


def test_leaves_the_superuser_as_it_is(create_roles, addresses, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", addresses["DATABASE_URL"].replace("lms_web:", "postgres:"))
    with pytest.raises(Impossible, match="choisissez d’autres noms"):
        create_roles()
