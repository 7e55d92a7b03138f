"""Asking for one's file without a card: from the form to the answer, and nothing for an impostor."""

import re
import uuid

import pytest
from django.core import mail
from django.test import Client

from consent import codes, kept, tasks
from consent.codes import code_of_receipt
from consent.models import Opening, StructureOpening
from tests.consent.people import (
    agent,
    ask_for_file,
    make_dossier,
    requests_of,
)
from tests.databases import as_owner


def text(response):
    return response.content.decode()


def form(*structures, called="Sami", **more):
    return {
        "id": str(uuid.uuid4()),
        "called": called,
        "structures": [structure.pk for structure in structures],
        "reach": "accueil",
        **more,
    }


def ask(*structures, **more):
    return Client().post("/mon-dossier/demander/", form(*structures, **more))


def receipt_of(page):
    """(number, code) that it shows."""
    number = re.search(r"Numéro\u202f: <strong[^>]*>([\d ]+)<", text(page)).group(1)
    code = re.search(r"Code\u202f: <strong[^>]*>([\d ]+)<", text(page)).group(1)
    return number, code


def follow(number, code):
    return Client().post("/mon-dossier/demander/suivi/", {"number": number, "code": code})


def late(name):
    with as_owner(name) as owner:
        owner.execute("UPDATE consent_requestpart SET due = current_date - 3")


def test_from_the_form_to_the_answer(people, signed_in):
    page = ask(people.panier, people.halte, called="Sami B.", reach="telephone", reach_at="06 00 00 00 00")
    number, code = receipt_of(page)
    assert text(follow(number, code)).count("Réponse au plus tard le") == 2
    agent_of_panier = signed_in(people.owner)
    assert "Sami B." in text(agent_of_panier.get("/dossiers/demandes/"))
    assert "1 demande de dossier attend sa réponse" in text(agent_of_panier.get("/mon-espace/"))
    part = requests_of(people.owner, people.panier)[0]["id"]
    url = f"/dossiers/demandes/{part}/"
    assert "06 00 00 00 00" in text(agent_of_panier.get(url))
    agent_of_panier.post(url, {"prete": "1"})
    assert text(follow(number, code)).count("Votre réponse est prête") == 1
    agent_of_panier.post(url, {"outcome": "doute"})
    assert text(follow(number, code)).count("Votre réponse est prête") == 1  # still owed
    assert "nous ne savons pas encore si c’est elle" in text(agent_of_panier.get(url))
    assert "Dites comment vous l’avez su" in text(agent_of_panier.post(url, {"outcome": "carte"}))
    agent_of_panier.post(url, {"check": "connue", "outcome": "carte"})
    too_late = agent_of_panier.post(url, {"check": "connue", "outcome": "rien"}, follow=True)
    assert "a répondu entre-temps" in text(too_late)
    assert text(follow(number, code)).count("Votre réponse vous a été donnée.") == 1
    assert "une carte lui a été remise" in text(agent_of_panier.get("/dossiers/demandes/"))


def test_one_is_found_by_its_receipt_among_hundreds(people, signed_in, fresh_database):
    """Whoever floods the form hides nobody: the oldest come first, and a receipt's number finds its request."""
    number, _ = receipt_of(ask(people.panier, called="Canari Gris"))
    with as_owner(fresh_database) as owner:
        owner.execute(FLOOD, [people.panier.pk])
    page = signed_in(people.owner).get("/dossiers/demandes/", {"recu": number})
    assert "Canari Gris" in text(page)
    part = requests_of(people.owner, people.panier, codes.digits_of(number))[0]["id"]
    assert "Canari Gris" in text(signed_in(people.owner).get(f"/dossiers/demandes/{part}/"))


FLOOD = """
    WITH made AS (INSERT INTO consent_request (id, number, digest, asked_at, called, reach, reach_at)
                  SELECT gen_random_uuid(), 'x' || g, '', now(), 'Foule', 'accueil', ''
                    FROM generate_series(1, 300) g RETURNING id)
    INSERT INTO consent_requestpart (request_id, structure_id, due, outcome, check_made)
    SELECT id, %s, current_date, '', '' FROM made
"""


def test_each_structure_sees_what_is_put_to_it_alone(people, signed_in):
    ask_for_file(people.panier, called="Canari Bleu")
    part = requests_of(people.owner, people.panier)[0]["id"]
    other = signed_in(people.stranger)
    assert "Canari Bleu" not in text(other.get("/dossiers/demandes/"))
    assert other.get(f"/dossiers/demandes/{part}/").status_code == 404
    assert other.post(f"/dossiers/demandes/{part}/", {"outcome": "rien", "check": "connue"}).status_code == 404
    with agent(people.stranger, people.halte):
        assert not kept.call("consent_request_ready", part)
        assert not kept.call("consent_request_answer", part, "rien", "connue")


def without_what_changes(page):
    """Tokens, numbers and names drawn for this request leave the page."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(page))
    return re.sub(r"\d[\d ]{6,}\d", "", page)


def test_an_impostor_learns_nothing(people):
    """The same words whether the structure holds a dossier or not, when asking and all along."""
    make_dossier(people.owner, people.panier, called="Sami")
    pages = {called: ask(people.panier, called=called) for called in ("Sami", "Zoé")}
    assert without_what_changes(pages["Sami"]) == without_what_changes(pages["Zoé"])
    receipts = [receipt_of(page) for page in pages.values()]
    assert len({without_what_changes(follow(*receipt)) for receipt in receipts}) == 1
    answers = {}
    for one, outcome in zip(requests_of(people.owner, people.panier), ("carte", "rien"), strict=True):
        with agent(people.owner, people.panier):
            kept.call("consent_request_answer", one["id"], outcome, "connue")
        answers[outcome] = without_what_changes(follow(*receipts[len(answers)]))
    assert answers["carte"] == answers["rien"]


def test_a_wrong_receipt_opens_nothing(people):
    number, code = receipt_of(ask(people.panier))
    unknown = follow("00000000", code)
    wrong = follow(number, "0" * 20)
    assert unknown.status_code == wrong.status_code == 422
    assert "ne vont pas ensemble" in text(wrong)
    assert "Réponse au plus tard" not in text(wrong)


def test_sent_twice_there_is_one_request_with_the_last_words(people):
    once = form(people.panier)
    pages = [Client().post("/mon-dossier/demander/", once | {"called": called}) for called in ("Sami", "Sami B.")]
    assert receipt_of(pages[0]) == receipt_of(pages[1])
    assert [one["called"] for one in requests_of(people.owner, people.panier)] == ["Sami B."]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"structures": []}, "Choisissez au moins une structure."),
        ({"structures": ["0"]}, "Choisissez dans la liste."),
        ({"structures": ["x"]}, "Choisissez dans la liste."),
        ({"called": ""}, "obligatoire"),
        ({"reach": "courriel"}, "où vous joindre"),
        ({"called": "1 84 12 76 451 089 46"}, "un numéro de sécurité sociale"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(people, typed, says):
    answer = ask(people.panier, **{"reach_at": "", **typed})
    assert answer.status_code == 422
    assert says in text(answer)
    assert requests_of(people.owner, people.panier) == []


def test_a_structure_that_keeps_no_dossier_is_not_asked(people):
    StructureOpening.objects.filter(structure=people.halte).delete()
    assert ask(people.halte).status_code == 422
    assert ask_for_file(people.halte)[0] is None
    Opening.objects.all().delete()
    assert "pas encore ouverte" in text(Client().get("/mon-dossier/demander/"))


def test_a_late_one_shows_to_its_structure_and_in_the_figures(people, signed_in, fresh_database):
    ask_for_file(people.panier, called="Canari Vert")
    late(fresh_database)
    client = signed_in(people.owner)
    assert "était due le" in text(client.get("/dossiers/demandes/"))
    assert "1 au-delà d’un mois" in text(client.get("/mon-espace/"))
    figures = signed_in(people.ccas).get("/dossiers/suivi/")
    assert "Canari" not in text(figures)
    told = next(told for structure, _, told in figures.context["keepers"] if structure == people.panier)
    assert (told["requests"], told["late"]) == (1, 1)


def test_whoever_owes_an_answer_is_reminded_without_a_name(people, fresh_database):
    ask_for_file(people.panier, called="Canari Rouge")
    late(fresh_database)
    tasks.remind_structure(people.panier.pk)
    tasks.remind_structure(people.halte.pk)  # nothing is put to it
    sent = mail.outbox.pop()
    assert not mail.outbox
    assert sent.to == [people.owner.email]
    assert "1 demande de dossier faite" in sent.body
    assert "Le délai d’un mois est passé" in sent.body
    assert "Canari" not in sent.body


def test_requests_leave_six_months_after_their_answer(people, fresh_database):
    ask_for_file(people.panier)
    ask_for_file(people.panier)
    with agent(people.owner, people.panier):
        first = kept.rows("consent_requests")[0]["id"]
        kept.call("consent_request_answer", first, "rien", "connue")
    assert kept.call("consent_forget_requests", False) == 0
    with as_owner(fresh_database) as owner:
        owner.execute("UPDATE consent_requestpart SET answered_at = answered_at - interval '7 months'")
        assert kept.call("consent_forget_requests", False) == 1
        assert owner.execute("SELECT count(*) FROM consent_request").fetchone() == (1,)
        owner.execute("UPDATE consent_request SET asked_at = asked_at - interval '14 months'")
    assert kept.call("consent_forget_requests", False) == 1


def test_twenty_an_hour_from_one_address_but_not_from_a_desk(people, settings):
    for _ in range(20):
        assert ask(people.panier).status_code == 200
    refused = ask(people.panier, called="Le suivant")
    assert refused.status_code == 429
    assert "Le suivant" in text(refused)
    settings.DESKS = ["127.0.0.1"]
    assert ask(people.panier).status_code == 200


def test_the_code_is_in_no_table(people, fresh_database):
    request_id = uuid.uuid4()
    _, code = ask_for_file(people.panier, request_id=request_id)
    assert code == code_of_receipt(request_id)
    with as_owner(fresh_database) as owner:
        rows = str(owner.execute("SELECT r::text FROM consent_request r").fetchall())
    assert codes.digits_of(code) not in codes.digits_of(rows)


@pytest.mark.parametrize("many", [1, 3])
def test_the_pages_cost_the_same_for_one_and_for_three(people, signed_in, django_assert_num_queries, many):
    for _ in range(many):
        ask_for_file(people.panier)
    client = signed_in(people.owner)
    client.get("/dossiers/demandes/")
    with django_assert_num_queries(11):
        client.get("/dossiers/demandes/")
