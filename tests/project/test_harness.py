"""The harness itself: what it promises to catch, it catches."""

import ast
import socket
from pathlib import Path

import pytest
import pytest_socket
from django.contrib.auth import get_user_model
from django.db import connection
from django.template import Context
from django.template.loader import get_template

from tests.strict import UndefinedVariable

APPS = ("lemans_solidaire", "indicators", "directory", "consent", "charter")
PYTHON = [path for app in APPS for path in Path(app).rglob("*.py")]


def test_an_undefined_variable_in_our_templates_fails(db):
    with pytest.raises(UndefinedVariable):
        get_template("indicators/summary/_text.html").template.render(Context({"text": {"name": "x"}}))


def test_no_test_talks_to_the_outside():
    with pytest.raises((pytest_socket.SocketConnectBlockedError, UserWarning), match="192.0.2.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_an_unordered_queryset_comes_in_any_order(db):
    for n in range(20):
        get_user_model().objects.create(email=f"{n}@essai.test", full_name=str(n))
    orders = {tuple(get_user_model().objects.order_by().values_list("pk", flat=True)) for _ in range(5)}
    assert len(orders) > 1


def test_the_tests_are_a_weak_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE') OR current_setting('is_superuser')::bool")
        assert cursor.fetchone() == (False,)


def test_functions_are_short():
    """Fifty lines at the very most."""
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno > 50
    ]
    assert not long


def test_every_template_is_used():
    """Named by a view, another template, or a library that looks for it."""
    sources = "\n".join(p.read_text() for p in [*PYTHON, *Path("templates").rglob("*.html")])
    libraries = ("account/", "mfa/", "allauth/", "admin/", "errors/", "429.html")
    unused = [
        str(path)
        for path in Path("templates").rglob("*.html")
        if (name := str(path.relative_to("templates"))) not in sources and not name.startswith(libraries)
    ]
    assert not unused
