"""The screens of dossiers, for an agent and for the person: really committed, one transaction for each request."""

import json
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from consent import codes, kept
from consent.models import Dossier
from lemans_solidaire.network.models import Event
from tests.cast import belongs, sign_in
from tests.consent.people import (
    ORAL,
    add_entry,
    age,
    agent,
    give_right,
    in_a_year,
    log_of,
    make_dossier,
    share,
)

CANARY = "Canari-jaune"


@pytest.fixture
def dossier(people):
    dossier_id = make_dossier(people.owner, people.panier, called="Sami", wants=f"Un logement, {CANARY}.")
    return dossier_id, number_of(people, dossier_id)


def number_of(people, dossier_id):
    with agent(people.owner, people.panier):
        return Dossier.objects.get(pk=dossier_id).number


def text(response):
    return response.content.decode()


def opened(client, number):
    """The page of a dossier, once its reason is given."""
    client.post(f"/dossiers/{number}/", {"reason": "rendez-vous"})
    return client.get(f"/dossiers/{number}/")


AGREED = {"how": "oral", "term": "12", "language": "français", "restated": "on"}
NEW = AGREED | {"called": "Éva", "adults": "1", "children": "2"}


def test_a_dossier_is_opened_with_an_agreement(people, signed_in, fresh_database):
    client = signed_in(people.owner)
    assert client.get("/dossiers/nouveau/").status_code == 200
    key = str(uuid.uuid4())
    refused = client.post("/dossiers/nouveau/", NEW | {"id": key, "restated": "", "wants": "Un toit."})
    assert refused.status_code == 422
    assert "redire avec ses mots" in text(refused)
    assert "Un toit." in text(refused)
    for _ in range(2):  # a double click
        page = client.post("/dossiers/nouveau/", NEW | {"id": key, "wants": "Un toit."}, follow=True)
    assert "Un toit." in text(page)
    assert page["Cache-Control"] == "no-store, private"
    assert text(client.get("/dossiers/")).count("Éva") == 1
    assert "Éva" in text(client.get("/dossiers/?q=ev"))
    assert "Éva" not in text(client.get("/dossiers/?q=va"))
    assert [line[0] for line in log_of(fresh_database, key)] == ["created", "read", "read"]


def test_a_number_that_is_taken_is_drawn_again(people, signed_in, dossier, monkeypatch):
    drawn = iter([dossier[1], dossier[1], "1234-5678"])
    monkeypatch.setattr(codes, "new_number", lambda: next(drawn))
    answer = signed_in(people.owner).post("/dossiers/nouveau/", NEW | {"id": str(uuid.uuid4())})
    assert answer.url == "/dossiers/1234-5678/"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Son numéro est 1 84 12 76 451 089 46.", "un numéro de sécurité sociale"),
        ("Carte 4970 1012 3456 7893 ou 4111-1111-1111-1111", "un numéro de carte bancaire"),
        ("Il sort de l’hôpital.", "rien sur la santé"),
    ],
)
def test_what_has_no_place_in_a_dossier_is_refused_and_nothing_is_lost(people, signed_in, dossier, typed, says):
    client = signed_in(people.owner)
    opened(client, dossier[1])
    form = {"id": str(uuid.uuid4()), "kind": "note", "purpose": "logement", "text": typed}
    answer = client.post(f"/dossiers/{dossier[1]}/ligne/", form)
    assert answer.status_code == 422
    assert says in text(answer)
    assert typed in text(answer)
    assert typed not in text(client.get(f"/dossiers/{dossier[1]}/"))


def test_a_word_that_was_checked_is_kept(people, signed_in, dossier):
    client = signed_in(people.owner)
    opened(client, dossier[1])
    form = {"id": str(uuid.uuid4()), "kind": "note", "purpose": "logement", "text": "Rendez-vous rue de l’hôpital."}
    client.post(f"/dossiers/{dossier[1]}/ligne/", form | {"not_health": "on"})
    assert "rue de l’hôpital" in text(client.get(f"/dossiers/{dossier[1]}/"))


def test_nothing_is_shown_before_a_reason_is_given(people, signed_in, dossier):
    client = signed_in(people.owner)
    url = f"/dossiers/{dossier[1]}/"
    assert CANARY not in text(client.get(url))
    assert client.post(url, {"reason": "curiosité"}).status_code == 422
    assert CANARY in text(opened(client, dossier[1]))


def test_another_structure_reads_while_the_person_agrees(people, signed_in, dossier, fresh_database):
    dossier_id, number = dossier
    other = signed_in(people.stranger)
    assert other.get(f"/dossiers/{number}/").status_code == 404
    assert log_of(fresh_database, dossier_id)[-1][0] == "refused"  # the attempt is kept
    owner = signed_in(people.owner)
    opened(owner, number)
    form = AGREED | {"structure": people.halte.pk, "purpose": "logement"}
    owner.post(f"/dossiers/{number}/partage/", form)
    assert "Sami" not in text(other.get("/dossiers/"))
    assert "se loger ou rester logé jusqu’au" in text(other.get("/dossiers/?partages"))
    assert "Sami" in text(other.get("/dossiers/?q=sam"))
    assert CANARY in text(opened(other, number))
    owner.post(f"/dossiers/{number}/partage/retirer/", {"structure": people.halte.pk, "how": "oral"})
    gone = other.get(f"/dossiers/{number}/")
    assert gone.status_code == 404
    assert "elle l’a retiré" in text(gone)
    assert CANARY not in text(gone)


def test_without_the_right_there_is_nothing(people, signed_in, dossier):
    for user in (people.teammate, people.nobody, people.ccas):
        client = signed_in(user)
        for url in ("/dossiers/", "/dossiers/nouveau/", f"/dossiers/{dossier[1]}/"):
            assert client.get(url).status_code == 404


def test_the_right_asks_for_a_second_factor(people, signed_in):
    client = signed_in(people.owner)
    url = reverse("consent:rights", args=[people.panier.pk])
    membership = people.teammate.memberships.get()
    client.post(url, {"membership": membership.pk, "signed_on": "2026-01-05"})
    people.teammate.refresh_from_db()
    assert people.teammate.second_factor_asked
    assert "Marcel Teammate" in text(client.get(url))
    newcomer = signed_in(people.teammate)
    assert newcomer.get("/dossiers/").url == reverse("mfa_activate_totp")
    right = people.teammate.dossier_rights.get()
    client.post(url, {"retirer": right.pk})
    client.get(url)  # the message is read once
    assert "Marcel Teammate" not in text(client.get(url)).split("Donner ce droit")[0]
    assert [event.verb for event in Event.objects.about(right)] == ["dossier_right_ended", "dossier_right_given"]


def test_only_the_responsable_gives_the_right(people, signed_in):
    url = reverse("consent:rights", args=[people.panier.pk])
    for user in (people.teammate, people.stranger, people.ccas):
        assert signed_in(user).get(url).status_code == 404


def test_an_ended_agreement_is_renewed(people, signed_in, dossier, fresh_database):
    age(fresh_database, dossier[0])
    client = signed_in(people.owner)
    assert client.get(f"/dossiers/{dossier[1]}/").status_code == 404
    assert "Accord arrivé à sa fin" in text(client.get("/dossiers/"))
    client.post(f"/dossiers/{dossier[1]}/accord/", AGREED)
    assert CANARY in text(opened(client, dossier[1]))


def test_two_hats_are_worn_one_at_a_time(people, signed_in, dossier):
    belongs(people.owner, people.halte)
    give_right(people.owner, people.halte)
    client = signed_in(people.owner)
    assert "Pour quelle structure" in text(client.get("/dossiers/"))
    assert client.get(f"/dossiers/{dossier[1]}/").status_code == 302
    client.post("/dossiers/structure/", {"structure": people.halte.pk})
    assert "Sami" not in text(client.get("/dossiers/"))
    client.post("/dossiers/structure/", {"structure": people.panier.pk})
    assert "Sami" in text(client.get("/dossiers/"))


def test_the_header_and_the_hat_are_one_choice(people, signed_in, dossier):
    belongs(people.owner, people.halte)
    client, act_for, address = signed_in(people.owner), "/personnes/agir-pour/", f"/dossiers/{dossier[1]}/"
    assert CANARY in text(opened(client, dossier[1]))  # one right alone, none chosen: no question
    client.post(act_for, {"structure": people.halte.pk})
    assert "Pour quelle structure" in text(client.get("/dossiers/"))  # the header says another: it is asked
    assert client.get(address).status_code == 302
    give_right(people.owner, people.halte)
    assert "Sami" not in text(client.get("/dossiers/"))
    client.post("/dossiers/structure/", {"structure": people.panier.pk})
    assert "pour Le Panier d’essai" in text(client.get("/annuaire/"))
    assert CANARY in text(client.get(address))  # back in the same name: why was said already
    client.post(act_for, {"structure": people.halte.pk})
    assert CANARY not in text(client.get(address))


# The person


def card_of(client, number):
    page = text(client.post(f"/dossiers/{number}/carte/"))
    return re.findall(r'<strong class="key-figure">([\d ]+)</strong>', page)


def entered(card):
    client = Client()
    client.post("/mon-dossier/", {"number": card[0], "code": card[1]})
    return client


def test_the_person_reads_everything_and_who_read_it(people, signed_in, dossier):
    owner = signed_in(people.owner)
    opened(owner, dossier[1])
    add_entry(people.owner, people.panier, dossier[0], "Dossier déposé.")
    person = entered(card_of(owner, dossier[1]))
    page = text(person.get("/mon-dossier/"))
    assert CANARY in page
    assert "Dossier déposé." in page
    assert "une personne bénévole, Le Panier d’essai" in page
    assert people.owner.full_name not in page
    assert "Le Mans Solidaire" not in page  # nothing to be seen over a shoulder
    assert person.get("/mon-dossier/")["Cache-Control"] == "no-store, private"


def test_the_person_writes_asks_and_takes_back(people, signed_in, dossier):
    dossier_id, number = dossier
    share(people.owner, people.panier, dossier_id, people.halte)
    other, owner = signed_in(people.stranger), signed_in(people.owner)
    assert CANARY in text(opened(other, number))
    person = entered(card_of(owner, number))
    page = text(person.get("/mon-dossier/"))
    seq = re.search(r"lectures/(\d+)/", page[page.index(people.halte.name, page.rindex("Qui a lu")) :]).group(1)
    person.post(f"/mon-dossier/lectures/{seq}/", {"text": "Pourquoi ?"})
    assert person.post(f"/mon-dossier/lectures/{10**12}/", {"text": "?"}).status_code == 302
    person.post("/mon-dossier/mots/", {"wants": "Un jardin.", "can": "", "project": "", "version": "0"})
    conflict = person.post("/mon-dossier/mots/", {"wants": "Autre chose.", "can": "", "project": "", "version": "0"})
    assert conflict.status_code == 409
    assert 'name="version" value="1"' in text(conflict)  # sent again, it takes the place of the newer words
    assert "Autre chose." in text(conflict)
    assert "Pourquoi ?" in text(other.get("/dossiers/"))
    other.post(f"/dossiers/{number}/questions/{seq}/", {"text": "Pour le relais."})
    assert "Pour le relais." in text(person.get("/mon-dossier/"))
    person.post("/mon-dossier/partage/", {"structure": people.halte.pk})
    assert other.get(f"/dossiers/{number}/").status_code == 404
    assert "Un jardin." in text(opened(owner, number))


def test_the_person_remarks_downloads_and_ends(people, signed_in, dossier):
    dossier_id, number = dossier
    add_entry(people.owner, people.panier, dossier_id, "Rien compris.")
    owner = signed_in(people.owner)
    opened(owner, number)
    person = entered(card_of(owner, number))
    entry = re.search(r"remarques/([0-9a-f-]{36})/", text(person.get("/mon-dossier/"))).group(1)
    person.post(f"/mon-dossier/remarques/{entry}/", {"text": "Ce n’est pas vrai."})
    assert "Ce n’est pas vrai." in text(owner.get(f"/dossiers/{number}/"))
    copy = json.loads(person.get("/mon-dossier/copie.json").content)
    assert copy["entries"][0]["remark"] == "Ce n’est pas vrai."
    assert "Ne plus garder" in text(person.get("/mon-dossier/arreter/"))
    person.post("/mon-dossier/arreter/")
    assert owner.get(f"/dossiers/{number}/").status_code == 404
    assert "Vous avez retiré votre accord" in text(person.get("/mon-dossier/"))


def test_a_lost_card_is_any_wrong_card(people, signed_in, dossier):
    owner = signed_in(people.owner)
    opened(owner, dossier[1])
    card = card_of(owner, dossier[1])
    person = entered(card)
    assert CANARY in text(person.get("/mon-dossier/"))
    owner.post(f"/dossiers/{dossier[1]}/carte/bloquer/")
    assert CANARY not in text(person.get("/mon-dossier/"))  # at the next click
    pages = {
        body(Client().post("/mon-dossier/", {"number": number, "code": code}))
        for number, code in (card, (card[0], "1" * 20), ("0000 0000", card[1]), ("0", "0"))
    }
    assert len(pages) == 1


def body(response):
    """Status and text, but for what was typed and the form's own token."""
    return response.status_code, re.sub(r'value="[^"]*"', "", text(response))


def test_a_visit_ends_by_itself_and_by_its_button(people, signed_in, dossier, monkeypatch):
    owner = signed_in(people.owner)
    opened(owner, dossier[1])
    card = card_of(owner, dossier[1])
    person = entered(card)
    assert person.post("/mon-dossier/quitter/").url == "/"
    assert CANARY not in text(person.get("/mon-dossier/"))
    person = entered(card)
    session = person.session
    session["dossier_card"] = session["dossier_card"] | {"until": 1}
    session.save()
    assert CANARY not in text(person.get("/mon-dossier/"))


def test_guesses_are_slowed_down_and_the_right_card_still_enters_from_a_desk(people, signed_in, dossier, settings):
    owner = signed_in(people.owner)
    opened(owner, dossier[1])
    card = card_of(owner, dossier[1])
    guesser, answers = Client(REMOTE_ADDR="203.0.113.9"), []
    for number in range(32):
        answer = guesser.post("/mon-dossier/", {"number": card[0], "code": f"{number:020}"})
        answers.append(answer.status_code)
    assert set(answers[:20]) == {422}
    assert answers[-1] == 429
    assert CANARY in text(entered(card).get("/mon-dossier/"))  # from elsewhere, with the right code
    settings.DESKS = ["203.0.113.9"]
    at_the_desk = Client(REMOTE_ADDR="203.0.113.9")
    at_the_desk.post("/mon-dossier/", {"number": card[0], "code": card[1]})
    assert CANARY in text(at_the_desk.get("/mon-dossier/"))


def test_the_part_is_closed_until_the_ccas_opens_it(fresh_database, cast):
    client = Client()
    sign_in(client, cast.owner)
    assert client.get("/dossiers/").status_code == 404
    assert "pas encore ouverte" in text(Client().get("/mon-dossier/"))
    assert "Les dossiers" not in text(client.get("/mon-espace/"))


def test_a_list_costs_the_same_with_one_and_with_three(people, signed_in, django_assert_max_num_queries):
    client = signed_in(people.owner)
    for _ in range(3):
        make_dossier(people.owner, people.panier)
        with django_assert_max_num_queries(18):
            client.get("/dossiers/")


def test_a_long_list_is_read_page_by_page(people, signed_in):
    with agent(people.owner, people.panier):
        for number in range(53):
            arguments = (
                uuid.uuid4(),
                codes.new_number(),
                f"Nom {number:02}",
                f"nom {number:02}",
                in_a_year(),
                {},
                ORAL,
            )
            kept.call("consent_create", *arguments)
    client = signed_in(people.owner)
    first = text(client.get("/dossiers/"))
    assert first.count("Nom ") == 50
    after = re.search(r'href="(\?apres=[^"]+)"', first).group(1).replace("&amp;", "&")
    rest = text(client.get(f"/dossiers/{after}"))
    assert rest.count("Nom ") == 3
    moment = "2026-01-01T00:00:00+00:00"
    forged = (
        "x",
        "~",
        f"{moment}~x",
        f"{moment}~{uuid.uuid4()}",
        f"{moment}~{'9' * 20}",
        "2026-99-01T00:00:00+00:00~1",
    )
    for mark in (*forged, "2026-01-01~1"):
        assert client.get("/dossiers/", {"apres": mark}).status_code == 200
        assert client.get("/dossiers/", {"partages": "", "apres": mark}).status_code == 200
