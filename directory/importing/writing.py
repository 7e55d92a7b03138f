"""Many lines at once, as one JSON value: the ORM, which writes out each value of each line, takes five times longer."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from psycopg import sql


def insert(model, objects, returning=None):
    """Adds them; {value of the column `returning`: primary key} when it is asked for."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    lines = [{field.column: field.pre_save(one, add=True) for field in fields} for one in objects]
    question = sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {lines}").format(
        **parts(model), columns=sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    )
    if returning:
        question += sql.SQL(" RETURNING {}, id").format(sql.Identifier(returning))
    return run(question, lines, bool(returning))


def update(model, objects, names):
    fields = [model._meta.get_field(name) for name in names]
    lines = [{"id": one.pk} | {field.column: getattr(one, field.attname) for field in fields} for one in objects]
    columns = [sql.Identifier(field.column) for field in fields]
    question = sql.SQL("UPDATE {table} SET {changes} FROM {lines} AS line WHERE {table}.id = line.id").format(
        **parts(model),
        changes=sql.SQL(", ").join(sql.SQL("{0} = line.{0}").format(column) for column in columns),
    )
    run(question, lines)


def parts(model):
    table = sql.Identifier(model._meta.db_table)
    return {"table": table, "lines": sql.SQL("jsonb_populate_recordset(NULL::{}, %s::jsonb)").format(table)}


def run(question, lines, returns=False):
    if not lines:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(question, [json.dumps(lines, cls=DjangoJSONEncoder, ensure_ascii=False)])
        return dict(cursor.fetchall()) if returns else {}
