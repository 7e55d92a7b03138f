"""The functions of the database (migrations/*.sql), by name: who acts is what `identity.enter` said just before."""

import json
from contextlib import suppress

from django.db import IntegrityError, connection, transaction
from django.utils.dateparse import parse_date, parse_datetime

MOMENTS = {
    "at", "created_at", "keep_withdrawn_at", "made_at", "given_at", "remark_at", "asked_at", "answered_at", "ready_at",
    "reviewed_at",
}  # fmt: skip
DAYS = {"kept_until", "until", "due_on"}
TRIES = 10


def call(name, *arguments):
    """The one value that a function returns."""
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(arguments))
        cursor.execute(f"SELECT {name}({marks})", [prepared(each) for each in arguments])
        return cursor.fetchone()[0]


def rows(name, *arguments):
    """[dict] of a function that returns a table."""
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(arguments))
        cursor.execute(f"SELECT * FROM {name}({marks})", [prepared(each) for each in arguments])  # noqa: S608
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def go_on_counting():
    """On a database put back, perhaps on another server: the lines to come are numbered after those of before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('consent__after_restore') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT consent__after_restore()")


def prepared(value):
    return json.dumps(value, default=str) if isinstance(value, dict) else value


def read(contents):
    """A dossier's contents with its dates as dates, or None."""
    if contents is None:
        return None
    if isinstance(contents, str):
        contents = json.loads(contents)
    return with_dates(contents)


def with_dates(value, name=""):
    if isinstance(value, dict):
        return {key: with_dates(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [with_dates(each) for each in value]
    if isinstance(value, str) and name in MOMENTS:
        return parse_datetime(value)
    return parse_date(value) if isinstance(value, str) and name in DAYS else value


def open_dossier(dossier_id, reason):
    """Everything, once the line of the reading is written; None, and the line of a refusal, when it may not be read."""
    return read(call("consent_open", dossier_id, reason))


def own_dossier(action="read"):
    """The person's own, with who read it; None without a person."""
    return read(call("consent_own", action))


def with_a_free_number(draw, act):
    """What `act(number)` returns, for a number drawn again as long as somebody has it already."""
    for _ in range(TRIES):
        with suppress(IntegrityError), transaction.atomic():
            return act(draw())
    raise IntegrityError(f"{TRIES} numbers were all taken")
