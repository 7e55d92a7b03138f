"""The whole way of a figure: typed by a volunteer, sent by the responsable, read over, printed."""

import re

import pytest
from playwright.sync_api import expect

from indicators.models import Answer, Rendering, Sheet
from lemans_solidaire.network import demo
from lemans_solidaire.network.models import User
from tests.cast import PASSWORD
from tests.codes import code_for
from tests.processes import running_worker, wait_until


def sign_in(page, user, code=None):
    page.goto("/compte/login/")
    page.get_by_label("Courriel").fill(user.email)
    page.get_by_label("Mot de passe", exact=False).first.fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("connecter", re.IGNORECASE)).click()
    if code:
        page.wait_for_url("**/2fa/authenticate/**")
        page.get_by_label("code", exact=False).first.fill(code)
        page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url and "/authenticate/" not in url)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_figure_walks_from_a_browser_to_a_pdf(open_page, fresh_database, cast, scripts):
    # Given a volunteer on a phone
    page = open_page(phone=True, scripts=scripts)
    sign_in(page, cast.teammate)
    # When figures are typed as people type them
    page.get_by_role("link", name="Ouvrir la fiche").click()
    page.get_by_label("Repas servis ou distribués", exact=True).fill("1 200 000")
    page.get_by_label("Heures de bénévolat", exact=True).fill("1 187,5")
    page.get_by_label("Lieux d’accueil", exact=True).fill("0")
    page.get_by_label(re.compile("ne le comptons pas.*Bébés", re.DOTALL)).check()
    page.get_by_role("button", name="Enregistrer").click()
    # Then they are kept, and only the responsable may send them
    expect(page.get_by_label("Heures de bénévolat", exact=True)).to_have_value("1\u202f187,5")
    expect(page.get_by_text("4 réponses sur 12")).to_be_visible()
    expect(page.get_by_role("button", name="Enregistrer et envoyer")).to_have_count(0)

    # When the responsable sends the sheet
    page = open_page(cast.owner, phone=True, scripts=scripts)
    page.goto("/mon-espace/")
    page.get_by_role("link", name="Ouvrir la fiche").click()
    page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(page.get_by_role("heading", name="Fiche envoyée")).to_be_visible()

    # And the CCAS, with its code, reads it over
    page = open_page(scripts=scripts)
    sign_in(page, cast.ccas, code=demo.current_code(cast.ccas))
    page.get_by_role("link", name="Relire").click()
    expect(page.get_by_role("row", name=re.compile("Bébés aidés non compté"))).to_be_visible()
    page.get_by_role("button", name="La fiche est relue").click()
    expect(page.get_by_role("heading", name="Fiche relue")).to_be_visible()

    # Then the summary shows each figure as it was meant, and the PDF is made while the page tells how far it is
    page.goto("/indicateurs/2025/synthese/")
    expect(page.get_by_role("row", name=re.compile("Repas servis.*1.200.000"))).to_be_visible()
    page.get_by_role("button", name="Préparer le PDF").click()
    expect(page.get_by_text("Il commencera dès que")).to_be_visible()
    with running_worker(fresh_database):
        wait_until(lambda: Rendering.objects.get().state == Rendering.State.READY)
    if not scripts:
        page.get_by_role("link", name="Voir où il en est maintenant").click()
    link = page.get_by_role("link", name="Télécharger le PDF")
    expect(link).to_be_visible(timeout=10_000)  # with scripts the page saw it by itself
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-1.7")


def test_a_sheet_is_filled_with_the_keyboard_alone(open_page, cast):
    page = open_page(cast.owner)
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#contenu$"))
    page.keyboard.press("Tab")
    expect(page.get_by_label("Passages", exact=True)).to_be_focused()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    wait_until(lambda: Answer.objects.filter(indicator__code="passages", value=42).exists())
    assert Sheet.objects.get().state == Sheet.State.DRAFT  # Enter saves; it never sends


def test_two_browsers_on_one_sheet_lose_nothing(open_page, cast):
    url = f"/indicateurs/2025/fiche/{cast.panier.pk}/"
    first, second = open_page(cast.owner), open_page(cast.teammate, phone=True)
    for page, typed in ((first, "640"), (second, "700")):
        page.goto(url)
        page.get_by_label("Passages", exact=True).fill(typed)
    first.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(first.get_by_text("1 réponse sur 12")).to_be_visible()
    second.get_by_role("button", name="Enregistrer").click()
    expect(second.get_by_label("Passages", exact=True)).to_have_value("700")
    expect(second.get_by_text("Odile Owner a enregistré 640")).to_be_visible()


def test_a_double_click_saves_once(open_page, cast):
    page = open_page(cast.owner)
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/")
    page.get_by_label("Passages", exact=True).fill("5")
    page.get_by_role("button", name="Enregistrer", exact=True).dblclick()
    expect(page.get_by_text("1 réponse sur 12")).to_be_visible()
    assert Sheet.objects.get().version == 1


def test_a_new_ccas_account_sets_its_second_factor_up(open_page, cast):
    cast.ccas.authenticator_set.all().delete()
    page = open_page()
    sign_in(page, cast.ccas)
    expect(page).to_have_url(re.compile("/compte/reauthenticate/"))
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    expect(page).to_have_url(re.compile("/compte/2fa/totp/activate/"))
    secret = page.locator("code").inner_text()
    page.get_by_label("Code affiché par l’application").fill(code_for(secret))
    page.get_by_role("button", name="Vérifier et terminer").click()
    page.wait_for_url(lambda url: "/activate/" not in url)
    page.goto("/indicateurs/")  # the code just given counts: none is asked again
    expect(page.get_by_role("heading", name="Fiches d’indicateurs")).to_be_visible()
    assert User.objects.get(pk=cast.ccas.pk).authenticator_set.exists()
