"""As the web role, in SQL: every table and every function of the dossiers, whoever one is, with whatever is at hand.

Tables and functions are those of the database when the test runs; what is drawn is the same at each run.
"""

import base64
import itertools
import random
import uuid
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from consent import codes, kept
from consent.codes import digest_of_code
from consent.models import Dossier, StructureOpening
from lemans_solidaire.network.models import Structure
from tests.cast import account
from tests.consent.people import (
    ONLINE,
    ORAL,
    add_entry,
    agent,
    ask_for_file,
    give_right,
    in_a_year,
    make_dossier,
    open_the_part,
    person,
)
from tests.databases import as_owner

DRAWN = 40  # calls of each function with arguments drawn at random, besides those with one argument changed
CARD, OTHER_CARD, CODE = "73519462", "15926483", "0123 4567 8901 2345 6789"
NAME, WANTS, CONTACT, HOUSING, MONEY, REMARK, QUESTION, WITNESS, PAPER, DANGER, ASKING = (
    f"canari-{letter * 3}" for letter in "abcdefghijk"
)
MANAGED = {  # by the portal's own pages
    "consent_opening", "consent_structureopening", "consent_dossierright", "consent_notice", "consent_term",
}  # fmt: skip
KEPT = (
    "dossier", "detail", "share", "entry", "agreement", "scan", "card", "question", "emergency", "hidden", "request",
    "requestpart",
)  # fmt: skip
READINGS = {"read", "refused", "entered", "exported"}
CHANGES = ("consent_hide", "consent_request")  # without a line of the dossier's log
PAST_EMERGENCY = """
    INSERT INTO consent_emergency (dossier_id, at, until, user_id, structure_id, why, review)
    VALUES (%(dossier)s, now() - interval '1 day', now() - interval '23 hours', %(user)s, %(at)s, %(why)s, '')
"""
FUNCTIONS = """
    SELECT proname, proargnames, array(SELECT format_type(kind, NULL) FROM unnest(proargtypes) kind)
      FROM pg_proc WHERE proname LIKE 'consent%%' AND has_function_privilege(oid, 'EXECUTE') ORDER BY proname
"""


@dataclass
class Scene:
    """A dossier of the Panier, full of planted words, shared with the Halte for housing; and one from elsewhere."""

    cast: object
    owner: object  # a connection of the database's owner
    dossier: uuid.UUID
    number: str
    elsewhere: Structure
    outsider: object
    other_dossier: uuid.UUID
    entry: uuid.UUID

    def planted(self):
        return {NAME, PAPER, DANGER, ASKING, *EVERYTHING, self.number}

    def listed(self):
        return {NAME, self.number}

    @contextmanager
    def acting(self, who):
        cast = self.cast
        acts = {
            "nobody": transaction.atomic(durable=True),
            "another agent": agent(self.outsider, self.elsewhere),
            "another person": person(self.other_dossier, OTHER_CARD),
            "the holder": agent(cast.owner, cast.panier),
            "a reader by sharing": agent(cast.stranger, cast.halte),
            "the person": person(self.dossier, CARD),
        }
        with acts[who]:
            yield

    def save(self):
        self.owner.execute("; ".join(f"CREATE TEMP TABLE saved_{name} AS TABLE consent_{name}" for name in KEPT))

    def restore(self):
        emptied = [f"DELETE FROM consent_{name}" for name in reversed(KEPT)]
        self.owner.execute("; ".join(emptied + [f"INSERT INTO consent_{name} TABLE saved_{name}" for name in KEPT]))

    def agreements(self):
        return [key for (key,) in self.owner.execute("SELECT agreement_id FROM saved_scan").fetchall()]

    def is_as_saved(self):
        return all(
            self.owner.execute(f"TABLE consent_{name} EXCEPT TABLE saved_{name}").fetchone() is None
            and self.owner.execute(f"TABLE saved_{name} EXCEPT TABLE consent_{name}").fetchone() is None
            for name in KEPT
        )

    def lines_of(self, transaction_id):
        return self.owner.execute(
            "SELECT dossier, action FROM consent_access WHERE txid = %s", [transaction_id]
        ).fetchall()


STRANGERS = ["nobody", "another agent", "another person"]
EVERYTHING = {WANTS, CONTACT, HOUSING, MONEY, REMARK, QUESTION, WITNESS, CARD}
READERS = {
    "the holder": {*EVERYTHING, PAPER},
    "a reader by sharing": {WANTS, CONTACT, HOUSING},
    "the person": {*EVERYTHING, PAPER, DANGER},
}
# What is put to the structure that holds the dossier, about its own acts and for its own answer.
PUT_TO_THE_HOLDER = {"consent_questions": {QUESTION}, "consent_emergencies": {DANGER}, "consent_requests": {ASKING}}


@pytest.fixture
def scene(fresh_database, cast):
    open_the_part(cast)
    elsewhere, outsider = Structure.objects.create(name="Ailleurs"), account("ailleurs@essai.test", "Alma Ailleurs")
    StructureOpening.objects.create(structure=elsewhere, signed_on=timezone.localdate(), by=cast.ccas)
    give_right(outsider, elsewhere)
    dossier_id = make_dossier(cast.owner, cast.panier, NAME, wants=WANTS, contact=CONTACT)
    other = make_dossier(outsider, elsewhere, "Autre")
    add_entry(cast.owner, cast.panier, dossier_id, HOUSING, "logement")
    add_entry(cast.owner, cast.panier, dossier_id, MONEY, "budget")
    with agent(cast.owner, cast.panier):
        kept.call("consent_make_card", dossier_id, CARD, digest_of_code(CODE))
        paper = {"scan": base64.b64encode(PAPER.encode()).decode(), "scan_kind": "application/pdf"}
        said = ORAL | {"witness": WITNESS, "interpreter": WITNESS} | paper
        assert kept.call("consent_share", dossier_id, cast.halte.pk, "logement", in_a_year(), said)
        number = Dossier.objects.get(pk=dossier_id).number
    with agent(outsider, elsewhere):
        kept.call("consent_make_card", other, OTHER_CARD, digest_of_code("1"))
    with person(dossier_id, CARD):
        entries = kept.own_dossier()["entries"]
        entry = next(uuid.UUID(entry["id"]) for entry in entries if entry["text"] == MONEY)
        assert kept.call("consent_remark", entry, REMARK)
        assert kept.call("consent_ask", 1, QUESTION)
    ask_for_file(cast.panier, called=ASKING)
    with as_owner(fresh_database) as owner:
        owner.execute(PAST_EMERGENCY, {"dossier": dossier_id, "user": outsider.pk, "at": elsewhere.pk, "why": DANGER})
        owner.execute("ANALYZE")
        made = Scene(cast, owner, dossier_id, number, elsewhere, outsider, other, entry)
        made.save()
        yield made


# What is tried


def functions():
    """[(name, [(argument, type)])] that the web role may call."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        return [(name, list(zip(names or [], kinds, strict=False))) for name, names, kinds in cursor.fetchall()]


def values(scene, name, kind):
    """What an argument may be: first what goes with the others, then what does not."""
    cast = scene.cast
    by_name = {
        "p_dossier": [scene.dossier, scene.other_dossier, scene.entry, uuid.uuid4()],
        "p_id": [uuid.uuid4(), scene.dossier, scene.other_dossier, scene.entry],
        "p_entry": [scene.entry, scene.dossier, uuid.uuid4()],
        "p_number": [CARD, scene.number, codes.new_number(), codes.new_card_number(), OTHER_CARD],
        "p_card": [CARD, OTHER_CARD],
        "p_structure": [cast.halte.pk, cast.panier.pk, scene.elsewhere.pk, -1],
        "p_user": [cast.owner.pk, cast.stranger.pk, scene.outsider.pk],
        "p_seq": [1, 2, 0, -1, 2**31 - 1],
        "p_version": [0, 1, -1, 2**31 - 1],
        "p_reason": ["demande", "", "x" * 21],
        "p_why": ["Un danger, ce soir, chez elle.", "Vite."],
        "p_agreement": [*scene.agreements(), -1],
        "p_action": ["read", "entered", "exported", "erased", ""],
        "p_kind": ["note", "agent", "person", "job", "x" * 11],
        "p_purpose": ["logement", "budget", "", "x" * 21],
    }
    by_type = {
        "uuid": [scene.dossier, scene.entry, uuid.uuid4()],
        "text": ["Un mot.", "", scene.number, CARD, "x" * 3000, "%"],
        "bigint": [1, cast.panier.pk, cast.owner.pk, -1, 2**62],
        "integer": [1, 0, -1, 2**31 - 1],
        "date": [in_a_year(), timezone.localdate(), "2020-01-01", "9999-12-31"],
        "jsonb": [ORAL, ONLINE, {}, {"how": None}, {"adults": "x", "how": "oral"}],
        "bytea": [digest_of_code(CODE), digest_of_code("1"), b""],
        "boolean": [True, False],
    }
    return [*(by_name.get(name) or by_type.get(kind, [])), None]


def calls(scene):
    """(name, types, arguments): all that go together, each one changed in turn, then drawn."""
    chance = random.Random(21)
    for name, arguments in functions():
        pools = [values(scene, *argument) for argument in arguments]
        usual = [pool[0] for pool in pools]
        changed = [[*usual[:n], value, *usual[n + 1 :]] for n, pool in enumerate(pools) for value in pool[1:]]
        drawn = [[chance.choice(pool) for pool in pools] for _ in range(DRAWN if pools else 0)]
        for given in [usual, *changed, *drawn]:
            yield name, [kind for _, kind in arguments], [kept.prepared(value) for value in given]


def attempt(scene, who, statement, arguments=()):
    """(what came back or what the refusal said, whether it was refused, the transaction)."""
    try:
        with scene.acting(who), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text")
            [number] = cursor.fetchone()
            came = []
            for one in statement.split("; "):
                cursor.execute(one, arguments)
                came += cursor.fetchall() if cursor.description else []
            return str(came), False, number
    except DatabaseError as refusal:
        return told(refusal), True, number


def told(refusal):
    """All that the server says of it, its details included."""
    diagnosis = refusal.__cause__.diag
    return " ".join(str(getattr(diagnosis, name)) for name in dir(diagnosis) if not name.startswith("_"))


def planted_in(scene, text, arguments=()):
    """The planted words that are there without having been given."""
    given = str(arguments)
    return {word for word in scene.planted() if word in text.lower() and word not in given}


def attempts(scene, who):
    """(function, arguments, planted words that came, whether refused, the dossier's lines of that transaction)."""
    for name, kinds, arguments in calls(scene):
        marks = ", ".join(f"%s::{kind}" for kind in kinds)
        text, is_refused, number = attempt(scene, who, f"SELECT * FROM {name}({marks})", arguments)
        lines = scene.lines_of(number)
        if {action for _, action in lines} - READINGS or name.startswith(CHANGES):
            scene.restore()
        own = [action for dossier_id, action in lines if dossier_id == scene.dossier]
        yield name, arguments, planted_in(scene, text, arguments), is_refused, own


def test_no_function_tells_a_word_to_whom_it_does_not_concern(scene):
    for who in STRANGERS:
        tried = set()
        for name, arguments, words, _, own in attempts(scene, who):
            tried.add(name)
            assert not words, (who, name, arguments)
            opened = {"emergency"} if (who, name) == ("another agent", "consent_open_in_emergency") else set()
            assert set(own) <= {"refused"} | opened, (who, name, arguments)
        assert tried == {name for name, _ in functions()}
    assert len(tried) > 15
    assert scene.is_as_saved()


def test_no_function_tells_a_word_without_a_line(scene):
    for who, expected in READERS.items():
        came = set()
        for name, arguments, words, is_refused, own in attempts(scene, who):
            if is_refused:
                continue
            words -= scene.listed()
            if who == "the holder":
                words -= PUT_TO_THE_HOLDER.get(name, set())
            assert not words or own, (who, name, arguments)
            came |= words
        assert came == expected, who


def test_no_refusal_tells_a_word(scene):
    found = set()
    for who in READERS:
        for name, _, words, is_refused, _ in attempts(scene, who):
            if is_refused and words - scene.listed():
                found.add((who, name))
    assert found == set()


# Tables

STATEMENTS = [
    "TABLE {}",
    "SELECT {} FROM {}",
    "SELECT count(*) FROM {} GROUP BY {}",
    "SELECT * FROM {} FOR UPDATE",
    "SELECT query_to_xml('TABLE {}', true, true, '')",
    "INSERT INTO {} DEFAULT VALUES",
    "INSERT INTO {} TABLE {} ON CONFLICT DO NOTHING RETURNING *",
    "DELETE FROM {} RETURNING *",
    "TRUNCATE {} CASCADE",
    "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
    "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
]
OF_A_COLUMN = [
    "SELECT {column} FROM {table}",
    "SELECT * FROM {table} WHERE {column}::text::int = 0",
    "UPDATE {table} SET {column} = {column} RETURNING {column}",
]
ELSEWHERE = [
    "SELECT * FROM pg_stats WHERE tablename LIKE 'consent%%'",
    "SET LOCAL row_security = off; TABLE consent_dossier",
]


def tables():
    """{name: its columns}"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, array_agg(attname::text) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relname LIKE 'consent%%' AND relkind IN ('r', 'v', 'm', 'p') AND attnum > 0 GROUP BY 1"
        )
        return dict(cursor.fetchall())


def statements():
    """(table, statement); those that the portal manages are only read."""
    for table, columns in tables().items():
        for statement in STATEMENTS:
            if table not in MANAGED or statement.startswith(("TABLE", "SELECT", "TRUNCATE", "ALTER")):
                yield table, statement.replace("{}", table)
        for statement, column in itertools.product(OF_A_COLUMN, columns):
            if table not in MANAGED or statement.startswith("SELECT"):
                yield table, statement.format(table=table, column=f'"{column}"')


def is_a_reading(table, statement):
    return table in {"consent_dossier", "consent_share", *MANAGED} and statement.startswith(("TABLE", "SELECT"))


def test_no_statement_reads_or_changes_what_is_kept(scene):
    """A list is all that a table gives, to those who may read the dossier."""
    for who in (*STRANGERS, *READERS):
        allowed, came = scene.listed() if who in READERS else set(), set()
        for table, statement in statements():
            text, is_refused, _ = attempt(scene, who, statement)
            words = planted_in(scene, text)
            assert words <= (allowed if table == "consent_dossier" else set()), (who, statement)
            assert is_refused or is_a_reading(table, statement), (who, statement)
            came |= words
        for statement in ELSEWHERE:
            assert not planted_in(scene, attempt(scene, who, statement)[0]) - allowed, (who, statement)
        assert came == allowed
    assert scene.is_as_saved()
