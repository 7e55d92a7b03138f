"""What is published: who reads what, and that it is served as it was."""

import hashlib
import json

import pytest
from django.urls import reverse

from indicators import actions
from indicators.figures import read_reply
from indicators.models import SummaryText
from tests.indicators.publishing import fake_files, published, reviewed_network, write_text


@pytest.fixture(autouse=True)
def quick_files(monkeypatch):
    fake_files(monkeypatch)


@pytest.fixture
def editions(cast):
    sheets = reviewed_network(cast)
    sheets[0].difficulties.create(theme="logement", text="Trop de demandes au Panier.")
    actions.answer_annex(annex=sheets[0].annex, by=cast.owner, keeps_out=True)
    write_text(cast)
    return published(cast)


PAGE = "/indicateurs/2025/synthese/"
NETWORK = f"{PAGE}?pour=reseau"


def read(client, url):
    return client.get(url).content.decode()


def test_before_publication_the_page_says_so_to_anybody(cast, as_user):
    cast.reviewed(passages=123)
    for user in (None, cast.owner, cast.ccas):
        page = read(as_user(user), PAGE)
        assert "pas encore publiée" in page
        assert ">123<" not in page
    assert as_user(None).get("/indicateurs/2025/synthese.pdf").status_code == 404


def test_the_public_edition_is_anybodys(cast, editions, as_user):
    page = read(as_user(None), PAGE)
    assert "Le réseau en 2025" in page
    assert "Merci à toutes et tous." in page
    assert "pas à classer ni à décider d’une subvention" in page
    assert cast.halte.name in page
    assert cast.panier.name not in page
    assert "édition du réseau" not in page
    assert 'href="/indicateurs/2025/synthese/">Le réseau en 2025' in read(as_user(None), "/indicateurs/syntheses/")


def test_the_network_edition_is_the_members(cast, editions, as_user):
    assert as_user(None).get(NETWORK).url.startswith("/compte/login/")
    assert as_user(cast.nobody).get(NETWORK).status_code == 404
    for user in (cast.stranger, cast.teammate, cast.owner, cast.ccas):
        assert cast.panier.name in read(as_user(user), NETWORK)
    for format in ("pdf", "json"):
        url = f"/indicateurs/2025/synthese.{format}?pour=reseau"
        assert as_user(None).get(url).status_code == 302
        assert as_user(cast.nobody).get(url).status_code == 404
        assert as_user(cast.stranger).get(url).status_code == 200


def test_a_page_kept_out_is_read_by_the_network_alone(cast, editions, as_user):
    panier = reverse("indicators:summary_structure", args=[2025, cast.panier.pk])
    halte = reverse("indicators:summary_structure", args=[2025, cast.halte.pk])
    assert as_user(None).get(panier).status_code == 404
    assert as_user(None).get(reverse("indicators:summary_structure", args=[2025, 999999])).status_code == 404
    assert cast.halte.name in read(as_user(None), halte)
    assert as_user(None).get(f"{panier}?pour=reseau").status_code == 302
    assert "Trop de demandes au Panier." in read(as_user(cast.stranger), f"{panier}?pour=reseau")


def test_files_are_served_as_they_were_published(editions, client):
    public, _ = editions
    for file in public.files.all():
        answer = client.get(f"/indicateurs/2025/synthese.{file.format}?edition=1")
        assert answer.content == bytes(file.content)
        assert f'filename="synthese-2025-edition-1.{file.format}"' in answer["Content-Disposition"]
    assert client.get("/indicateurs/2025/synthese.exe").status_code == 404


def test_anybody_can_check_the_digest_of_the_snapshot(editions, client):
    public, _ = editions
    content = client.get("/indicateurs/2025/synthese.json").content
    assert hashlib.sha256(content).hexdigest() == public.digest
    assert public.digest in read(client, PAGE)
    assert json.loads(content)["audience"] == "public"


@pytest.mark.parametrize("number", ["2", "0", "x", "99999999999999", "-1", "²"])
def test_an_edition_that_does_not_exist_is_not_found(editions, client, number):
    assert client.get(PAGE, {"edition": number}).status_code == 404
    assert client.get("/indicateurs/2025/synthese.pdf", {"edition": number}).status_code == 404


def test_the_old_edition_stays_beside_the_new_one(cast, editions, client):
    write_text(cast, SummaryText.Place.CORRECTION, "Une virgule.")
    published(cast)
    page = read(client, PAGE)
    assert "Une virgule." in page
    assert f"{PAGE}?edition=1" in page
    old = read(client, f"{PAGE}?edition=1")
    assert "Une édition plus récente existe" in old
    assert "Une virgule." not in old


def test_the_preview_is_the_page_to_come_and_only_for_the_ccas(cast, as_user):
    reviewed_network(cast)
    page = read(as_user(cast.ccas), reverse("indicators:summary_preview", args=[2025]))
    assert "Aperçu, non publié" in page
    assert cast.panier.name in page


def test_the_overview_says_who_took_part_what_moved_and_what_worries(cast, as_user):
    sheets = reviewed_network(cast)
    sheets[0].difficulties.create(theme="logement", text="Trop de demandes au Panier.", is_new=True)
    url = reverse("indicators:year_overview", args=[2025])
    page = read(as_user(cast.ccas), url)
    assert "Trop de demandes au Panier." in page
    assert "Il faut au moins trois fiches relues" in page
    past = {(sheet.structure, 2024, "passages"): read_reply("80") for sheet in sheets}
    actions.keep_past_figures(figures=past, by=cast.ccas, source="essai")
    assert "+25\u202f%" in read(as_user(cast.ccas), url)


def test_the_number_of_queries_of_a_published_page(editions, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        client.get(PAGE)
    with django_assert_max_num_queries(15):
        client.get("/indicateurs/syntheses/")
