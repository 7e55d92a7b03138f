"""Words planted in a dossier, every address as every role: none comes out without its line, nor to anybody else."""

import subprocess
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from consent import demo, kept
from consent.codes import digest_of_code
from consent.models import Dossier
from lemans_solidaire.backup import server_major, tool
from tests.cast import sign_in
from tests.consent.people import (
    add_entry,
    agent,
    give_second_factor,
    make_dossier,
    open_the_part,
    person,
    share,
)
from tests.databases import as_owner, owner_url, with_name
from tests.project.permission_table import EVERYONE
from tests.project.test_permission_table import arguments, own_urls, release, user_of

PLANTED = [f"canari{number}" for number in range(6)]
WANTS, CONTACT, HOUSING, MONEY, REMARK, QUESTION = PLANTED


@pytest.fixture
def dossier(fresh_database, cast):
    """Of the Panier, shared with the Halte for housing; (id, number)."""
    open_the_part(cast)
    for user in (cast.owner, cast.stranger):
        give_second_factor(user)
    dossier_id = make_dossier(cast.owner, cast.panier, wants=WANTS, contact=CONTACT)
    add_entry(cast.owner, cast.panier, dossier_id, HOUSING, "logement")
    add_entry(cast.owner, cast.panier, dossier_id, MONEY, "budget")
    with agent(cast.owner, cast.panier):
        kept.call("consent_make_card", dossier_id, demo.CARD, digest_of_code(demo.CODE))
        number = Dossier.objects.get(pk=dossier_id).number
    with person(dossier_id, demo.CARD):
        contents = kept.own_dossier()
        money = next(entry["id"] for entry in contents["entries"] if entry["text"] == MONEY)
        kept.call("consent_remark", uuid.UUID(money), REMARK)
        kept.call("consent_ask", 1, QUESTION)
    share(cast.owner, cast.panier, dossier_id, cast.halte, "logement")
    return dossier_id, number


@pytest.fixture
def lines(dossier, fresh_database):
    """lines() counts those of the dossier's log, over one connection of the owner."""
    with as_owner(fresh_database) as owner:
        count = "SELECT count(*) FROM consent_access WHERE dossier = %s"
        yield lambda: owner.execute(count, dossier[:1]).fetchone()[0]


def browsers(cast):
    """{role: a browser}, and the person's."""
    found = {}
    for role in EVERYONE:
        found[role] = Client()
        if user := user_of(role, cast):
            sign_in(found[role], user)
    found["person"] = Client()
    found["person"].post("/mon-dossier/", {"number": demo.CARD, "code": demo.CODE})
    return found


BLOCKING = ("consent:block_card", "consent:card")  # the last ones: the person's card works no more


def walk(cast, number, lines, method="get"):
    """(role, address, canaries that came out, whether a line was written) for each address and role."""
    clients = browsers(cast)
    for role in ("owner", "stranger"):
        clients[role].post(f"/dossiers/{number}/", {"reason": "demande"})
    written = lines()
    for view, route in sorted(own_urls().items(), key=lambda item: item[0] in BLOCKING):
        if view == "consent:own_leave":
            continue
        url = reverse(view, kwargs=arguments(route, cast) | ({"number": number} if "<slug:number>" in route else {}))
        for role, client in clients.items():
            response = getattr(client, method)(url)
            content = b"".join(response) if response.streaming else response.content
            release(response)
            out = {word for word in PLANTED if word.encode() in content}
            before, written = written, lines()
            yield role, view, out, written > before


def test_no_word_comes_out_without_its_line_nor_to_anybody_else(dossier, cast, lines):
    _, number = dossier
    everything = set(PLANTED)
    allowed = {
        ("owner", "consent:dossier"): everything - {QUESTION},
        ("owner", "consent:write_words"): {WANTS},
        ("owner", "consent:dossiers"): {QUESTION},  # put to this structure, about its own reading
        ("stranger", "consent:dossier"): {WANTS, CONTACT, HOUSING},
        ("person", "consent:own"): everything,
        ("person", "consent:own_copy"): everything,
    }
    seen = {}
    for role, view, out, is_logged in walk(cast, number, lines):
        assert out == allowed.get((role, view), set()), (role, view)
        seen[role, view] = out
        assert is_logged or not out or view == "consent:dossiers", (role, view)
    assert set(allowed) <= set(seen)


def test_nothing_that_is_sent_brings_a_word_to_anybody_else(dossier, cast, lines):
    """Each address takes an empty form: what it answers has its line, or holds no word."""
    _, number = dossier
    may_read = {"owner": set(PLANTED), "stranger": {WANTS, CONTACT, HOUSING}, "person": set(PLANTED)}
    came = set()
    for role, view, out, is_logged in walk(cast, number, lines, "post"):
        assert out <= may_read.get(role, set()), (role, view)
        assert is_logged or not out, (role, view)
        came |= {(role, view)} if out else set()
    assert {("owner", "consent:add_entry"), ("stranger", "consent:add_entry"), ("person", "consent:own_words")} <= came


def test_once_withdrawn_no_word_comes_out_but_to_the_person(dossier, cast, lines):
    dossier_id, number = dossier
    with person(dossier_id, demo.CARD):
        kept.call("consent_end", dossier_id, {"how": "en-ligne"})
    for role, view, out, _ in walk(cast, number, lines):
        assert not out or role == "person" or (view == "consent:dossiers" and out == {QUESTION}), (role, view)


def test_once_erased_a_dump_holds_no_word_and_the_chain_is_whole(dossier, cast, fresh_database):
    dossier_id, number = dossier
    assert all(word in dump(fresh_database) for word in (*PLANTED, number))
    with person(dossier_id, demo.CARD):
        kept.call("consent_end", dossier_id, {"how": "en-ligne"})
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent_dossier SET keep_withdrawn_at = now() - interval '30 days'")
    assert kept.call("consent_erase_due", False) == 1
    left = dump(fresh_database)
    assert not [word for word in (*PLANTED, number, demo.CARD) if word in left]
    assert str(dossier_id) in left  # the lines of its log
    assert kept.rows("consent_verify") == []


def dump(name):
    """Everything that a backup of this database would hold, as text."""
    command = [tool("pg_dump", server_major()), "--inserts", with_name(owner_url(), name)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
