"""Old lines of the log leave by a purge that can be proved: the chain and its seals stay whole."""

import psycopg
import pytest
from django.core.management import CommandError, call_command

from consent import demo, kept
from consent.codes import digest_of_code
from tests.consent.people import ORAL, agent, log_of, make_dossier, open_the_part, person, seal
from tests.databases import as_owner


@pytest.fixture
def dossier(fresh_database, cast):
    """Five lines, sealed."""
    open_the_part(cast)
    dossier_id = make_dossier(cast.owner, cast.panier)
    with agent(cast.owner, cast.panier):
        kept.call("consent_make_card", dossier_id, demo.CARD, digest_of_code(demo.CODE))
    for _ in range(3):
        with person(dossier_id, demo.CARD):
            kept.own_dossier()
    seal(fresh_database)
    return dossier_id


def written_years_ago(name, years, lines):
    """The first lines, as if a clock had been wrong: their chain, heads and seals are made again."""
    with as_owner(name) as owner:
        owner.execute("ALTER TABLE consent_access DISABLE TRIGGER ALL")
        owner.execute("ALTER TABLE consent_seal DISABLE TRIGGER ALL")
        owner.execute("UPDATE consent_access SET at = at - make_interval(years => %s) WHERE seq <= %s", [years, lines])
        owner.execute(CHAINED_AGAIN)
        owner.execute("TRUNCATE consent_seal")
        owner.execute(TRIGGERS_AGAIN)
    seal(name)
    with as_owner(name) as owner:
        owner.execute("ALTER TABLE consent_seal DISABLE TRIGGER ALL")
        owner.execute("UPDATE consent_seal SET at = at - make_interval(years => %s)", [years])
        owner.execute("UPDATE consent_seal s SET hash = consent__seal_hash(s, NULL)")
        owner.execute(TRIGGERS_AGAIN)
        assert owner.execute("SELECT count(*) FROM consent_seal").fetchone() == (1,)
    assert kept.rows("consent_verify") == []


TRIGGERS_AGAIN = """
DO $$ DECLARE t pg_trigger; BEGIN
    FOR t IN SELECT * FROM pg_trigger WHERE tgrelid IN ('consent_access'::regclass, 'consent_seal'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.tgrelid::regclass, t.tgname);
    END LOOP;
END $$
"""
CHAINED_AGAIN = """
DO $$ DECLARE a consent_access; before bytea; last uuid; BEGIN
    FOR a IN SELECT * FROM consent_access ORDER BY dossier, seq LOOP
        before := CASE WHEN a.dossier IS DISTINCT FROM last THEN '\\x00'::bytea ELSE before END;
        before := sha256(before || consent__line(a));
        last := a.dossier;
        UPDATE consent_access SET hash = before WHERE id = a.id;
        UPDATE consent_accesshead SET hash = before WHERE dossier = a.dossier;
    END LOOP;
END $$
"""


def test_lines_of_three_years_leave_and_the_chain_stays_whole(dossier, fresh_database):
    written_years_ago(fresh_database, 4, 2)
    assert kept.call("consent_purge_log", True) == 2
    assert len(log_of(fresh_database, dossier)) == 5
    assert kept.call("consent_purge_log", False) == 2
    assert len(log_of(fresh_database, dossier)) == 3
    assert kept.rows("consent_verify") == []
    with person(dossier, demo.CARD):
        own = kept.own_dossier()
    assert own["purged_until"] == 2
    assert [line["seq"] for line in own["accesses"]] == [6, 5, 4, 3]
    seal(fresh_database)
    assert kept.rows("consent_verify") == []
    assert kept.call("consent_purge_log", False) == 0


def test_a_line_taken_after_a_purge_is_named(dossier, fresh_database):
    written_years_ago(fresh_database, 4, 2)
    kept.call("consent_purge_log", False)
    with as_owner(fresh_database) as owner:
        owner.execute("ALTER TABLE consent_access DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM consent_access WHERE seq = 3")
    assert {one["what"] for one in kept.rows("consent_verify")} == {"ligne", "scellé"}


def test_the_log_of_an_erased_dossier_leaves_a_year_later(cast, dossier, fresh_database):
    with agent(cast.owner, cast.panier):
        kept.call("consent_end", dossier, ORAL)
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent_dossier SET keep_withdrawn_at = now() - interval '30 days'")
    kept.call("consent_erase_due", False)
    seal(fresh_database)
    assert kept.call("consent_purge_log", False) == 0
    written_years_ago(fresh_database, 2, 100)
    assert kept.call("consent_purge_log", False) == 7
    assert log_of(fresh_database, dossier) == []
    assert kept.rows("consent_verify") == []


@pytest.mark.parametrize(
    "statement", ["DELETE FROM consent_access", "DELETE FROM consent_stub", "DELETE FROM consent_checkpoint"]
)
def test_nothing_leaves_otherwise(dossier, fresh_database, statement):
    written_years_ago(fresh_database, 4, 2)
    kept.call("consent_purge_log", False)
    with as_owner(fresh_database) as owner, pytest.raises(psycopg.errors.IntegrityError):
        owner.execute(statement)


def test_a_recent_line_does_not_leave_even_with_its_stub(dossier, fresh_database):
    with as_owner(fresh_database) as owner:
        owner.execute(f"INSERT INTO consent_stub {AS_STUBS}")
        with pytest.raises(psycopg.errors.IntegrityError):
            owner.execute("DELETE FROM consent_access")


AS_STUBS = "SELECT id, txid, dossier, seq, hash FROM consent_access"


@pytest.mark.parametrize("hidden", ["WHERE seq = 5", "WHERE seq < 3", ""])
def test_lines_hidden_behind_stubs_of_one_s_own_are_named(dossier, fresh_database, hidden):
    """By a superuser, who sets the head and a checkpoint right too: their seal is too young."""
    with as_owner(fresh_database) as owner:
        owner.execute("ALTER TABLE consent_access DISABLE TRIGGER ALL")
        owner.execute(f"INSERT INTO consent_stub {AS_STUBS} {hidden}")
        owner.execute(f"DELETE FROM consent_access {hidden}")
        owner.execute(
            "INSERT INTO consent_checkpoint SELECT DISTINCT ON (dossier) dossier, seq, hash, now() FROM consent_stub"
            " ORDER BY dossier, seq DESC"
        )
        owner.execute(
            "UPDATE consent_accesshead h SET (seq, hash) = (SELECT seq, hash FROM consent_access a"
            " WHERE a.dossier = h.dossier ORDER BY seq DESC LIMIT 1) WHERE EXISTS (SELECT 1 FROM consent_access)"
        )
    assert "purge" in {one["what"] for one in kept.rows("consent_verify")}


def test_on_another_server_the_log_goes_on(cast, dossier, fresh_database):
    """Its transactions count from further back: as if those of before had been numbered far ahead."""
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent__shift SET ahead = 1000000")
    with person(dossier, demo.CARD):
        kept.own_dossier()
    seal(fresh_database)
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent__shift SET ahead = 0")  # restored elsewhere
        owner.execute("SELECT consent__after_restore()")
    with person(dossier, demo.CARD):
        kept.own_dossier()
    seal(fresh_database)
    assert kept.rows("consent_verify") == []
    assert kept.rows("consent_last_seal")[0]["number"] == 3


def test_a_seal_noted_outside_is_compared(dossier, capsys):
    call_command("verify_access_log")
    told = capsys.readouterr().out
    number, noted = kept.rows("consent_last_seal")[0]["number"], kept.rows("consent_last_seal")[0]["hash"]
    assert f"n° {number}, empreinte {noted}" in told
    call_command("verify_access_log", "--sceau", str(number), "--empreinte", noted.upper())
    with pytest.raises(CommandError, match="n’est plus celui qui avait été noté"):
        call_command("verify_access_log", "--sceau", str(number), "--empreinte", "0" * 64)
    with pytest.raises(CommandError, match="n’est plus celui"):
        call_command("verify_access_log", "--sceau", "999", "--empreinte", noted)
