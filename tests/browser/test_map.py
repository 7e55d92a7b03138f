"""The map of answers: a second way to read a list, from its own numbers, without anything from elsewhere."""

import re

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import expect

TILES = {
    "url": "https://tuiles.example/{z}/{x}/{y}.png",
    "credit": "© Essai, openstreetmap.org",
    "host": "tuiles.example",
}


@pytest.fixture
def open_components(open_page, cast, server):
    """open_components(…) gives the page of components and what it asked of other sites."""

    def open_one(**how):
        page = open_page(cast.ccas, **how)
        elsewhere = []
        page.on("request", lambda r: None if r.url.startswith((server, "data:")) else elsewhere.append(r.url))
        page.goto("/composants/")
        return page, elsewhere

    return open_one


def show(page):
    page.get_by_role("button", name="Voir la carte").click()
    expect(markers(page).first).to_be_visible()


def markers(page):
    return page.locator(".map-marker")


def test_without_scripts_the_list_is_enough(open_components):
    page, elsewhere = open_components(scripts=False)
    expect(page.locator("#carte")).to_be_hidden()
    expect(page.get_by_role("link", name="La Halte du Pont", exact=True)).to_be_visible()
    assert not elsewhere


def test_nothing_is_loaded_before_it_is_asked_for(open_components):
    page, _ = open_components()
    expect(page.get_by_role("button", name="Voir la carte")).to_be_visible()
    assert not page.evaluate("performance.getEntriesByType('resource').filter(r => r.name.includes('leaflet')).length")


def test_the_map_opens_and_closes(open_components):
    page, elsewhere = open_components()
    show(page)
    expect(markers(page)).to_have_text(["1", "2", "3"])
    expect(page.get_by_role("button", name="3\u202f: La Marmite du Quartier, lieu approximatif")).to_be_visible()
    expect(page.get_by_role("button", name="Agrandir")).to_be_visible()
    expect(page.locator(".map-landmark span", has_text="Gare")).to_be_visible()
    page.get_by_role("button", name="Cacher la carte").click()
    expect(page.get_by_role("region", name="Carte des réponses")).to_be_hidden()
    show(page)
    expect(markers(page)).to_have_count(3)
    assert not elsewhere


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_is_enough(open_components, key):
    page, _ = open_components()
    show(page)
    markers(page).nth(1).focus()
    page.keyboard.press(key)
    link = page.locator(".leaflet-popup").get_by_role("link", name="La Halte du Pont")
    expect(link).to_be_focused()
    assert link.get_attribute("href").endswith("#exemple-halte")
    page.keyboard.press("Escape")
    expect(link).to_have_count(0)
    expect(markers(page).nth(1)).to_be_focused()


def test_the_popup_closes_by_a_button_that_speaks_french(open_components):
    page, _ = open_components()
    page.emulate_media(reduced_motion="reduce")
    show(page)
    markers(page).first.click()
    page.get_by_role("button", name="Fermer").press("Enter")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(markers(page).first).to_be_focused()


def test_a_name_is_only_text(open_components):
    page, elsewhere = open_components()
    name = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    page.evaluate("name => document.querySelector('#reponses h3 a').textContent = name", name)
    show(page)
    markers(page).first.click()
    expect(page.locator(".leaflet-popup").get_by_role("link")).to_have_text(name)
    assert page.locator("#carte script, #carte img").count() == 0
    assert not elsewhere


def test_answers_at_one_address_share_a_marker(open_components):
    page, _ = open_components()
    page.evaluate(
        """() => {
        const [first, second] = document.querySelectorAll("#reponses li");
        second.dataset.latitude = first.dataset.latitude.replace(".", ",");
        second.dataset.longitude = first.dataset.longitude;
    }"""
    )
    show(page)
    expect(markers(page)).to_have_text(["1 · 2", "3"])
    markers(page).first.click()
    links = page.locator(".leaflet-popup").get_by_role("link")
    expect(links).to_have_text(["Le Panier de la Gare", "La Halte du Pont"])


def swap(page, change):
    page.evaluate(
        f"list => {{ {change}; list.dispatchEvent(new Event('htmx:afterSwap', {{bubbles: true}})) }}",
        page.query_selector("#reponses"),
    )


def test_the_map_follows_the_list(open_components):
    page, _ = open_components()
    show(page)
    everything = page.locator("#reponses").inner_html()
    swap(page, "list.lastElementChild.remove()")
    expect(markers(page)).to_have_text(["1", "2"])
    swap(page, "list.replaceChildren()")
    expect(page.locator("#carte")).to_be_hidden()
    page.evaluate("html => window.kept = html", everything)
    swap(page, "list.innerHTML = window.kept")
    expect(markers(page)).to_have_count(3)


def test_a_page_put_back_from_the_history_has_a_living_map(open_components):
    """What htmx keeps is text: a map kept in it would be a picture that answers nothing."""
    page, _ = open_components()
    show(page)
    page.evaluate(
        """() => {
        const main = document.querySelector("main");
        const tell = name => document.body.dispatchEvent(new Event(name, {bubbles: true}));
        tell("htmx:beforeHistorySave");
        main.innerHTML = main.innerHTML;
        tell("htmx:historyRestore");
    }"""
    )
    expect(markers(page)).to_have_count(3)
    markers(page).first.click()
    expect(page.locator(".leaflet-popup").get_by_role("link")).to_be_visible()


def test_a_map_that_cannot_be_loaded_says_so(open_components):
    page, _ = open_components()
    page.route(re.compile("leaflet"), lambda route: route.abort())
    page.get_by_role("button", name="Voir la carte").click()
    expect(page.get_by_role("status").filter(has_text="La carte n’a pas pu s’ouvrir")).to_be_visible()
    page.unroute_all()
    show(page)


def test_tiles_come_from_the_one_site_that_the_settings_name(open_components, settings):
    settings.TILES = TILES
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    images = [*directives["img-src"], "https://tuiles.example"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "img-src": images}}
    page, elsewhere = open_components()
    page.route("https://tuiles.example/**", lambda route: route.fulfill(path=finders.find("leaflet/images/layers.png")))
    show(page)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    expect(page.locator(".map-words")).to_contain_text("Fond de carte\u202f: © Essai, openstreetmap.org.")
    expect(page.locator(".map-landmark")).to_have_count(0)
    assert elsewhere
    assert all(re.fullmatch(r"https://tuiles\.example/\d+/\d+/\d+\.png", url) for url in elsewhere)


def test_axe_finds_nothing(open_components, axe_complaints):
    page, _ = open_components(phone=True, bypass_csp=True)
    page.emulate_media(reduced_motion="reduce")  # a popup that fades in is pale for a moment
    show(page)
    assert not axe_complaints(page)
    markers(page).last.focus()
    page.keyboard.press("Enter")
    assert not axe_complaints(page)
