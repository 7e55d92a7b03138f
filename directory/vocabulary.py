"""The national vocabulary, from its library: codes in the database, words on the screen."""

from functools import cache

from data_inclusion.schema import v1
from django.conf import settings
from django.db import connection

LISTS = {
    "themes": v1.Thematique,
    "publics": v1.Public,
    "fees": v1.Frais,
    "type": v1.TypeService,
    "reception": v1.ModeAccueil,
    "mobilisation": v1.ModeMobilisation,
    "mobilised_by": v1.PersonneMobilisatrice,
}


@cache
def words(name):
    """{code: label} of one list."""
    return {term.value: term.label for term in LISTS[name]}


@cache
def groups():
    """{code: label} of the families of themes."""
    return {term.value: term.label for term in v1.Categorie}


def label(name, code):
    return words(name).get(code, code)


def labels(name, codes):
    return [label(name, code) for code in codes]


def teach(sender=None, using="default", **kwargs):
    """Run by the owner after each migration: the database indexes the labels too."""
    if not settings.AS_OWNER or using != "default":
        return
    told = [(code, label) for name in ("themes", "publics") for code, label in words(name).items()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.directory_label') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.executemany(
                "INSERT INTO directory_label VALUES (%s, %s) ON CONFLICT (code) DO UPDATE SET label = excluded.label",
                told,
            )
