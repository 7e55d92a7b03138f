"""What comes between a page and its answer: somebody else, a new text, a second click. Nothing is signed unawares."""

from datetime import date
from time import sleep

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from charter import actions
from charter.actions import reaching
from charter.models import Act, Version
from charter.views import papers
from lemans_solidaire.network.models import Structure
from tests.at_once import together
from tests.charter.signatures import TOKEN, answers, link_to, paper_of
from tests.charter.texts import SECOND, adopted, signed

BY_LINK = reverse("charter:sign_by_link", args=[TOKEN])


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def address(structure):
    return reverse("charter:sign", args=[structure.pk])


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("change", [{"power_body": ""}, {"etape": "modifier"}])
def test_a_page_shown_again_still_knows_what_it_had_seen(cast, as_user, version, change):
    client = as_user(cast.owner)
    page = client.post(address(cast.panier), answers(version, step="relire", seen=0) | change)
    assert page.context["seen"] == 0
    signed(version, cast.panier, cast.owner, article_1="Réserve de l’autre.")
    page = client.post(address(cast.panier), answers(version, seen=page.context["seen"]) | change)
    assert page.status_code == 409
    assert "Réserve de l’autre." in text_of(page)


def test_a_conflict_is_told_when_reading_again_already(cast, client, version):
    link_to(cast.panier, cast.ccas)
    signed(version, cast.panier, cast.owner, article_1="Réserve de l’autre.")
    page = client.post(BY_LINK, answers(version, step="relire", article_2="La mienne."))
    assert page.status_code == 409
    assert "La mienne." in text_of(page)
    page = client.post(BY_LINK, answers(version, step="modifier", seen=page.context["seen"], article_2="La mienne."))
    assert (page.status_code, "La mienne." in text_of(page)) == (200, True)


def test_without_what_was_seen_nothing_breaks(cast, as_user, version):
    typed = answers(version)
    del typed["vu"]
    assert as_user(cast.owner).post(address(cast.panier), typed).status_code == 302
    assert Act.objects.count() == 1


def test_an_old_tab_decides_anew_what_has_changed(cast, as_user, version):
    adopted(cast.ccas, SECOND)  # article 1 is not the same any more
    client = as_user(cast.owner)
    page = client.post(address(cast.panier), answers(version, article_1="Pas la nuit."))
    assert "à toute heure" in text_of(page)
    kept = dict(page.context["kept"])
    assert "choix-article-1" not in kept
    assert (kept["texte-article-1"], kept["choix-article-2"]) == ("Pas la nuit.", "signe")
    told = {"empreinte": page.context["version"].digest, "vu": page.context["seen"]}
    form = client.post(address(cast.panier), kept | told | {"etape": "modifier"}).context["form"]
    assert (form["choix-article-1"].value(), form["texte-article-1"].value()) == (None, "Pas la nuit.")
    page = client.post(address(cast.panier), kept | told | {"etape": "signer"})
    assert (page.status_code, Act.objects.count()) == (422, 0)


def test_a_text_that_never_was_is_decided_anew(cast, as_user, version):
    page = as_user(cast.owner).post(address(cast.panier), answers(version) | {"empreinte": "autre"})
    assert page.status_code == 409
    assert not [name for name, _ in page.context["kept"] if name.startswith("choix-")]


def test_the_link_says_what_is_already_signed(cast, client, version):
    link_to(cast.panier, cast.ccas)
    assert "a déjà signé" not in text_of(client.get(BY_LINK))
    signed(version, cast.panier, cast.owner, article_1="Pas la nuit.")
    page = text_of(client.get(BY_LINK))
    assert "a déjà signé" in page
    assert "prend la place de celle-ci" in page
    assert "avec cette réserve" in page


@pytest.mark.parametrize("state", ["cancelled", "closed"])
def test_what_was_typed_for_a_link_that_serves_no_more_is_given_back(cast, client, version, state):
    link_to(cast.panier, cast.ccas, cancelled_at=timezone.now() if state == "cancelled" else None)
    if state == "closed":
        Structure.objects.filter(pk=cast.panier.pk).update(closed_on="2020-01-01")
    page = client.post(BY_LINK, answers(version, article_1="Ma longue réserve."))
    assert (page.status_code, "Ma longue réserve." in text_of(page)) == (409, True)


def test_the_word_about_a_paper_already_answered_is_given_back(cast, as_user, version):
    paper = paper_of(cast.panier, cast.ccas)
    actions.confirm_paper(paper=paper, by=cast.owner)
    typed = {"reponse": "non", "because": "Ce n’est pas notre présidente."}
    page = as_user(cast.owner).post(reverse("charter:paper", args=[paper.pk]), typed)
    assert page.status_code == 409
    assert "Ce n’est pas notre présidente." in text_of(page)
    assert "déjà eu sa réponse" in text_of(page)


def test_a_double_click_on_a_paper_that_adds_nothing(cast, as_user, version, monkeypatch):
    paper = paper_of(cast.panier, cast.ccas)
    signed(version, cast.panier, cast.owner)
    set_aside = actions.take_paper_back

    def twice(**told):
        set_aside(**told)
        return set_aside(**told)

    monkeypatch.setattr(papers.actions, "take_paper_back", twice)
    typed = {"reponse": "oui", "vu": Act.objects.get().number}
    page = as_user(cast.owner).post(reverse("charter:paper", args=[paper.pk]), typed, follow=True)
    assert "déjà eu sa réponse" in text_of(page)


def test_an_old_paper_is_not_the_last_signature(cast, as_user, version):
    signed(adopted(cast.ccas, SECOND), cast.panier, cast.owner, article_2="Sauf l’été.")
    actions.confirm_paper(paper=paper_of(cast.panier, cast.ccas, version), by=cast.owner)
    page = as_user(cast.owner).get(address(cast.panier) + "?encore")
    assert page.context["before"] is None
    assert page.context["form"]["texte-article-2"].value() == "Sauf l’été."


def test_a_closed_structure_is_not_signed_for_whatever_the_way(cast, version):
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on="2020-01-01")
    with pytest.raises(PermissionDenied):
        signed(version, cast.panier, cast.owner)


def slowly(action, seconds):
    def later(**told):
        sleep(seconds)
        return action(**told)

    return later


def test_a_link_made_again_while_the_one_before_signs(fresh_database, cast, monkeypatch):
    version = adopted(cast.ccas)
    link = link_to(cast.panier, cast.ccas, made_at=timezone.now() - timezone.timedelta(hours=1))
    monkeypatch.setattr(reaching, "cancel_link", slowly(reaching.cancel_link, 0.4))
    monkeypatch.setattr(reaching, "sign", slowly(reaching.sign, 0.6))
    told = {"version": version, "signer": ("P", "p"), "power": ("CA", date(2025, 1, 1))}

    def make():
        return reaching.make_link(structure=cast.panier, sent_to=link.sent_to, by=cast.owner, **told)

    def sign():
        return reaching.sign_by_link(link=link, positions={"article-1": ""}, **told)

    made, act = together(make, sign)
    assert made != link
    assert act == Act.objects.get()


def test_the_text_of_a_version_is_read_once_whatever_the_acts(cast, as_user, version, monkeypatch):
    read, counted = Version.text.func, []

    def counting(self):
        counted.append(self.pk)
        return read(self)

    client = as_user(cast.owner)
    for number in range(4):
        signed(version, cast.panier, cast.owner, article_1=f"Réserve {number}.")
    monkeypatch.setattr(Version.text, "func", counting)
    client.get(address(cast.panier))
    assert len(counted) <= 4
