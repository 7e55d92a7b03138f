"""The whole way of a figure: typed by a volunteer, sent by the responsable, read over, published."""

import re

import pypdfium2
import pytest
from playwright.sync_api import expect

from indicators import actions
from indicators.figures import read_reply
from indicators.models import Answer, Proof, Sheet
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
        page.get_by_role("button", name="Demander un code la prochaine fois").click()
    page.wait_for_url(lambda url: "/login/" not in url and "/authenticate/" not in url)


ESSENTIAL = {
    "Premiers accueils": "280",
    "Passages": "12 400",
    "Contacts": "environ 900",
    "Personnes différentes accueillies": "1 850",
    "Personnes venues pour la première fois": "310",
    "Ménages": "920",
    "Demandes restées sans réponse": "",
    "Orientations vers une autre structure": "0",
    "Salariés": "0",
    "Salariés en équivalent temps plein": "0",
    "Bénévoles actifs": "46",
    "Heures de bénévolat": "1 187,5",
}


def the_year_before(cast):
    """What the structure answered a year ago, taken over from its papers."""
    figures = {"passages": "11 000", "personnes": "1 750", "menages": "900", "benevoles": "41"}
    actions.keep_past_figures(
        figures={(cast.panier, 2024, code): read_reply(text) for code, text in figures.items()},
        by=cast.ccas,
        source="essai",
    )


def fill_essential(page):
    """Page after page, each figure typed, with « Enregistrer et continuer »."""
    page.get_by_label("Une commune").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("link", name="Continuer", exact=True).click()  # no report
    for label, figure in ESSENTIAL.items():
        field = page.get_by_label(label, exact=True)
        if not field.count():
            page.get_by_role("button", name="Enregistrer et continuer").click()
        field.wait_for()
        if figure:
            field.fill(figure)
        else:
            page.get_by_label(f"Sorte de réponse\u202f: {label}", exact=True).select_option("Nous ne le comptons pas")
    page.get_by_role("button", name="Enregistrer et continuer").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_figure_walks_from_a_browser_to_a_published_pdf(open_page, fresh_database, cast, scripts):
    the_year_before(cast)
    # Given a volunteer on a phone
    page = open_page(phone=True, scripts=scripts)
    sign_in(page, cast.teammate)
    # When the essential is typed, page by page, last year's beside
    page.get_by_role("link", name="Ouvrir la fiche").click()
    page.get_by_role("link", name="Commencer").click()
    fill_essential(page)
    # Then every answer is kept, and only the responsable may send
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/")
    expect(page.get_by_text("12 réponses sur 12, dont 12 sur 12")).to_be_visible()
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/envoi/")
    expect(page.get_by_role("row", name=re.compile("Passages 12.400 11.000"))).to_be_visible()
    expect(page.get_by_role("button", name="Envoyer", exact=True)).to_have_count(0)

    # When the responsable sends the sheet
    page = open_page(cast.owner, phone=True, scripts=scripts)
    page.goto("/mon-espace/")
    page.get_by_role("link", name="Ouvrir la fiche").click()
    page.get_by_role("link", name="Relire et envoyer").click()
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_role("heading", name="Fiche envoyée")).to_be_visible()

    # And the CCAS, with its code, reads it over
    page = open_page(scripts=scripts)
    sign_in(page, cast.ccas, code=demo.current_code(cast.ccas))
    page.get_by_role("link", name="Relire").click()
    expect(page.get_by_role("row", name=re.compile("Contacts .*environ 900"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Demandes restées sans réponse .*non compté"))).to_be_visible()
    page.get_by_role("button", name="La fiche est relue").click()
    expect(page.get_by_role("heading", name="Fiche relue")).to_be_visible()

    # Then the summary to come shows each figure as it was meant
    page.goto("/indicateurs/2025/synthese/preparation/apercu/")
    expect(page.get_by_role("row", name=re.compile("Heures de bénévolat .*1.187,5")).first).to_be_visible()

    # When the CCAS sends the structure its page
    page.goto("/indicateurs/2025/synthese/preparation/")
    page.get_by_role("button", name="Envoyer les pages").click()
    expect(page.get_by_text("1 page envoyée")).to_be_visible()
    # And the responsable finds it right
    owner = open_page(cast.owner, phone=True, scripts=scripts)
    owner.goto("/mon-espace/")
    owner.get_by_role("link", name="Lire la page").click()
    expect(owner.get_by_role("row", name=re.compile("Passages .*12.400"))).to_be_visible()
    owner.get_by_role("button", name="La page est juste").click()
    expect(owner.get_by_text("votre page est notée comme juste")).to_be_visible()
    # And a foreword is written
    page.goto("/indicateurs/2025/synthese/preparation/")
    page.get_by_role("link", name="Avant-propos").click()
    page.get_by_label("Texte").fill("Merci à celles et ceux qui ont pris le temps de compter.")
    page.get_by_label("Signé par").fill("Claire Ccas")
    page.get_by_label("Sa fonction").fill("responsable du service")
    page.get_by_role("button", name="Enregistrer").click()
    # And a proof is made, while the page tells how far it is
    page.get_by_role("link", name="Épreuve").first.click()
    page.get_by_role("button", name="Faire l’épreuve").click()
    expect(page.get_by_text("Elle commencera dès que")).to_be_visible()
    with running_worker(fresh_database):
        wait_until(lambda: Proof.objects.get().state == Proof.State.READY)
    if not scripts:
        page.get_by_role("link", name="Voir où elle en est maintenant").click()
    link = page.get_by_role("link", name="PDF", exact=True).first
    expect(link).to_be_visible(timeout=10_000)  # with scripts the page saw it by itself
    with page.expect_download() as download:
        link.click()
    proof = download.value.path().read_bytes()
    # And it is published
    page.get_by_role("link", name="Revenir à la préparation").click()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("est publiée.")).to_be_visible()

    # Then anybody reads it, and its PDF is the very one that was read as a proof
    anybody = open_page(phone=True, scripts=scripts)
    anybody.goto("/")
    anybody.get_by_role("link", name="Lire les synthèses publiées").click()
    anybody.get_by_role("link", name="Le réseau en 2025").click()
    expect(anybody.get_by_text("Merci à celles et ceux")).to_be_visible()
    with anybody.expect_download() as download:
        anybody.get_by_role("link", name="Télécharger le PDF").click()
    assert download.value.path().read_bytes() == proof
    assert proof.startswith(b"%PDF-1.7")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_essential_is_filled_and_sent_with_the_keyboard_alone(open_page, cast, scripts):
    """From the first page to the last, on a phone: Tab, figures, Enter; and how many keys that takes."""
    the_year_before(cast)
    page = open_page(cast.owner, phone=True, scripts=scripts)
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/")
    keys = 0

    def press(key):
        nonlocal keys
        keys += 1
        page.keyboard.press(key)

    def reach(element):
        """Tab until it has the focus."""
        for _ in range(60):
            if element.evaluate("e => e === document.activeElement"):
                return
            press("Tab")
        raise AssertionError(f"the keyboard does not reach {element}")

    press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    press("Enter")
    expect(page).to_have_url(re.compile("#contenu$"))
    reach(page.get_by_role("link", name="Commencer"))
    press("Enter")
    page.wait_for_url("**/cadre/")
    reach(page.get_by_label("Un quartier"))
    press("ArrowDown")
    go_on(page, reach, press)
    go_on(page, reach, press)  # no report
    for label, figure in ESSENTIAL.items():
        field = page.get_by_label(label, exact=True)
        if not field.count():
            go_on(page, reach, press)
            field.wait_for()
        reach(field)
        typed = figure or "nc"
        keys += len(typed)
        page.keyboard.type(typed)
    go_on(page, reach, press)
    go_on(page, reach, press)  # what happened, in words
    reach(page.get_by_role("button", name="Envoyer", exact=True))
    press("Enter")
    expect(page.get_by_role("heading", name="Fiche envoyée")).to_be_visible()
    sheet = Sheet.objects.get()
    assert sheet.territory == "commune"
    assert sheet.answers.count() == len(ESSENTIAL)
    assert keys < 450  # at one key every two seconds, under a quarter of an hour


def go_on(page, reach, press):
    where = page.url
    continues = page.get_by_role("link", name="Continuer", exact=True)
    reach(page.get_by_role("button", name="Enregistrer et continuer").or_(continues))
    press("Enter")
    page.wait_for_url(lambda url: url != where)


def test_a_figure_typed_is_kept_without_a_click_and_the_page_says_so(open_page, cast):
    page = open_page(cast.owner, phone=True)
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/")
    page.get_by_label("Passages", exact=True).fill("12")
    page.keyboard.press("Tab")
    expect(page.locator("#enregistrement")).to_contain_text("Enregistré à")
    expect(page.get_by_text("C’est rare en dessous")).to_be_visible()
    word = page.get_by_label("Un mot sur ce chiffre\u202f: Passages")
    word.fill("Nous ouvrons un jour par mois.")
    page.get_by_label("Contacts", exact=True).fill("beaucoup")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Ce n’est pas un nombre que nous savons lire")).to_be_visible()
    expect(page.get_by_label("Contacts", exact=True)).to_have_value("beaucoup")
    wait_until(lambda: Answer.objects.get().word == "Nous ouvrons un jour par mois.")
    page.get_by_label("Contacts", exact=True).fill("40")
    page.keyboard.press("Tab")
    wait_until(lambda: Answer.objects.count() == 2)
    page.get_by_role("button", name="Enregistrer", exact=True).click()  # nobody conflicts with oneself
    expect(page.get_by_label("Contacts", exact=True)).to_have_value("40")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_save_that_does_not_arrive_says_so(open_page, cast):
    page = open_page(cast.owner)
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/")
    page.context.set_offline(True)
    page.get_by_label("Passages", exact=True).fill("12")
    page.keyboard.press("Tab")
    expect(page.locator("#enregistrement")).to_contain_text("Pas enregistré")
    page.context.set_offline(False)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Enregistré à").first).to_be_visible()
    assert Answer.objects.get().value == 12


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_browsers_on_one_sheet_lose_nothing(open_page, cast, scripts):
    url = f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/"
    first, second = open_page(cast.owner, scripts=scripts), open_page(cast.teammate, phone=True, scripts=scripts)
    for page in (first, second):
        page.goto(url)
    first.get_by_label("Passages", exact=True).fill("640")
    first.get_by_label("Premiers accueils", exact=True).fill("30")
    first.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(first.get_by_text("Enregistré à").first).to_be_visible()
    second.get_by_label("Passages", exact=True).fill("700")
    second.get_by_label("Contacts", exact=True).fill("9")
    second.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(second.get_by_text("Odile Owner a enregistré 640")).to_be_visible()
    expect(second.get_by_label("Passages", exact=True)).to_have_value("700")
    expect(second.get_by_label("Contacts", exact=True)).to_have_value("9")
    expect(second.get_by_label("Premiers accueils", exact=True)).to_have_value("30")  # untouched: the newer one
    second.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(second.get_by_text("Enregistré à").first).to_be_visible()
    kept = dict(Answer.objects.values_list("indicator__code", "value"))
    assert kept == {"passages": 700, "contacts": 9, "accueils": 30}


def test_a_double_click_saves_once(open_page, cast):
    page = open_page(cast.owner)
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/")
    page.get_by_label("Passages", exact=True).fill("5")
    page.get_by_role("button", name="Enregistrer", exact=True).dblclick()
    expect(page.get_by_text("Enregistré à").first).to_be_visible()
    wait_until(lambda: Sheet.objects.get().version == 1)


def test_the_essential_on_paper_fits_one_page(open_page, cast, tmp_path):
    page = open_page(cast.owner)
    page.goto("/indicateurs/2025/fiche-vierge/")
    printed = pypdfium2.PdfDocument(page.pdf(format="A4"))
    first = " ".join(printed[0].get_textpage().get_text_range().split())
    second = " ".join(printed[1].get_textpage().get_text_range().split())
    printed.close()
    missing = [label for label in ESSENTIAL if label not in first]
    assert not missing
    assert "Nous ouvrons un lieu" in second


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
