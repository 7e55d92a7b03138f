"""Signing with an account: read, decided piece by piece, read again, signed once; withdrawn with its date."""

from datetime import date

import pytest
from django.urls import reverse

from charter import actions
from charter.models import Act
from charter.pieces import pieces_of
from charter.register import standing_of
from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Membership, Structure
from tests.at_once import while_open
from tests.cast import belongs
from tests.charter.signatures import SIGNER, answers
from tests.charter.texts import FIRST, SECOND, adopted, signed


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def address(structure, name="sign"):
    return reverse(f"charter:{name}", args=[structure.pk])


def text_of(response):
    return response.content.decode()


def test_who_has_one_structure_goes_straight_on(cast, as_user, version):
    assert as_user(cast.owner).get(reverse("charter:choose")).url == address(cast.panier)
    belongs(cast.owner, cast.halte, role="responsable")
    page = text_of(as_user(cast.owner).get(reverse("charter:choose")))
    assert address(cast.panier) in page
    assert address(cast.halte) in page


def test_nothing_is_signed_before_it_was_read_again(cast, as_user, version):
    page = as_user(cast.owner).post(address(cast.panier), answers(version, step="relire", article_2="Sauf l’été."))
    assert page.status_code == 200
    for told in (version.digest, "Sauf l’été.", "présidente", "le conseil d’administration", "1er février 2025"):
        assert told in text_of(page)
    assert not Act.objects.exists()


def test_signed_with_a_reservation_and_a_piece_left_out(cast, as_user, version):
    text = "Sauf l’été.\r\nEt le <b>dimanche</b>."
    response = as_user(cast.owner).post(
        address(cast.panier), answers(version, article_2=text, left=["chapitre-1"]), follow=True
    )
    act = Act.objects.get()
    assert act.positions == {"article-1": "", "article-2": "Sauf l’été.\nEt le <b>dimanche</b>."}
    assert (act.signer_name, act.power_body, act.by, act.way) == (
        "Odile Owner",
        "le conseil d’administration",
        cast.owner,
        "account",
    )
    assert act.code in text_of(response)
    assert "&lt;b&gt;dimanche" in text_of(response)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"choix-article-1": ""}, "Dites ce que vous décidez ici"),
        ({"choix-article-1": "peut-être"}, "Choisissez l’une des trois"),
        ({"choix-article-1": "reserve"}, "Écrivez votre réserve"),
        ({"texte-article-1": "Sauf l’été."}, "Vous avez écrit une réserve"),
        ({"choix-article-1": "reserve", "texte-article-1": "a" * 2001}, "trop long"),
        ({"signer_function": ""}, "Écrivez sa fonction"),
        ({"power_body": ""}, "Écrivez qui a donné ce pouvoir"),
        ({"power_on": "2999-01-01"}, "pas encore venue"),
        ({"power_on": "0026-01-01"}, "vérifiez l’année"),
        ({"power_on": "hier"}, "Écrivez une date"),
        ({f"choix-{key}": "non" for key in ("chapitre-1", "article-1", "article-2")}, "Rien n’est signé"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(cast, as_user, version, change, words):
    typed = answers(version) | {"choix-article-2": "reserve", "texte-article-2": "Gardé tel quel."} | change
    if "choix-chapitre-1" in change:
        typed["texte-article-2"] = ""
    page = as_user(cast.owner).post(address(cast.panier), typed)
    assert page.status_code == 422
    assert words in text_of(page)
    assert typed["texte-article-2"] in text_of(page)
    assert not Act.objects.exists()


def test_ends_of_lines_are_counted_once(cast, as_user, version):
    text = "\r\n".join(["a" * 99] * 20)  # 1999 letters for the browser
    as_user(cast.owner).post(address(cast.panier), answers(version, article_1=text))
    assert Act.objects.get().positions["article-1"] == text.replace("\r\n", "\n")


def test_a_reservation_cannot_turn_the_page_around(cast, as_user, version):
    page = as_user(cast.owner).post(address(cast.panier), answers(version, step="relire", article_1="ok \u202e non"))
    assert "<bdi>ok \u202e non</bdi>" in text_of(page)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("Nous l’écrivons ensemble.", "Nous l’écrivons à plusieurs.", {"chapitre-1", "article-1", "article-2"}),
        ("## 2 – Avec les personnes\n", "## 2 – Avec les personnes\n\nChaque jour.\n", {"article-1", "article-2"}),
        ("La porte est ouverte", "La porte reste ouverte", {"article-1"}),
        ("L’écoute", "L’écoute de chacun", {"chapitre-1"}),
    ],
)
def test_what_introduces_a_piece_changes_it(cast, version, old, new, changed):
    second = adopted(cast.ccas, FIRST.replace(old, new))
    assert {piece.key for piece in pieces_of(second, version) if piece.has_changed} == changed


def test_a_second_click_signs_nothing_more(cast, as_user, version):
    for _ in range(2):
        response = as_user(cast.owner).post(address(cast.panier), answers(version), follow=True)
    assert Act.objects.count() == 1
    assert "a déjà signé de cette manière" in text_of(response)


def test_an_old_tab_after_a_new_version_gets_everything_back(cast, as_user, version):
    adopted(cast.ccas, SECOND)
    page = as_user(cast.owner).post(address(cast.panier), answers(version, article_2="Sauf l’été."))
    assert page.status_code == 409
    assert "Une nouvelle version" in text_of(page)
    assert "Sauf l’été." in text_of(page)
    assert "conseil d’administration" in text_of(page)
    assert not Act.objects.exists()


def test_what_was_typed_is_taken_up_with_the_new_text(cast, as_user, version):
    second = adopted(cast.ccas, SECOND)
    page = as_user(cast.owner).post(address(cast.panier), answers(second, step="modifier", article_2="Sauf l’été."))
    assert page.status_code == 200
    assert "Sauf l’été." in text_of(page)
    assert not Act.objects.exists()


def test_two_people_in_two_ways_one_signature(cast, as_user, version):
    belongs(cast.nobody, cast.panier, role="responsable")
    as_user(cast.owner).post(address(cast.panier), answers(version))
    page = as_user(cast.nobody).post(address(cast.panier), answers(version, article_1="Pas la nuit."))
    assert page.status_code == 409
    assert "Quelqu’un a signé entre-temps" in text_of(page)
    assert "Odile Owner" in text_of(page)
    assert "Pas la nuit." in text_of(page)
    assert Act.objects.count() == 1


def test_two_people_at_the_same_moment(fresh_database, cast):
    version = adopted(cast.ccas)

    def sign():
        try:
            return signed(version, cast.panier, cast.owner)
        except actions.AlreadySigned as refusal:
            return refusal.act

    one, other = while_open(sign, sign)
    assert one == other
    assert Act.objects.count() == 1


def test_after_losing_the_role_what_was_typed_is_given_back(cast, as_user, version, client):
    Membership.objects.filter(user=cast.owner).update(role="member")
    page = as_user(cast.owner).post(
        address(cast.panier), answers(version, article_1="Pas la nuit."), headers={"origin": "http://testserver"}
    )
    assert page.status_code == 403
    assert "Pas la nuit." in text_of(page)
    assert not Act.objects.exists()


def test_a_member_and_the_ccas_see_where_it_stands_and_cannot_sign(cast, as_user, version):
    signed(version, cast.panier, cast.owner)
    for user in (cast.teammate, cast.ccas):
        page = text_of(as_user(user).get(address(cast.panier)))
        assert "Ce qui est signé aujourd’hui" in page
        assert 'name="empreinte"' not in page
        assert as_user(user).get(address(cast.halte)).status_code == (404 if user == cast.teammate else 200)


def test_a_closed_structure_signs_no_more(cast, as_user, version):
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on="2020-01-01")
    assert "Cette structure est fermée" in text_of(as_user(cast.owner).get(address(cast.panier)))
    assert as_user(cast.owner).post(address(cast.panier), answers(version)).status_code == 403


def test_one_reads_first_what_changed_since_the_last_signature(cast, as_user, version):
    signed(version, cast.panier, cast.owner, article_1="Pas la nuit.", article_2="Sauf l’été.")
    adopted(cast.ccas, SECOND)
    page = text_of(as_user(cast.owner).get(address(cast.panier)))
    assert "Ce qui a changé depuis votre signature" in page
    assert "à toute heure" in page.split("<ins>")[2].split("</ins>")[0]
    assert "changé depuis votre signature</span>" in page
    form = as_user(cast.owner).get(address(cast.panier)).context["form"]
    assert form["choix-article-1"].value() is None  # it changed: to be decided anew
    assert (form["choix-article-2"].value(), form["texte-article-2"].value()) == ("reserve", "Sauf l’été.")


def test_signed_again_with_less_what_left_has_its_date(cast, version):
    signed(version, cast.panier, cast.owner)
    again = {"signer": ("O", "p"), "power": ("CA", date(2025, 1, 1)), "by": cast.owner}
    act = actions.sign(version=version, structure=cast.panier, positions={"article-1": ""}, **again)
    assert standing_of(cast.panier, version).withdrawn == {"chapitre-1": act.at, "article-2": act.at}


def withdrawing(*keys, step="retirer"):
    last = Act.objects.last()
    return {**SIGNER, "keys": keys, "etape": step, "vu": last.number}


def test_an_article_is_withdrawn_after_a_confirmation(cast, as_user, version):
    signed(version, cast.panier, cast.owner)
    url = address(cast.panier, "withdraw")
    page = as_user(cast.owner).post(url, withdrawing("article-1", "article-2", step="relire"))
    assert page.status_code == 200
    assert text_of(page).count('name="keys"') == 2
    assert Act.objects.count() == 1
    response = as_user(cast.owner).post(url, withdrawing("article-1", "article-2"), follow=True)
    assert set(standing_of(cast.panier, version).positions) == {"chapitre-1"}
    assert "retiré le" in text_of(response)


def test_everything_is_withdrawn_from_every_version(cast, as_user, version):
    signed(version, cast.panier, cast.owner)
    signed(adopted(cast.ccas, SECOND), cast.panier, cast.owner)
    as_user(cast.owner).post(address(cast.panier, "withdraw"), withdrawing("tout"))
    assert Act.objects.filter(kind="withdrawn").count() == 2
    page = as_user(cast.owner).post(address(cast.panier, "withdraw"), withdrawing("tout"), follow=True)
    assert "Il n’y a rien à retirer" in text_of(page)
    assert Act.objects.count() == 4


def test_signed_otherwise_while_one_withdraws(cast, as_user, version):
    signed(version, cast.panier, cast.owner)
    typed = withdrawing("article-1")
    signed(version, cast.panier, cast.owner, article_1="Pas la nuit.")
    page = as_user(cast.owner).post(address(cast.panier, "withdraw"), typed)
    assert (page.status_code, "relisez la liste" in text_of(page)) == (409, True)
    assert Act.objects.count() == 2


def test_withdrawing_nothing_or_what_is_not_signed(cast, as_user, version):
    signed(version, cast.panier, cast.owner)
    url = address(cast.panier, "withdraw")
    for keys in ([], ["article-9"]):
        page = as_user(cast.owner).post(url, withdrawing(*keys))
        assert page.status_code == 422
        assert "Odile Owner" in text_of(page)
    assert Act.objects.count() == 1


def labels(user):
    return [one.label for one in registry.awaiting.ask(user) if "harte" in one.label]


def test_what_awaits_whom(cast, version):
    assert labels(cast.owner) == ["Lire la charte, version 1, et décider de la signer"]
    assert labels(cast.teammate) == labels(cast.nobody) == labels(cast.ccas) == []
    signed(version, cast.panier, cast.owner)
    assert labels(cast.owner) == []
    adopted(cast.ccas, SECOND)
    assert labels(cast.owner) == ["Lire la charte, version 2, et décider de la signer"]


def test_before_any_version_there_is_nothing_to_sign(cast, as_user):
    page = as_user(cast.owner).get(address(cast.panier))
    assert "pas encore adoptée" in text_of(page)
    for name in ("ask_link", "withdraw"):
        assert as_user(cast.owner).get(address(cast.panier, name)).status_code in (200, 302)
    assert as_user(cast.ccas).get(reverse("charter:follow_up")).status_code == 200
    assert labels(cast.owner) == []
