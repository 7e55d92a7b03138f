"""What the person hides from their screen, the papers they signed, the mark of their log."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consent import demo, kept
from consent.codes import digest_of_code
from tests.cast import sign_in
from tests.consent.people import (
    PAPER,
    add_entry,
    agent,
    log_of,
    make_dossier,
    number_of,
    person,
    share,
)

AGREED = {
    "how": "papier",
    "term": "12",
    "language": "français",
    "restated": "on",
    "called": "Éva",
    "adults": "1",
    "children": "0",
}


@pytest.fixture
def dossier(people):
    """Of the Panier, shared with the Halte, agreed to on paper, with one line of each and a card."""
    dossier_id = make_dossier(people.owner, people.panier, said=PAPER)
    share(people.owner, people.panier, dossier_id, people.halte)
    add_entry(people.owner, people.panier, dossier_id, "Ligne du Panier.")
    add_entry(people.stranger, people.halte, dossier_id, "Ligne de la Halte.")
    with agent(people.owner, people.panier):
        kept.call("consent_make_card", dossier_id, demo.CARD, digest_of_code(demo.CODE))
    return dossier_id


@pytest.fixture
def own(dossier):
    client = Client()
    client.post("/mon-dossier/", {"number": demo.CARD, "code": demo.CODE})
    return client


def signed_in(user):
    client = Client()
    sign_in(client, user)
    return client


def page_of(client):
    return client.get("/mon-dossier/").content.decode()


def everything_told(client):
    return page_of(client) + client.get("/mon-dossier/copie.json").content.decode()


def test_a_hidden_structure_leaves_the_screen_and_the_copies_until_shown_again(people, dossier, own, fresh_database):
    assert people.halte.name in everything_told(own)
    own.post("/mon-dossier/cacher/", {"structure": people.halte.pk})
    told = everything_told(own)
    assert people.halte.name not in told
    assert "Ligne de la Halte." not in told
    assert "Ligne du Panier." in told
    numbers = [line["seq"] for line in own.get("/mon-dossier/copie.json").json()["accesses"]]
    assert numbers == list(range(len(numbers), 0, -1))  # none is missing
    with agent(people.stranger, people.halte):
        assert kept.open_dossier(dossier, "demande")["entries"]  # agents still read what was agreed
    number = number_of(people.owner, people.panier, dossier)
    holder = signed_in(people.owner)
    holder.post(f"/dossiers/{number}/", {"reason": "rendez-vous"})
    assert "ce qu’elle avait caché" in holder.get(f"/dossiers/{number}/").content.decode()
    holder.post(f"/dossiers/{number}/montrer/")
    assert people.halte.name in everything_told(own)
    assert {line[0] for line in log_of(fresh_database, dossier)} <= {*WRITTEN, "read", "exported", "entered"}


WRITTEN = {"created", "shared", "written", "card"}


def test_a_hidden_text_leaves_the_screen(own):
    lines = own.get("/mon-dossier/copie.json").json()["entries"]
    entry = next(line["id"] for line in lines if line["text"] == "Ligne de la Halte.")
    own.post("/mon-dossier/cacher/", {"texte": entry})
    told = everything_told(own)
    assert "Ligne de la Halte." not in told
    assert "Ligne du Panier." in told


def test_the_holder_too_can_be_hidden(people, own):
    told = own.get("/mon-dossier/copie.json").json()
    paper = next(one["id"] for one in told["agreements"] if one["has_scan"])
    own.post("/mon-dossier/lectures/1/", {"text": "Pourquoi ?"})
    own.post("/mon-dossier/cacher/", {"structure": people.panier.pk})
    assert people.panier.name not in everything_told(own)
    assert "La structure qui vous suit" in page_of(own)
    assert "Pourquoi ?" in page_of(own)  # a question stays beside its reading
    assert f'"structure_id": {people.panier.pk}' not in own.get("/mon-dossier/copie.json").content.decode()
    assert own.get(f"/mon-dossier/papiers/{paper}/").status_code == 302


@pytest.mark.parametrize("where", ["cacher", "partage"])
def test_what_is_said_tells_nobody_which_structures_are_there(people, own, where):
    own.post("/mon-dossier/cacher/", {"structure": people.halte.pk}, follow=True)
    said = []
    for key in (people.halte.pk, people.panier.pk, 999_999):
        page = own.post(f"/mon-dossier/{where}/", {"structure": key}, follow=True).content.decode()
        said.append(re.search(r'<div role="status" id="messages">(.*?)</div>', page, re.DOTALL).group(1))
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    "sent", [{}, {"structure": "999999"}, {"structure": "x"}, {"texte": str(uuid.uuid4())}, {"texte": "x"}]
)
def test_what_is_not_there_is_not_hidden(own, sent):
    before = own.get("/mon-dossier/copie.json").json()["entries"]
    assert own.post("/mon-dossier/cacher/", sent).status_code == 302
    assert own.get("/mon-dossier/copie.json").json()["entries"] == before


def test_hiding_leaves_no_line_that_would_tell_of_it(dossier, own, people, fresh_database):
    before = len(log_of(fresh_database, dossier))
    own.post("/mon-dossier/cacher/", {"structure": people.halte.pk})
    assert len(log_of(fresh_database, dossier)) == before


def test_the_paper_is_for_the_holder_and_the_person_and_reading_it_is_logged(people, dossier, own, fresh_database):
    (paper,) = [one for one in own.get("/mon-dossier/copie.json").json()["agreements"] if one["has_scan"]]
    number = number_of(people.owner, people.panier, dossier)
    before = len(log_of(fresh_database, dossier))
    kinds = []
    for client, url in (
        (own, f"/mon-dossier/papiers/{paper['id']}/"),
        (signed_in(people.owner), f"/dossiers/{number}/papiers/{paper['id']}/"),
    ):
        answer = client.get(url)
        assert answer.content == b"%PDF-canari-du-papier"
        assert answer["Content-Disposition"].startswith("attachment")
        kinds.append(answer["Content-Type"])
    assert kinds == ["application/pdf"] * 2
    assert [line[0] for line in log_of(fresh_database, dossier)[before:]] == ["read", "read"]
    refused = signed_in(people.stranger).get(f"/dossiers/{number}/papiers/{paper['id']}/")
    assert refused.status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("accord.exe", b"MZ\x90", "une photo (JPEG ou PNG) ou un PDF"),
        ("accord.pdf", b"", "une photo (JPEG ou PNG) ou un PDF"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(5 * 1024**2), "plus de 5"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(21 * 1024**2), "5\u202fMo au plus"),
    ],
)
def test_a_file_that_is_no_paper_is_refused_and_the_rest_is_kept(people, name, content, says):
    sent = AGREED | {"id": str(uuid.uuid4()), "wants": "Un toit.", "scan": SimpleUploadedFile(name, content)}
    answer = signed_in(people.owner).post("/dossiers/nouveau/", sent)
    assert answer.status_code == 422
    assert says.replace("\u202f", " ") in answer.content.decode().replace("\u202f", " ")
    assert "Un toit." in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "says"),
    [({"how": "oral"}, "l’accord est donné sur papier"), ({"called": ""}, "Choisissez de nouveau ce fichier")],
)
def test_a_paper_is_never_lost_without_a_word(people, sent, says):
    photo = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xffcanari")
    answer = signed_in(people.owner).post(
        "/dossiers/nouveau/", AGREED | {"id": str(uuid.uuid4()), "scan": photo} | sent
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_sent_again_with_other_words_both_dossiers_are_there(people):
    client, form = signed_in(people.owner), AGREED | {"how": "oral", "id": str(uuid.uuid4())}
    client.post("/dossiers/nouveau/", form)
    answer = client.post("/dossiers/nouveau/", form | {"called": "Zoé"})
    assert answer.status_code == 409
    assert "Un premier dossier est déjà ouvert" in answer.content.decode()
    again = re.search(r'name="id" value="([\w-]+)"', answer.content.decode()).group(1)
    client.post("/dossiers/nouveau/", form | {"called": "Zoé", "id": again})
    assert {"Éva", "Zoé"} <= set(re.findall(r"Éva|Zoé", client.get("/dossiers/").content.decode()))


@pytest.mark.parametrize("key", ["9" * 25, "0"])
def test_a_forged_paper_is_not_found(people, dossier, own, key):
    number = number_of(people.owner, people.panier, dossier)
    assert signed_in(people.owner).get(f"/dossiers/{number}/papiers/{key}/").status_code == 404
    assert own.get(f"/mon-dossier/papiers/{key}/").status_code == 302


def test_a_name_that_grows_without_its_accents_is_kept(people):
    form = AGREED | {"how": "oral", "id": str(uuid.uuid4()), "called": "\uac01" * 60}
    assert signed_in(people.owner).post("/dossiers/nouveau/", form).status_code == 302


def test_a_photo_of_the_paper_comes_with_a_new_dossier(people, fresh_database):
    key = str(uuid.uuid4())
    photo = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xffcanari")
    client = signed_in(people.owner)
    answer = client.post("/dossiers/nouveau/", AGREED | {"id": key, "scan": photo})
    page = client.get(answer.url).content.decode()
    assert "Le papier signé le" in page


def test_the_copy_carries_the_mark_of_the_log(people, dossier, own):
    mark = own.get("/mon-dossier/copie.json").json()["mark"]
    with person(dossier, demo.CARD):
        accesses = kept.own_dossier()["accesses"]
    assert mark["seq"] == len(accesses) - 1
    assert len(mark["hash"]) == 64


def test_the_person_shares_and_renews_online(people, dossier, own, fresh_database):
    refused = own.post("/mon-dossier/partager/", {"structure": people.panier.pk, "purpose": "budget", "term": "3"})
    assert "Choisissez une autre structure" in refused.content.decode()
    page = own.post(
        "/mon-dossier/partager/", {"structure": people.halte.pk, "purpose": "budget", "term": "3"}, follow=True
    )
    assert "peut lire ce qui concerne cette aide" in page.content.decode()
    with agent(people.stranger, people.halte):
        shares = kept.open_dossier(dossier, "demande")["shares"]
    assert {share["purpose"] for share in shares} == {"logement", "budget"}
    page = own.post("/mon-dossier/prolonger/", {"term": "6"}, follow=True)
    assert "Votre accord va jusqu’au" in page.content.decode()
    said = own.get("/mon-dossier/copie.json").json()["agreements"][0]
    assert (said["act"], said["how"]) == ("garder", "en-ligne")
    assert own.post("/mon-dossier/partager/", {"structure": "x", "purpose": "y", "term": "z"}).status_code == 422


def test_what_was_taken_back_is_not_prolonged_online(people, dossier, own):
    own.post("/mon-dossier/arreter/")
    page = own.post("/mon-dossier/prolonger/", {"term": "6"}, follow=True)
    assert "il se redonne auprès de votre structure" in page.content.decode()
