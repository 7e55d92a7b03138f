"""Finding the right door: on a phone, in three taps and a slip; with and without scripts."""

import pypdfium2
import pytest

from lemans_solidaire.network import demo

ASKED = "une personne qui parle dari, une douche et un repas près de la gare aujourd’hui"


@pytest.fixture
def network(fresh_database):
    demo.load()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_three_taps_and_a_slip(network, open_page, axe_complaints, scripts):
    page = open_page(phone=True, scripts=scripts, bypass_csp=scripts)
    page.goto("/annuaire/")
    page.get_by_label("Que cherchez-vous").fill(ASKED)
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_url("**q=une*")
    first = page.locator("#liste > li").first
    assert "Matins de la gare" in first.inner_text()
    assert "on y parle dari" in page.locator(".chips").inner_text()
    if scripts:
        assert not axe_complaints(page)
    first.get_by_role("link", name="Matins de la gare").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Matins de la gare"
    assert page.get_by_role("combobox").input_value() == "prs"
    if scripts:
        assert not axe_complaints(page)
    address = page.locator("form[action$='fiche.pdf']").get_attribute("action")
    slip = page.request.get(f"{address}?langue=prs")
    assert slip.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(slip.body())
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    assert "Matins de la gare" in text
    assert "02 43 00 00 10" in text
    assert "115" in text
    assert any("\u0600" <= letter <= "\u06ff" or "\ufb50" <= letter <= "\ufeff" for letter in text)


def test_the_band_of_emergency_without_scripts(network, open_page):
    page = open_page(phone=True, scripts=False)
    page.goto("/annuaire/?q=dormir+ce+soir")
    assert page.get_by_role("link", name="115").get_attribute("href") == "tel:115"
    assert page.locator("#appeler").is_visible()


def test_answers_come_while_typing_and_the_way_back_is_kept(network, open_page):
    page = open_page()
    page.goto("/annuaire/")
    page.get_by_label("Que cherchez-vous").press_sequentially("soupe", delay=20)
    page.locator("#liste > li:first-child h3", has_text="Soupe").wait_for()
    assert "q=soupe" in page.url
    page.get_by_role("button", name="Voir la carte").click()
    page.locator(".leaflet-marker-icon:not(.map-landmark)").first.wait_for()
    page.locator("#liste > li:first-child h3 a").click()
    page.get_by_role("heading", level=1, name="Soupe").wait_for()
    page.go_back()
    page.locator("#liste > li:first-child h3", has_text="Soupe").wait_for()
    assert page.get_by_label("Que cherchez-vous").input_value() == "soupe"


def test_near_me_asks_the_browser_only_when_it_is_pressed(network, open_page):
    page = open_page(phone=True)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 48.0262, "longitude": 0.2041})
    page.goto("/annuaire/?q=lait")
    assert page.get_by_label("Près de").input_value() == ""
    page.get_by_role("button", name="Près de moi").click()
    page.wait_for_url("**pres_de=48.026*")
    assert "à 50\u202fm" in page.locator("#liste > li").first.inner_text()


def test_a_filter_is_put_and_taken_away_by_links(network, open_page):
    page = open_page(phone=True, scripts=False)
    page.goto("/annuaire/?q=repas")
    page.get_by_text("Préciser").click()
    page.get_by_role("link", name="avec un chien").click()
    assert page.locator("#liste > li").first.inner_text().count("Non connu") == 0
    assert "chien" in page.url
    page.get_by_role("link", name="Retirer").click()
    assert "chien" not in page.url


def test_the_entrance_in_pictures_leads_to_answers(network, open_page):
    page = open_page(phone=True, scripts=False)
    page.goto("/annuaire/images/?langue=ar")
    page.locator("a[href*='q=manger']").click()
    assert page.locator("#liste > li").count() > 2
