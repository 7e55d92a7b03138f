"""A danger: a dossier opened for an hour without agreement, told to the person, read over by its structure."""

import pytest
from django.test import Client

from consent import demo, kept
from consent.codes import digest_of_code
from tests.cast import sign_in
from tests.consent.people import (
    ORAL,
    add_entry,
    age,
    agent,
    give_right,
    log_of,
    make_dossier,
    number_of,
    open_in_emergency,
    person,
    visible,
)
from tests.databases import as_owner

WHY = "Elle m’a appelé, il est chez elle et menace."
CANARY = "Canari-jaune"


@pytest.fixture
def dossier(people):
    """(id, number), with one line for housing."""
    dossier_id = make_dossier(people.owner, people.panier, wants=CANARY)
    add_entry(people.owner, people.panier, dossier_id, "Une ligne.", "logement")
    return dossier_id, number_of(people.owner, people.panier, dossier_id)


def read(user, structure, dossier_id):
    with agent(user, structure):
        return kept.open_dossier(dossier_id, "demande")


def an_hour_later(name):
    with as_owner(name) as owner:
        owner.execute(
            "UPDATE consent_emergency SET until = until - interval '61 minutes', at = at - interval '61 minutes'"
        )


def test_it_opens_for_an_hour_and_for_that_agent_alone(people, dossier, fresh_database):
    dossier_id, number = dossier
    assert read(people.stranger, people.halte, dossier_id) is None
    assert open_in_emergency(people.stranger, people.halte, number, WHY) == dossier_id
    contents = read(people.stranger, people.halte, dossier_id)
    assert contents["access"] == "emergency"
    assert contents["entries"]
    assert (contents["agreements"], contents["shares"], contents["card"]) == ([], [], None)
    with agent(people.stranger, people.halte):
        assert visible() == {dossier_id}
    an_hour_later(fresh_database)
    assert read(people.stranger, people.halte, dossier_id) is None
    with agent(people.stranger, people.halte):
        assert visible() == set()
    assert [line[0] for line in log_of(fresh_database, dossier_id)][2:] == ["refused", "emergency", "read", "refused"]
    assert log_of(fresh_database, dossier_id)[4][4] == "danger"


def test_it_writes_nothing(people, dossier):
    dossier_id, number = dossier
    open_in_emergency(people.stranger, people.halte, number, WHY)
    assert not add_entry(people.stranger, people.halte, dossier_id, "Une autre.", "logement")
    with agent(people.stranger, people.halte):
        assert kept.call("consent_write_words", dossier_id, "a", "b", "c", 0) is None
        assert not kept.call("consent_block_card", dossier_id)
        assert not kept.call("consent_unshare", dossier_id, people.halte.pk, ORAL)
        assert not kept.call("consent_end", dossier_id, ORAL)
        assert not kept.call("consent_make_card", dossier_id, "12345678", b"x")


def test_what_it_does_not_open(people, dossier):
    dossier_id, number = dossier
    assert open_in_emergency(people.owner, people.panier, number, WHY) is None  # already theirs to read
    assert open_in_emergency(people.stranger, people.halte, "0000-0000", WHY) is None
    assert open_in_emergency(people.stranger, people.halte, number, "Urgent.") is None
    with agent(people.owner, people.panier):
        kept.call("consent_end", dossier_id, ORAL)
    assert open_in_emergency(people.stranger, people.halte, number, WHY) is None  # taken back: closed to all


def test_it_opens_one_whose_agreement_came_to_its_end(people, dossier, fresh_database):
    dossier_id, number = dossier
    age(fresh_database, dossier_id)
    assert read(people.stranger, people.halte, dossier_id) is None
    open_in_emergency(people.stranger, people.halte, number, WHY)
    assert read(people.stranger, people.halte, dossier_id)["access"] == "emergency"
    with person_of(people, dossier_id, fresh_database):
        kept.call("consent_end", dossier_id, {"how": "en-ligne"})
    assert read(people.stranger, people.halte, dossier_id) is None  # at the next request


def person_of(people, dossier_id, name):
    with as_owner(name) as owner:
        owner.execute(
            "INSERT INTO consent_card (number, dossier_id, digest, made_at, made_by_id) VALUES (%s, %s, %s, now(), %s)",
            [demo.CARD, dossier_id, digest_of_code(demo.CODE), people.owner.pk],
        )
    return person(dossier_id, demo.CARD)


def test_five_a_day_for_one_account(people):
    numbers = [number_of(people.owner, people.panier, make_dossier(people.owner, people.panier)) for _ in range(6)]
    opened = [open_in_emergency(people.stranger, people.halte, number, WHY) for number in numbers]
    assert [bool(one) for one in opened] == [True] * 5 + [False]


def test_the_holder_reads_it_over_and_the_person_sees_both(people, dossier, fresh_database):
    dossier_id, number = dossier
    client = Client()
    sign_in(client, people.stranger)
    page = client.post("/dossiers/urgence/", {"number": number.replace("-", " "), "why": WHY}, follow=True)
    assert "Ouvert en urgence, pour une heure" in page.content.decode()
    assert CANARY in page.content.decode()
    assert "Ajouter une ligne" not in page.content.decode()
    with agent(people.stranger, people.halte):
        assert kept.rows("consent_emergencies") == []
    holder = Client()
    sign_in(holder, people.owner)
    assert "1 ouverture d’urgence est à relire" in holder.get("/mon-espace/").content.decode()
    assert WHY in holder.get("/dossiers/").content.decode()
    with agent(people.owner, people.panier):
        (waiting,) = kept.rows("consent_emergencies")
    holder.post(f"/dossiers/urgence/{waiting['id']}/", {"text": ""})
    assert WHY in holder.get("/dossiers/").content.decode()
    holder.post(f"/dossiers/urgence/{waiting['id']}/", {"text": "Nécessaire, la personne est à l’abri."})
    assert WHY not in holder.get("/dossiers/").content.decode()
    with person_of(people, dossier_id, fresh_database):
        (told,) = kept.own_dossier()["emergencies"]
    assert (told["why"], told["review"]) == (WHY, "Nécessaire, la personne est à l’abri.")


def test_who_opened_does_not_read_over_whatever_their_hat(people, dossier):
    _, number = dossier
    open_in_emergency(people.stranger, people.halte, number, WHY)
    give_right(people.stranger, people.panier)
    with agent(people.stranger, people.panier):
        assert kept.rows("consent_emergencies") == []
        assert not kept.call("consent_review", 1, "Très bien.")


def test_one_s_own_dossier_is_not_opened_so(people, dossier, fresh_database):
    dossier_id, number = dossier
    age(fresh_database, dossier_id)
    assert open_in_emergency(people.owner, people.panier, number, WHY) is None  # its agreement is asked again


def test_a_second_click_is_the_same_opening_and_a_second_dossier_closes_none(people, dossier, fresh_database):
    dossier_id, number = dossier
    for _ in range(2):
        assert open_in_emergency(people.stranger, people.halte, number, WHY) == dossier_id
    assert [line[0] for line in log_of(fresh_database, dossier_id)].count("emergency") == 1
    other = make_dossier(people.owner, people.panier)
    open_in_emergency(people.stranger, people.halte, number_of(people.owner, people.panier, other), WHY)
    assert read(people.stranger, people.halte, dossier_id)
    assert read(people.stranger, people.halte, other)


@pytest.mark.parametrize(
    ("number", "why", "says"),
    [
        ("", WHY, "obligatoire"),
        ("0000-0000", "Vite.", "en une phrase"),
        ("0000-0000", WHY, "Aucun dossier ne s’est ouvert"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(people, number, why, says):
    client = Client()
    sign_in(client, people.stranger)
    answer = client.post("/dossiers/urgence/", {"number": number, "why": why})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert why in answer.content.decode()
