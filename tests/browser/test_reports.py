"""From a report to the published figure, and back to its page; with the keyboard alone."""

import io
import re
from urllib.parse import urlsplit

import pikepdf
import pytest
from django.template.loader import render_to_string

from indicators import actions
from indicators.contents import replies_of
from indicators.models import EditionFile, Proposal, ReportReading, Sheet
from indicators.reading import read
from lemans_solidaire.network.pdf import render_pdf
from tests.indicators.publishing import published, time_is_over

MOST_TABS = 60
CALM = 750  # milliseconds


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture(scope="module")
def report():
    told = {"structure": "Le Panier d’essai", "year": 2025, "before": 2024}
    return render_pdf(render_to_string("indicators/pdf/demo_activity.html", told), "ab" * 32)


def tab_to(page, words):
    """Presses Tab until what has the focus says these words, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement === document.body ? '' : document.activeElement.innerText")
        if said.strip() == words:
            return
    raise AssertionError(f"« {words} » is not reached")


def press(page, *keys):
    """One decision: the next figure is then on the page."""
    before = page.url
    page.wait_for_timeout(CALM)  # a figure that has just come is not decided at once
    for key in keys:
        page.keyboard.press(key) if len(key) == 1 or key == "Enter" else page.keyboard.type(key)
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state()


def upload(page, report, base):
    page.goto(f"{base}rapport/")
    sent = {"name": "Rapport 2025.pdf", "mimeType": "application/pdf", "buffer": report}
    page.set_input_files("#rapport", sent)
    page.focus("#rapport")
    tab_to(page, "Déposer le rapport")
    press(page, "Enter")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_ten_figures_are_decided_with_the_keyboard_and_the_sheet_is_sent(open_page, cast, report, phone):
    page = open_page(cast.owner, phone=phone)
    base = f"/indicateurs/2025/fiche/{cast.panier.pk}/"
    upload(page, report, base)
    page.get_by_text("Le portail va lire votre rapport").wait_for()
    read(ReportReading.objects.get().pk)
    page.get_by_text("chiffres à vérifier").wait_for()  # the page looks again by itself
    tab_to(page, "Commencer")
    press(page, "Enter")
    for keys in ["g", "g", "g", "n"]:
        press(page, keys)
    press(page, "c", "930", "Enter")
    for keys in ["p", "g", "g", "g", "g", "g"]:
        press(page, keys)
    states = list(Proposal.objects.exclude(state="open").values_list("state", flat=True))
    assert (len(states), states.count("corrected"), states.count("rejected")) == (10, 1, 1)
    sheet = Sheet.objects.get()
    kept = Proposal.objects.proven().select_related("indicator")
    assert {one.indicator.code: one.kept for one in kept} == {c: r.value for c, r in replies_of(sheet).items()}
    page.goto(f"{base}envoi/")
    page.get_by_label("Les membres des structures du réseau").focus()
    page.keyboard.press("Space")
    tab_to(page, "Envoyer")
    press(page, "Enter")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.shared_with) == ("submitted", "network")
    if not phone:
        follow_a_figure_back(open_page, cast, sheet)


def follow_a_figure_back(open_page, cast, sheet):
    """Reviewed, published: the PDF of the network leads to the page of the report."""
    actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)
    actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    time_is_over()
    _, network = published(cast)
    content = bytes(EditionFile.objects.get(edition=network, format="pdf").content)
    wanted = f"/indicateurs/2025/fiche/{sheet.structure_id}/preuves/passages/"
    assert wanted in paths_linked(content)
    reader = open_page(cast.stranger)
    reader.goto(wanted)
    reader.get_by_role("heading", name="Passages : 12 400").wait_for()
    reader.get_by_text("Ce chiffre vient du rapport d’activité, page 1.").wait_for()
    picture = reader.locator(".passage-image img").last
    reader.wait_for_function("image => image.complete", arg=picture.element_handle())
    assert picture.evaluate("image => image.naturalWidth") > 500


def paths_linked(content):
    with pikepdf.open(io.BytesIO(content)) as document:
        annotations = [note for page in document.pages for note in page.get("/Annots", [])]
        links = [str(note.A.URI) for note in annotations if note.get("/A", {}).get("/URI")]
    return {urlsplit(link).path for link in links}


def once(page, way, box):
    if way == "mouse":
        page.mouse.click(box["x"] + 20, box["y"] + 20)
    else:
        page.keyboard.press("g")


def test_a_double_click_or_a_key_pressed_twice_decides_one_figure(open_page, cast, report):
    page = open_page(cast.owner)
    base = f"/indicateurs/2025/fiche/{cast.panier.pk}/"
    upload(page, report, base)
    read(ReportReading.objects.get().pk)
    for way in ("mouse", "keyboard"):
        page.goto(f"{base}rapport/lecture/")
        page.get_by_role("link", name=re.compile("Commencer|Continuer$")).first.click()
        page.wait_for_timeout(CALM)
        box = page.get_by_role("button", name="Garder").first.bounding_box()
        before, url = Proposal.objects.open().count(), page.url
        once(page, way, box)
        page.wait_for_url(lambda now, url=url: now != url)
        once(page, way, box)
        page.wait_for_timeout(300)
        assert Proposal.objects.open().count() == before - 1


def test_the_keys_can_be_turned_off_and_know_a_french_keyboard(open_page, cast, report):
    page = open_page(cast.owner)
    base = f"/indicateurs/2025/fiche/{cast.panier.pk}/"
    upload(page, report, base)
    read(ReportReading.objects.get().pk)
    proposal = Proposal.objects.get(indicator__code="passages")
    Proposal.objects.filter(pk=proposal.pk).update(passages=[*proposal.passages, proposal.passages[0] | {"value": "7"}])
    page.goto(f"{base}rapport/lecture/passages/")
    page.wait_for_timeout(CALM)
    page.get_by_role("button", name="Décider avec les touches").click()
    page.keyboard.press("g")
    page.wait_for_timeout(200)
    assert Proposal.objects.open().filter(pk=proposal.pk).exists()
    page.keyboard.press("Enter")  # on again
    page.evaluate("""document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", {key: "é", code: "Digit2", bubbles: true}))""")
    page.wait_for_url(lambda url: "passages" not in url)
    assert Proposal.objects.get(pk=proposal.pk).kept == 7


def test_without_script_each_decision_is_a_button(open_page, cast, report):
    page = open_page(cast.owner, phone=True, scripts=False)
    base = f"/indicateurs/2025/fiche/{cast.panier.pk}/"
    upload(page, report, base)
    read(ReportReading.objects.get().pk)
    page.goto(f"{base}rapport/lecture/")
    page.get_by_role("link", name="Commencer").click()
    page.get_by_role("button", name="Garder").first.click()
    page.get_by_role("button", name="Ce n’est pas cela").click()
    page.get_by_text("Corriger le chiffre").click()
    page.get_by_label("Le chiffre juste").fill("bien assez")
    page.keyboard.press("Enter")
    page.get_by_text("Ce n’est pas un nombre que nous savons lire").wait_for()
    page.get_by_label("Le chiffre juste").fill("150")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    decided = Proposal.objects.exclude(state="open").values_list("state", flat=True)
    assert sorted(decided) == ["accepted", "corrected", "rejected"]


def test_its_pages_for_axe_in_every_state(open_page, axe_complaints, cast, report):
    page = open_page(cast.owner, bypass_csp=True)
    base, found = f"/indicateurs/2025/fiche/{cast.panier.pk}/", []
    upload(page, report, base)
    for state, problem in [("waiting", ""), ("refused", "Ce PDF est abîmé.")]:
        ReportReading.objects.update(state=state, problem=problem)
        page.goto(f"{base}rapport/lecture/")
        found += axe_complaints(page)
    read(ReportReading.objects.get().pk)
    page.goto(f"{base}rapport/lecture/")
    found += axe_complaints(page)
    page.get_by_role("link", name="Commencer").click()
    page.get_by_text("Corriger le chiffre").click()
    page.wait_for_timeout(CALM)
    page.get_by_role("button", name="Garder ce chiffre").click()
    page.get_by_text("Écrivez le chiffre juste").wait_for()
    found += axe_complaints(page)
    assert not found, "\n".join(found)
