"""What PostgreSQL itself keeps, asked in SQL as the web role; each in a database really committed to."""

import hmac
import os
import threading
import time
import uuid

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from consent import codes, kept
from consent.codes import digest_of_code
from consent.identity import enter_as_agent, enter_as_person, proof
from consent.models import Dossier, DossierRight, Share, StructureOpening
from tests import databases
from tests.consent.people import (
    ONLINE,
    ORAL,
    add_entry,
    age,
    agent,
    give_right,
    in_a_year,
    log_of,
    make_dossier,
    open_the_part,
    person,
    seal,
    share,
    visible,
)
from tests.databases import as_owner

CODE = "0123 4567 8901 2345 6789"
DETAILS = ["detail", "entry", "agreement", "card", "access", "accesshead", "seal", "question", "_key", "_identity"]


@pytest.fixture
def people(fresh_database, cast):
    open_the_part(cast)
    return cast


@pytest.fixture
def dossier(people):
    return make_dossier(people.owner, people.panier, wants="Un logement.")


@pytest.fixture
def card(people, dossier):
    with agent(people.owner, people.panier):
        kept.call("consent_make_card", dossier, "12345678", digest_of_code(CODE))
    return "12345678"


def refused(statement, *arguments):
    why = "permission denied|droit refusé"
    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


# Without identity


def test_without_identity_there_is_nothing(dossier):
    assert visible() == set()
    assert not Dossier.objects.exists()
    assert not Share.objects.exists()
    with transaction.atomic():
        assert kept.open_dossier(dossier, "rendez-vous") is None
        assert kept.own_dossier() is None


@pytest.mark.parametrize("table", DETAILS)
def test_details_are_read_and_written_by_nobody_directly(dossier, people, table):
    with agent(people.owner, people.panier):
        refused(f"SELECT 1 FROM consent_{table}")
        refused(f"DELETE FROM consent_{table}")
        refused(f"TRUNCATE consent_{table} CASCADE")


@pytest.mark.parametrize("table", ["dossier", "share"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET id = id", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {} CASCADE"]
)
def test_what_is_read_is_not_written(dossier, people, table, change):
    with agent(people.owner, people.panier):
        refused(change.format(f"consent_{table}"))


def test_no_inner_function_is_the_web_roles(dossier):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'consent%%' AND has_function_privilege(oid, 'EXECUTE')"
        )
        open_to_us = {name for (name,) in cursor.fetchall()}
    assert open_to_us
    assert not {name for name in open_to_us if name.startswith("consent__")}
    refused("SELECT consent__log(%s, 'read')", dossier)


def test_every_function_above_the_lines_has_a_fixed_path(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'consent%%' AND prosecdef"
            " AND NOT coalesce(proconfig::text, '') LIKE '%%search_path=public, pg_temp%%'"
        )
        assert cursor.fetchall() == []


# A forged identity


def enter_with(proof_of, **changes):
    """consent_enter with a proof made by `proof_of(message)`, in this very transaction unless told otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_current_xact_id()::text")
        pid, txid = cursor.fetchone()
        told = {
            "kind": "agent",
            "user": None,
            "structure": None,
            "dossier": None,
            "card": "",
            "expires": int(time.time()) + 60,
        }
        told |= {"pid": pid, "txid": txid} | changes
        message = "|".join("" if part is None else str(part) for part in told.values())
        cursor.execute(
            "SELECT consent_enter(%s, %s, %s, %s, %s, %s, %s)", [*list(told.values())[:6], proof_of(message)]
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "forged",
    [
        lambda message: b"",
        lambda message: None,
        lambda message: hmac.digest(b"another key", message.encode(), "sha256"),
    ],
)
def test_a_forged_identity_is_refused(people, dossier, forged):
    with pytest.raises(DatabaseError, match="identité refusée"), transaction.atomic():
        enter_with(forged, user=people.owner.pk, structure=people.panier.pk)
    assert visible() == set()


@pytest.mark.parametrize("change", [{"pid": 1}, {"txid": "1"}, {"expires": 1}])
def test_a_proof_serves_once_here_and_now(people, dossier, change):
    """Made for another process, for another transaction, or too old: signed, and refused all the same."""
    with pytest.raises(DatabaseError, match="identité refusée"), transaction.atomic():
        enter_with(proof, user=people.owner.pk, structure=people.panier.pk, **change)


def test_a_setting_of_the_session_opens_nothing(dossier, people):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('consent.structure', %s, true)", [str(people.panier.pk)])
        assert visible() == set()


def test_a_transaction_has_one_identity_and_the_next_one_none(dossier, people):
    with agent(people.owner, people.panier):
        assert visible() == {dossier}
        with pytest.raises(DatabaseError, match="une seule identité"), transaction.atomic():
            enter_as_agent(people.stranger, people.halte.pk)
    assert visible() == set()


def test_an_agent_without_the_right_in_force_does_not_enter(people, dossier):
    def enters(user, structure):
        with transaction.atomic():
            return enter_as_agent(user, structure.pk)

    assert enters(people.owner, people.panier)
    assert not enters(people.owner, people.halte)
    assert not enters(people.teammate, people.panier)
    rights = DossierRight.objects.filter(user=people.owner)
    rights.update(since="2020-01-01", until="2020-01-02", signed_on="2020-01-01")
    assert not enters(people.owner, people.panier)
    rights.update(until=in_a_year(), ended_at=timezone.now())
    assert not enters(people.owner, people.panier)
    rights.update(ended_at=None)
    assert enters(people.owner, people.panier)
    StructureOpening.objects.filter(structure=people.panier).update(closed_on="2020-01-01")
    assert not enters(people.owner, people.panier)


# Who reads


def test_the_holder_reads_and_each_reading_has_its_line(people, dossier, fresh_database):
    with agent(people.owner, people.panier):
        assert visible() == {dossier}
        contents = kept.open_dossier(dossier, "rendez-vous")
    assert (contents["wants"], contents["access"]) == ("Un logement.", "holder")
    read = ("read", "agent", people.owner.pk, people.panier.pk, "rendez-vous")
    assert log_of(fresh_database, dossier)[1:] == [read]


def test_no_reason_no_reading(people, dossier):
    with agent(people.owner, people.panier):
        assert kept.open_dossier(dossier, "") is None


def test_another_structure_reads_nothing_and_its_attempt_has_its_line(people, dossier, fresh_database):
    with agent(people.stranger, people.halte):
        assert visible() == set()
        assert kept.open_dossier(dossier, "demande") is None
        assert kept.open_dossier(uuid.uuid4(), "demande") is None
    assert log_of(fresh_database, dossier)[-1] == ("refused", "agent", people.stranger.pk, people.halte.pk, "demande")


def test_a_sharing_shows_its_purpose_and_nothing_of_the_agreements(people, dossier, card):
    add_entry(people.owner, people.panier, dossier, "Demande de logement.", "logement")
    add_entry(people.owner, people.panier, dossier, "Dettes.", "budget")
    assert share(people.owner, people.panier, dossier, people.halte, "logement")
    with agent(people.stranger, people.halte):
        assert visible() == {dossier}
        contents = kept.open_dossier(dossier, "relais")
        assert not kept.call("consent_add_entry", dossier, uuid.uuid4(), "note", "budget", "Un mot.")
        assert kept.call("consent_add_entry", dossier, uuid.uuid4(), "note", "logement", "Un mot.")
    assert [entry["text"] for entry in contents["entries"]] == ["Demande de logement."]
    assert (contents["access"], contents["agreements"], contents["card"]) == ("shared", [], None)
    assert [one["structure_id"] for one in contents["shares"]] == [people.halte.pk]


def test_taking_a_sharing_back_works_at_the_next_request(people, dossier, card):
    share(people.owner, people.panier, dossier, people.halte)
    with person(dossier, card):
        assert kept.call("consent_unshare", dossier, people.halte.pk, ONLINE)
    with agent(people.stranger, people.halte):
        assert visible() == set()
        assert kept.open_dossier(dossier, "relais") is None


def test_a_reader_by_sharing_decides_nothing(people, dossier):
    share(people.owner, people.panier, dossier, people.halte)
    with agent(people.stranger, people.halte):
        assert not kept.call("consent_share", dossier, people.panier.pk, "budget", in_a_year(), ORAL)
        assert not kept.call("consent_unshare", dossier, people.halte.pk, ORAL)
        assert not kept.call("consent_end", dossier, ORAL)
        assert not kept.call("consent_renew", dossier, in_a_year(), ORAL)
        assert not kept.call("consent_make_card", dossier, "99999999", b"x")
        assert kept.call("consent_write_words", dossier, "x", "", "", 0) is None


def test_an_agreement_lasts_twelve_months_at_most(people, dossier):
    with agent(people.owner, people.panier):
        for until in ("2020-01-01", "2099-01-01"):
            assert not kept.call("consent_share", dossier, people.halte.pk, "logement", until, ORAL)
            assert not kept.call("consent_renew", dossier, until, ORAL)
            arguments = (uuid.uuid4(), codes.new_number(), "Ana", "ana", until, {}, ORAL)
            assert kept.call("consent_create", *arguments) is None


def test_an_agent_notes_an_agreement_and_never_signs_for_the_person(people, dossier, card):
    with agent(people.owner, people.panier):
        assert not kept.call("consent_share", dossier, people.halte.pk, "logement", in_a_year(), ONLINE)
    with person(dossier, card):
        assert not kept.call("consent_share", dossier, people.halte.pk, "logement", in_a_year(), ORAL)
        assert kept.call("consent_share", dossier, people.halte.pk, "logement", in_a_year(), ONLINE)


def test_a_structure_whose_part_is_not_open_receives_nothing(people, dossier):
    StructureOpening.objects.filter(structure=people.halte).update(closed_on="2020-01-01")
    assert not share(people.owner, people.panier, dossier, people.halte)


# When the agreement ends


def test_an_agreement_that_ended_locks_and_is_renewed(people, dossier, fresh_database):
    share(people.owner, people.panier, dossier, people.halte)
    age(fresh_database, dossier)
    for user, structure in ((people.owner, people.panier), (people.stranger, people.halte)):
        with agent(user, structure):
            assert visible() == set()
            assert kept.open_dossier(dossier, "rendez-vous") is None
    with agent(people.stranger, people.halte):
        assert kept.rows("consent_locked") == []
    with agent(people.owner, people.panier):
        [locked] = kept.rows("consent_locked")
        assert (locked["id"], set(locked)) == (dossier, {"id", "number", "called", "kept_until"})
        assert kept.call("consent_renew", dossier, in_a_year(), ORAL)
        assert visible() == {dossier}


def test_taking_it_back_closes_to_all_at_once_but_the_person(people, dossier, card):
    share(people.owner, people.panier, dossier, people.halte)
    with person(dossier, card):
        assert kept.call("consent_end", dossier, ONLINE)
    for user, structure in ((people.owner, people.panier), (people.stranger, people.halte)):
        with agent(user, structure):
            assert visible() == set()
            assert kept.rows("consent_locked") == []
            assert not kept.call("consent_renew", dossier, in_a_year(), ORAL)
    with person(dossier, card):
        assert kept.own_dossier()["wants"] == "Un logement."


def test_it_is_erased_and_the_chain_stays_whole(people, dossier, card, fresh_database):
    add_entry(people.owner, people.panier, dossier, "Une note.")
    with person(dossier, card):
        kept.call("consent_end", dossier, ONLINE)
    assert kept.call("consent_erase_due", False) == 0
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent_dossier SET keep_withdrawn_at = now() - interval '30 days'")
        assert kept.call("consent_erase_due", True) == 1
        assert kept.call("consent_erase_due", False) == 1
        for table in ("dossier", "detail", "entry", "agreement", "share", "card", "question"):
            assert owner.execute(f"SELECT count(*) FROM consent_{table}").fetchone() == (0,)
    assert log_of(fresh_database, dossier)[-1] == ("erased", "job", None, None, "")
    assert kept.rows("consent_verify") == []


# The person


def test_a_card_opens_its_dossier_until_it_is_blocked(people, dossier, card):
    right = digest_of_code(CODE)
    assert kept.call("consent_card_opens", card, right) == dossier
    assert kept.call("consent_card_opens", card, digest_of_code("0")) is None
    assert kept.call("consent_card_opens", "00000000", right) is None
    share(people.owner, people.panier, dossier, people.halte)
    with agent(people.stranger, people.halte):
        assert kept.call("consent_block_card", dossier)  # whoever reads it
    assert kept.call("consent_card_opens", card, right) is None
    with transaction.atomic():
        assert not enter_as_person(dossier, card)


def test_a_new_card_ends_the_one_before(people, dossier, card):
    with agent(people.owner, people.panier):
        kept.call("consent_make_card", dossier, "87654321", digest_of_code("1"))
    assert kept.call("consent_card_opens", card, digest_of_code(CODE)) is None


def test_the_person_sees_who_read_by_structure_and_role(people, dossier, card):
    with agent(people.owner, people.panier):
        kept.open_dossier(dossier, "rendez-vous")
    with person(dossier, card):
        accesses = kept.own_dossier("entered")["accesses"]
    told = [(one["seq"], one["actor"], one["structure"], one["role"], one["action"], one["reason"]) for one in accesses]
    panier = people.panier.name
    assert told == [
        (4, "person", None, None, "entered", ""),
        (3, "agent", panier, "volunteer", "read", "rendez-vous"),
        (2, "agent", panier, "volunteer", "card", ""),
        (1, "agent", panier, "volunteer", "created", ""),
    ]
    assert people.owner.full_name not in str(accesses)


def test_a_question_about_a_reading_goes_to_whoever_read(people, dossier, card):
    share(people.owner, people.panier, dossier, people.halte)
    with agent(people.stranger, people.halte):
        kept.open_dossier(dossier, "relais")
    with person(dossier, card):
        seq = kept.own_dossier()["accesses"][1]["seq"]
        assert kept.call("consent_ask", seq, "Pourquoi ?")
        assert not kept.call("consent_ask", seq, "Encore ?")
        assert not kept.call("consent_ask", 99, "Quoi ?")
    with agent(people.owner, people.panier):
        assert kept.rows("consent_questions") == []
        assert not kept.call("consent_answer", dossier, seq, "À la place d’un autre.")
    with agent(people.stranger, people.halte):
        [question] = kept.rows("consent_questions")
        assert (question["question"], question["reason"]) == ("Pourquoi ?", "relais")
        assert kept.call("consent_answer", dossier, seq, "Pour préparer le relais.")
    with person(dossier, card):
        assert kept.own_dossier()["questions"][0]["answer"] == "Pour préparer le relais."


def test_words_are_never_written_over(people, dossier, card):
    with person(dossier, card):
        assert kept.call("consent_write_words", dossier, "Un toit.", "Cuisiner.", "", 0) is True
        assert kept.call("consent_write_words", dossier, "Autre.", "", "", 0) is False
        assert kept.own_dossier()["wants"] == "Un toit."


def test_the_same_form_sent_twice_makes_one_dossier(people):
    arguments = (uuid.uuid4(), codes.new_number(), "Ana", "ana", in_a_year(), {}, ORAL)
    for _ in range(2):
        with agent(people.owner, people.panier):
            assert kept.call("consent_create", *arguments) == arguments[1]
    with agent(people.stranger, people.halte):
        assert kept.call("consent_create", *arguments) is None  # nor does it say that it exists
    with agent(people.owner, people.panier):
        assert len(visible()) == 1


# The log


@pytest.mark.parametrize("table", ["access", "seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET hash = hash", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_log_never_changes_even_for_its_owner(people, dossier, fresh_database, table, change):
    seal(fresh_database)
    with as_owner(fresh_database) as owner, pytest.raises(psycopg.Error, match="ne se modifie pas"):
        owner.execute(change.format(f"consent_{table}"))


def as_superuser(name):
    return psycopg.connect(databases.with_name(os.environ["DATABASE_SUPERUSER_URL"], name), autocommit=True)


needs_superuser = pytest.mark.skipif("DATABASE_SUPERUSER_URL" not in os.environ, reason="plays a superuser")


@needs_superuser
@pytest.mark.parametrize("change", ["UPDATE consent_access SET action = 'read'", "DELETE FROM consent_access"])
def test_a_superuser_in_replica_mode_is_stopped(people, dossier, fresh_database, change):
    with as_superuser(fresh_database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error, match="ne se modifie pas"):
            superuser.execute(change)


TAMPERED = {
    "a line": ("UPDATE consent_access SET reason = 'relais' WHERE seq = 2", "ligne"),
    "a line taken out": ("DELETE FROM consent_access WHERE seq = 2", "ligne"),
    "the last line": ("DELETE FROM consent_access WHERE seq = 3", "tête"),
    "the last line and its head": (
        "DELETE FROM consent_access WHERE seq = 3;"
        "UPDATE consent_accesshead h SET seq = 2, hash = a.hash FROM consent_access a"
        " WHERE a.dossier = h.dossier AND a.seq = 2",
        "scellé",
    ),
    "a whole dossier": ("DELETE FROM consent_access; DELETE FROM consent_accesshead", "scellé"),
    "a seal": ("DELETE FROM consent_seal WHERE number = 1", "scellé"),
}


@needs_superuser
@pytest.mark.parametrize("what", TAMPERED)
def test_whoever_disables_the_triggers_is_named(people, dossier, fresh_database, what):
    statements, told = TAMPERED[what]
    for _ in range(2):
        with agent(people.owner, people.panier):
            kept.open_dossier(dossier, "rendez-vous")
        seal(fresh_database)
    assert kept.rows("consent_verify") == []
    with as_superuser(fresh_database) as superuser:
        for table in ("consent_access", "consent_seal"):
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements.split(";"):
            superuser.execute(statement)
    assert told in {row["what"] for row in kept.rows("consent_verify")}


def test_a_right_given_to_two_people_reads_the_same_lines(people, dossier):
    give_right(people.teammate, people.panier)
    with agent(people.teammate, people.panier):
        assert visible() == {dossier}


# At the same moment


@pytest.mark.parametrize(("act", "more"), [("consent_unshare", True), ("consent_end", False)])
def test_whoever_opens_while_it_is_taken_back_reads_nothing(people, dossier, card, fresh_database, act, more):
    """The reading waits for the withdrawal, then finds it."""
    share(people.owner, people.panier, dossier, people.halte)
    taken_back = threading.Event()

    def take_back():
        try:
            with person(dossier, card):
                assert kept.call(act, dossier, *([people.halte.pk] if more else []), ONLINE)
                taken_back.set()
                time.sleep(1)  # its page is being made
        finally:
            connection.close()

    thread = threading.Thread(target=take_back)
    thread.start()
    assert taken_back.wait(20)
    with agent(people.stranger, people.halte):
        assert kept.open_dossier(dossier, "demande") is None
    thread.join()
    assert log_of(fresh_database, dossier)[-1][0] == "refused"


def test_an_erased_dossier_s_identifier_serves_no_more(people, dossier, fresh_database):
    with agent(people.owner, people.panier):
        kept.call("consent_end", dossier, ORAL)
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent_dossier SET keep_withdrawn_at = now() - interval '30 days'")
    kept.call("consent_erase_due", False)
    with agent(people.owner, people.panier):
        again = (dossier, codes.new_number(), "Zoé", "zoé", in_a_year(), {}, ORAL)
        assert kept.call("consent_create", *again) is None


def test_a_yes_is_said_as_whoever_acts_may_say_it(people, dossier, card):
    share(people.owner, people.panier, dossier, people.halte)
    for how in (ONLINE, {"how": "télépathie"}, {}):
        with agent(people.owner, people.panier):
            assert not kept.call("consent_share", dossier, people.halte.pk, "budget", in_a_year(), how)
            assert not kept.call("consent_unshare", dossier, people.halte.pk, how)
            assert not kept.call("consent_renew", dossier, in_a_year(), how)
            assert not kept.call("consent_end", dossier, how)
    with person(dossier, card):
        assert not kept.call("consent_end", dossier, ORAL)


@pytest.mark.parametrize("again", [("consent_renew",), ("consent_share", "halte", "budget")])
def test_a_second_click_is_one_yes(people, dossier, fresh_database, again):
    name, *more = again
    arguments = [people.halte.pk if one == "halte" else one for one in more]
    for _ in range(2):
        with agent(people.owner, people.panier):
            assert kept.call(name, dossier, *arguments, timezone.localdate(), ORAL)
    with as_owner(fresh_database) as owner:
        assert owner.execute("SELECT count(*) FROM consent_agreement").fetchone() == (2,)


def test_a_line_sent_again_with_other_words_is_not_said_to_be_kept(people, dossier):
    key = uuid.uuid4()
    with agent(people.owner, people.panier):
        said = [
            kept.call("consent_add_entry", dossier, key, "note", "logement", words)
            for words in ("Un mot.", "Un mot.", "Un autre.")
        ]
    assert said == [True, True, None]
