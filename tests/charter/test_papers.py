"""A charter signed by hand: entered with its scan, confirmed or not by the structure, read by both alone."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from charter import actions
from charter.models import Act, PaperSignature
from lemans_solidaire.network import registry
from tests.charter.signatures import answers, paper_of, picture
from tests.charter.texts import SECOND, adopted, signed


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def text_of(response):
    return response.content.decode()


def enter(client, structure, version, scan=None, **more):
    file = scan if scan is not None else SimpleUploadedFile("papier.png", picture(), "image/png")
    typed = answers(version) | {"signed_on": "2025-03-02", "scan": file} | more
    return client.post(reverse("charter:enter_paper", args=[structure.pk]), typed, follow=True)


def answer(client, paper, said, **more):
    return client.post(reverse("charter:paper", args=[paper.pk]), {"reponse": said, "vu": "0", **more}, follow=True)


def test_entered_then_confirmed(cast, as_user, version):
    enter(as_user(cast.ccas), cast.panier, version, **{"choix-article-2": "reserve", "texte-article-2": "Sauf l’été."})
    paper = PaperSignature.objects.get()
    assert bytes(paper.scan) == picture()
    assert not Act.objects.exists()
    assert "Confirmer" in text_of(as_user(cast.owner).get(reverse("charter:paper", args=[paper.pk])))
    page = answer(as_user(cast.owner), paper, "oui")
    act = Act.objects.get()
    assert (act.way, act.by, act.positions["article-2"]) == ("paper", cast.owner, "Sauf l’été.")
    assert act.evidence == {"scan": hashlib.sha256(picture()).hexdigest(), "signed_on": "2025-03-02"}
    assert act.code in text_of(page)
    assert "déjà eu sa réponse" in text_of(answer(as_user(cast.owner), paper, "oui"))
    assert Act.objects.count() == 1


def test_it_is_not_theirs(cast, as_user, version):
    paper = paper_of(cast.panier, cast.ccas)
    assert answer(as_user(cast.owner), paper, "non", because=" ").status_code == 422
    page = answer(as_user(cast.owner), paper, "non", because="Ce n’est pas notre présidente.")
    assert "Ce n’est pas notre présidente." in text_of(page)
    assert "Ce n’est pas notre présidente." in text_of(as_user(cast.ccas).get(reverse("charter:follow_up")))
    assert "déjà eu sa réponse" in text_of(answer(as_user(cast.owner), paper, "oui"))
    assert not Act.objects.exists()


def test_the_ccas_takes_back_what_it_entered_wrongly_and_confirms_nothing(cast, as_user, version):
    paper = paper_of(cast.panier, cast.ccas)
    assert answer(as_user(cast.ccas), paper, "oui").status_code == 403
    assert answer(as_user(cast.owner), paper, "reprendre").status_code == 403
    answer(as_user(cast.ccas), paper, "reprendre")
    paper.refresh_from_db()
    assert paper.cancelled_at
    assert not paper.refused_by


def test_no_answer_chosen(cast, as_user, version):
    paper = paper_of(cast.panier, cast.ccas)
    assert "Choisissez une réponse" in text_of(answer(as_user(cast.owner), paper, ""))


def test_signed_meanwhile_in_another_way(cast, as_user, version):
    paper = paper_of(cast.panier, cast.ccas)
    signed(version, cast.panier, cast.owner, article_1="Pas la nuit.")
    assert "relisez" in text_of(answer(as_user(cast.owner), paper, "oui"))
    assert Act.objects.count() == 1
    page = as_user(cast.owner).get(reverse("charter:paper", args=[paper.pk]))
    assert "prend la place" in text_of(page)
    answer(as_user(cast.owner), paper, "oui", vu=page.context["seen"])
    assert Act.objects.count() == 2


def test_the_same_already_signed_sets_the_paper_aside(cast, as_user, version):
    paper = paper_of(cast.panier, cast.ccas)
    signed(version, cast.panier, cast.owner)
    assert "mis de côté" in text_of(answer(as_user(cast.owner), paper, "oui", vu=Act.objects.get().number))
    assert Act.objects.count() == 1


def test_a_paper_of_an_older_version(cast, as_user, version):
    adopted(cast.ccas, SECOND)
    url = reverse("charter:enter_paper", args=[cast.panier.pk])
    assert version.digest in text_of(as_user(cast.ccas).get(f"{url}?version=1"))
    for wrong in ("9", "x", "99999999999999999999"):
        assert as_user(cast.ccas).get(f"{url}?version={wrong}").status_code == 200
    enter(as_user(cast.ccas), cast.panier, version)
    assert PaperSignature.objects.get().version == version


BAD_FILES = {
    "vide": (b"", "PDF ou une photo"),
    "page web": (b"<html><script>alert(1)</script>", "Choisissez un PDF ou une photo"),
    "faux pdf": (b"%PDF-1.7 et rien d\xe2\x80\x99autre", "PDF"),
    "lourd": (b"%PDF-" + b"0" * 5 * 1024**2, "plus de 5 Mo"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_not_a_scan(cast, as_user, version, name):
    content, words = BAD_FILES[name]
    page = enter(as_user(cast.ccas), cast.panier, version, SimpleUploadedFile("papier.pdf", content))
    assert page.status_code == 422
    assert words in text_of(page)
    assert "Odile Owner" in text_of(page)
    assert not PaperSignature.objects.exists()


def test_without_a_file_or_with_something_else_missing(cast, as_user, version):
    page = enter(as_user(cast.ccas), cast.panier, version, scan="")
    assert (page.status_code, "Joignez le papier signé" in text_of(page)) == (422, True)
    page = enter(as_user(cast.ccas), cast.panier, version, signed_on="")
    assert "Choisissez de nouveau ce fichier" in text_of(page)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"signed_on": "2025-02-20"}, "pas encore adoptée"), ({"power_on": "2025-03-05"}, "vient après")],
)
def test_days_that_cannot_be(cast, as_user, version, change, words):
    page = enter(as_user(cast.ccas), cast.panier, version, **change)
    assert (page.status_code, words in text_of(page)) == (422, True)
    assert not PaperSignature.objects.exists()


def test_the_same_paper_twice_is_one(cast, as_user, version):
    for _ in range(2):
        enter(as_user(cast.ccas), cast.panier, version)
    assert PaperSignature.objects.count() == 1


def test_the_scan_is_read_by_the_structure_and_the_ccas_alone_and_shown_by_no_browser(cast, as_user, version):
    paper = paper_of(cast.panier, cast.ccas)
    url = reverse("charter:paper_scan", args=[paper.pk])
    for user in (cast.owner, cast.teammate, cast.ccas):
        response = as_user(user).get(url)
        assert response.content == picture()
        assert response.headers["Content-Disposition"].startswith("attachment")
    for user in (cast.stranger, cast.nobody):
        assert as_user(user).get(url).status_code == 404


def labels(user):
    return [one.label for one in registry.awaiting.ask(user)]


def test_what_awaits_whom(cast, version):
    paper_of(cast.panier, cast.ccas)
    asked = "Dire si une charte signée sur papier est bien la vôtre"
    assert asked in labels(cast.owner)
    assert asked not in labels(cast.teammate) + labels(cast.ccas)
    told = "1 charte sur papier attend le mot de la structure depuis deux semaines"
    assert told not in labels(cast.ccas)
    PaperSignature.objects.update(made_at=timezone.now() - timedelta(days=15))
    assert told in labels(cast.ccas)
    actions.confirm_paper(paper=PaperSignature.objects.get(), by=cast.owner)
    assert asked not in labels(cast.owner)
