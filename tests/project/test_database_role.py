import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.signals import connection_created
from psycopg import sql

from lemans_solidaire.database_role import check_at_connection, reason_not_to_serve
from lemans_solidaire.network import demo
from tests import databases

SERVE = "import lemans_solidaire.wsgi; print('servi')"


def start_as(url, mode="test"):
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "lemans_solidaire.settings"}
    environment["LMS_MODE"] = mode
    command = [sys.executable, "-c", SERVE]
    return subprocess.run(command, env=environment, cwd=databases.PROJECT, capture_output=True, text=True)


def test_the_web_role_may_serve(db):
    with connection.cursor() as cursor:
        assert reason_not_to_serve(cursor) is None


def test_the_portal_starts_as_the_web_role(fresh_database):
    url = databases.with_name(os.environ["DATABASE_URL"], fresh_database)
    assert start_as(url).stdout.strip() == "servi"


def test_the_portal_refuses_to_start_as_the_owner(fresh_database):
    refusal = start_as(databases.with_name(os.environ["DATABASE_OWNER_URL"], fresh_database))
    assert refusal.returncode == 3
    assert "possède des tables" in refusal.stderr
    assert len(refusal.stderr.strip().splitlines()) == 1


@pytest.mark.skipif("DATABASE_SUPERUSER_URL" not in os.environ, reason="only a superuser makes roles")
def test_a_role_that_can_become_the_owner_is_refused_too(fresh_database):
    owner = sql.Identifier(urlsplit(databases.owner_url()).username)
    with psycopg.connect(databases.with_name(os.environ["DATABASE_SUPERUSER_URL"], fresh_database)) as superuser:
        superuser.execute(sql.SQL("CREATE ROLE lms_essai NOINHERIT IN ROLE {}").format(owner))
        superuser.execute("SET SESSION AUTHORIZATION lms_essai")
        assert "possède des tables" in reason_not_to_serve(superuser.cursor())
        superuser.rollback()  # the role is gone with it


def test_the_web_role_owns_nothing_and_creates_nothing(fresh_database):
    url = databases.with_name(os.environ["DATABASE_URL"], fresh_database)
    with psycopg.connect(url, autocommit=True) as web:
        owned = web.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone()[0]
        assert owned == 0
        for statement in (
            "CREATE TABLE intrusion (id int)",
            "CREATE TEMPORARY TABLE intrusion (id int)",
            "CREATE SCHEMA intrusion",
            "CREATE ROLE intrusion",
            "CREATE DATABASE intrusion",
            "ALTER TABLE network_event DISABLE TRIGGER ALL",
            "DROP TABLE network_event",
            "TRUNCATE network_user",
            f"SET ROLE {urlsplit(databases.owner_url()).username}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)


def test_append_only_tables_refuse_change_in_the_catalogue(db):
    """A table whose trigger says never() gives the web role reading and adding; the log of dossiers, nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'never' AND t.tgenabled = 'A'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        of_dossiers = ["consent_access", "consent_checkpoint", "consent_seal", "consent_stub"]
        others = ["indicators_edition", "indicators_editionfile"]
        others += ["network_correction", "network_event", "network_publishedminutes"]
        assert sorted(tables) == ["charter_act", "charter_version", *of_dossiers, *others]
        for table in tables:
            is_open = table not in of_dossiers
            for right, has in (
                ("SELECT", is_open),
                ("INSERT", is_open),
                ("UPDATE", False),
                ("DELETE", False),
                ("TRUNCATE", False),
            ):
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                assert cursor.fetchone() == (has,), (table, right)


def test_production_refuses_the_fictional_network(fresh_database, settings):
    demo.load()
    settings.PRODUCTION = True
    with connection.cursor() as cursor:
        assert "réseau fictif" in reason_not_to_serve(cursor)


def test_a_database_that_comes_late_is_checked_at_its_first_connection(fresh_database, settings):
    demo.load()
    connection.close()
    settings.PRODUCTION = True
    connection_created.connect(check_at_connection, dispatch_uid="database_role")
    try:
        for _ in range(2):
            with pytest.raises(ImproperlyConfigured, match="réseau fictif"):
                connection.ensure_connection()
        settings.PRODUCTION = False
        connection.ensure_connection()
    finally:
        assert not connection_created.disconnect(dispatch_uid="database_role")
