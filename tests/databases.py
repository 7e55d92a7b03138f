"""Test databases: the owner builds one template per migration state, everybody clones it.

The names tell what they are: lms_test (empty, made by create_roles), lms_test_t_<state> (migrated), and
lms_test_c_<pid>_<n> (clones).
"""

import functools
import hashlib
import itertools
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

PROJECT = Path(__file__).resolve().parent.parent
numbers = itertools.count()


def with_name(url, name):
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def owner_url():
    return os.environ["DATABASE_OWNER_URL"]


@contextmanager
def as_owner(name="postgres"):
    with psycopg.connect(with_name(owner_url(), name), autocommit=True) as connection:
        yield connection


@functools.cache
def migration_state():
    """Changes with any migration of ours and with any version of a library that brings its own."""
    digest = hashlib.sha256()
    for path in sorted(PROJECT.glob("**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.name.encode() + path.read_bytes())
    for path in (
        PROJECT / "lemans_solidaire/network/append_only.py",
        PROJECT / "consent/identity.py",
        *sorted(PROJECT.glob("*/migrations/*.sql")),
        *sorted(PROJECT.glob("consent/notices/*.md")),
        PROJECT / "directory/first_words.json",
        PROJECT / "directory/first_places.json",
        PROJECT / "directory/second_words.json",
    ):
        digest.update(path.read_bytes())
    digest.update(repr(sorted((d.metadata["Name"], d.version) for d in distributions())).encode())
    return digest.hexdigest()[:12]


def template():
    """The name of the migrated template, built by whoever comes first."""
    name = f"lms_test_t_{migration_state()}"
    with as_owner() as connection:
        connection.execute("SELECT pg_advisory_lock(7214)")
        if name not in database_names(connection, "lms_test_t_"):
            forget(connection)
            build(connection, name)
    return name


def database_names(connection, prefix):
    rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return [name for (name,) in rows]


def forget(connection):
    """Drops the templates of other states, and what an interrupted run left behind."""
    for name in database_names(connection, "lms_test_"):
        with suppress(psycopg.errors.ObjectInUse):  # another run, going on now
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def build(connection, name):
    draft = f"{name}_draft"
    base = urlsplit(owner_url()).path.lstrip("/")
    copy(connection, base, draft)
    environment = {**os.environ, "DATABASE_OWNER_URL": with_name(owner_url(), draft)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def copy(connection, source, name):
    """A copy with the rights of the real database: nobody but the web role may connect."""
    web = urlsplit(os.environ["DATABASE_URL"]).username
    statement = sql.SQL(
        "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
    )  # five times faster where files are in memory
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(web)))


@contextmanager
def clone():
    """The name of a fresh copy of the template, dropped at the end."""
    source = template()
    name = f"lms_test_c_{os.getpid()}_{next(numbers)}"
    with as_owner() as connection:
        copy(connection, source, name)
    try:
        yield name
    finally:
        drop(name)


def drop(name, seconds=10):
    """Waits for the last request of a test's server to end: the owner may not cut the web role's connections."""
    deadline = time.monotonic() + seconds
    with as_owner() as connection:
        while True:
            try:
                return connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            except psycopg.errors.ObjectInUse:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
