"""Dossiers at full size: row-level security beside the same queries with their WHERE. Run by `make bench`."""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from consent import kept
from consent.identity import enter_as_agent, proof
from consent.models import Dossier, StructureOpening
from lemans_solidaire.network.models import Structure
from tests import databases
from tests.cast import account, sign_in
from tests.consent.people import give_right, give_second_factor, open_the_part
from tests.databases import as_owner

DOSSIERS = int(os.environ.get("BENCH_DOSSIERS", 1_000_000))
STRUCTURES = 300
TIMES = 60

FILL = """
INSERT INTO consent_dossier (id, number, structure_id, called, search_name, created_at, kept_until)
SELECT gen_random_uuid(), lpad(g::text, 9, '0'),
       %(ids)s[1 + CASE WHEN random() < .2 THEN 0 ELSE floor(%(structures)s * power(random(), 1.5))::int END],
       initcap(substr(md5(g::text), 1, 7)), substr(md5(g::text), 1, 7), now() - random() * interval '690 days',
       current_date + CASE WHEN random() < .08 THEN -30 ELSE (random() * 360)::int END
  FROM generate_series(1, %(dossiers)s) g;
INSERT INTO consent_detail SELECT id, '', NULL, 1, 0, repeat('x', 100), '', '', 0 FROM consent_dossier;
INSERT INTO consent_share (dossier_id, structure_id, purpose, until, given_at)
SELECT d.id, %(ids)s[1 + floor(%(structures)s * random())::int], 'logement',
       current_date + CASE WHEN random() < .15 THEN -20 ELSE (random() * 300)::int END,
       now() - random() * interval '300 days'
  FROM consent_dossier d, generate_series(1, 2) k WHERE random() < .35 ON CONFLICT DO NOTHING;
"""
MAY_READ = """
    keep_withdrawn_at IS NULL AND kept_until >= consent_today() AND (structure_id = %(me)s
      OR EXISTS (SELECT 1 FROM consent_share s WHERE s.dossier_id = d.id AND s.structure_id = %(me)s
                    AND s.withdrawn_at IS NULL AND s.until >= consent_today()))
"""
COLUMNS = "id, number, structure_id, called, search_name, created_at, kept_until, keep_withdrawn_at"
ONE = f"SELECT {COLUMNS} FROM consent_dossier d WHERE id = %(one)s"
OWN = f"SELECT {COLUMNS} FROM consent_dossier d WHERE structure_id = %(me)s"
LAST = OWN + " {} ORDER BY created_at DESC, id DESC LIMIT 50"
NAME = OWN + " AND search_name >= 'abc' AND search_name < 'abd' {} ORDER BY search_name LIMIT 50"
QUERIES = {"un dossier": ONE + " {}", "les cinquante derniers": LAST, "un début de nom": NAME}


@pytest.fixture
def full(fresh_database, cast):
    """A million dossiers of three hundred structures: the Panier has a fifth of them, the last one few."""
    open_the_part(cast)
    structures = Structure.objects.bulk_create(Structure(name=f"Structure {n:03}") for n in range(STRUCTURES - 1))
    today = timezone.localdate()
    StructureOpening.objects.bulk_create(
        StructureOpening(structure=structure, signed_on=today, by=cast.ccas) for structure in structures
    )
    ids = [cast.panier.pk, *(structure.pk for structure in structures)]
    with as_owner(fresh_database) as owner:
        arguments = {"ids": ids, "structures": STRUCTURES, "dossiers": DOSSIERS}
        for statement in FILL.split(";")[:-1]:
            owner.execute(statement, arguments)
        owner.execute("VACUUM ANALYZE consent_dossier")
        owner.execute("VACUUM ANALYZE consent_share")
        owner.execute("VACUUM ANALYZE consent_detail")
    few = account("few@essai.test", "Félix Few")
    give_right(few, structures[-1])
    return {"large": (cast.owner, cast.panier), "small": (few, structures[-1])}


def medians(*acts):
    """Milliseconds of each act, taken in turn: what disturbs one disturbs the others."""
    durations = [[] for _ in acts]
    for _ in range(TIMES):
        for act, own in zip(acts, durations, strict=True):
            start = time.perf_counter()
            act()
            own.append((time.perf_counter() - start) * 1000)
    return [statistics.median(own) for own in durations]


def test_row_level_security_beside_its_where(full, fresh_database):
    for size, (user, structure) in full.items():
        with as_owner(fresh_database) as owner:
            one = owner.execute(
                "SELECT id FROM consent_dossier WHERE structure_id = %s AND kept_until >= current_date LIMIT 1",
                [structure.pk],
            ).fetchone()[0]
            arguments = {"me": structure.pk, "one": one}
            with transaction.atomic():
                enter_as_agent(user, structure.pk)
                compare(size, connections["default"].connection, owner, arguments)


def compare(size, web, owner, arguments):
    for label, query in QUERIES.items():
        ours, theirs = query.format(""), query.format(f"AND {MAY_READ}")

        def ruled(q=ours):
            return web.execute(q, arguments).fetchall()

        def plain(q=theirs):
            return owner.execute(q, arguments).fetchall()

        assert ruled() == plain()
        with_rules, without = medians(ruled, plain)
        ratio = with_rules / without
        print(f"\n| {label}, {size} | {with_rules:.2f} ms | {without:.2f} ms | {ratio:.2f} |", end="")


def test_pages(full, fresh_database):
    """Each page with the protection of lines, then without, in turn."""
    for size, (user, structure) in full.items():
        give_second_factor(user)
        client = Client()
        sign_in(client, user)
        with transaction.atomic():
            enter_as_agent(user, structure.pk)
            number = Dossier.objects.filter(structure=structure).order_by("-created_at")[0].number
        client.post(f"/dossiers/{number}/", {"reason": "demande"})
        for label, url in (
            ("liste", ""),
            ("partagés", "?partages"),
            ("recherche", "?q=abc"),
            ("un dossier", f"{number}/"),
        ):
            told(f"{label}, {size}", lambda url=url, client=client: client.get(f"/dossiers/{url}"), fresh_database)


def told(label, act, name):
    durations = {"ENABLE": [], "DISABLE": []}
    with as_owner(name) as owner:
        for _ in range(TIMES):
            for protection, own in durations.items():
                for table in ("consent_dossier", "consent_share"):
                    owner.execute(f"ALTER TABLE {table} {protection} ROW LEVEL SECURITY")
                start = time.perf_counter()
                assert act().status_code == 200
                own.append((time.perf_counter() - start) * 1000)
        for table in ("consent_dossier", "consent_share"):
            owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    protected, bare = (statistics.median(own) for own in durations.values())
    p95 = statistics.quantiles(durations["ENABLE"], n=20)[-1]
    print(f"\n| page {label} | {protected:.0f} ms | p95 {p95:.0f} ms | {protected / bare:.2f} |", end="")


@pytest.mark.parametrize("clients", [8, 32])
def test_readings_logged_by_second(full, fresh_database, clients):
    user, structure = full["large"]
    with as_owner(fresh_database) as owner:
        ids = [
            row[0]
            for row in owner.execute(
                "SELECT id FROM consent_dossier WHERE structure_id = %s LIMIT 5000", [structure.pk]
            )
        ]
    url, seconds = databases.with_name(os.environ["DATABASE_URL"], fresh_database), 5

    def read(number):
        done, until = 0, time.monotonic() + seconds
        with psycopg.connect(url, autocommit=True) as web:
            while time.monotonic() < until:
                with web.transaction():
                    here = web.execute("SELECT pg_backend_pid(), pg_current_xact_id()::text").fetchone()
                    expires = int(time.time()) + 60
                    message = "|".join(map(str, ["agent", user.pk, structure.pk, "", "", expires, *here]))
                    web.execute(
                        "SELECT consent_enter('agent', %s, %s, NULL, '', %s, %s)",
                        [user.pk, structure.pk, expires, proof(message)],
                    )
                    web.execute("SELECT consent_open(%s, 'demande')", [ids[(number * 997 + done) % len(ids)]])
                done += 1
        return done

    with ThreadPoolExecutor(clients) as pool:
        done = sum(pool.map(read, range(clients)))
    assert kept.rows("consent_verify") == []
    print(f"\n| lectures notées, {clients} clients | {done / seconds:.0f} par seconde | |", end="")


def test_a_million_lines_are_verified(fresh_database, cast):
    """Written straight into the log by its owner, whose trigger chains them."""
    with as_owner(fresh_database) as owner:
        start = time.perf_counter()
        owner.execute(
            "INSERT INTO consent_access (dossier, seq, at, txid, actor, action, reason, hash)"
            " SELECT ('00000000-0000-0000-0000-' || lpad((g %% 50000)::text, 12, '0'))::uuid,"
            " 0, now(), 0, 'job', 'read', '', ''"
            " FROM generate_series(1, %s) g",
            [DOSSIERS],
        )
        print(f"\n| écrire {DOSSIERS} lignes | {time.perf_counter() - start:.0f} s | |", end="")
        start = time.perf_counter()
        kept.call("consent_seal_now")
        print(f"\n| les sceller | {time.perf_counter() - start:.1f} s | |", end="")
    start = time.perf_counter()
    assert kept.rows("consent_verify") == []
    print(f"\n| les vérifier | {time.perf_counter() - start:.0f} s | |", end="")
