"""A volunteer keeps a service's page right, from an old phone; the pages where one does are for everybody's eyes."""

import re

import pytest
from playwright.sync_api import expect

from directory import actions
from directory.models import Closure, Service
from tests.browser.test_year import sign_in


@pytest.fixture
def service(cast):
    return Service.objects.create(
        structure=cast.panier, name="Repas chauds", hours="Mo-Fr 18:30-20:00", phone="02 43 00 00 09", city="Le Mans"
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_volunteer_changes_the_hours_of_a_service(open_page, cast, service, scripts):
    # Given a volunteer on a phone, on the page of a service
    page = open_page(phone=True, scripts=scripts)
    sign_in(page, cast.teammate)
    page.goto(f"/annuaire/services/{service.pk}/")
    page.get_by_role("link", name="Modifier").click()
    # When Saturday's hours are typed as people say them, with one that does not exist
    page.get_by_text("Les horaires", exact=True).click()
    page.get_by_label("Samedi").fill("de 9h à midi")
    page.get_by_label("Dimanche").fill("25h-26h")
    page.locator("#quand").get_by_role("button", name="Enregistrer").click()
    # Then nothing is lost, and a sentence says what to change
    expect(page.get_by_role("alert")).to_contain_text("n’est pas une heure")
    expect(page.get_by_label("Samedi")).to_have_value("de 9h à midi")
    page.get_by_label("Dimanche").fill("")
    page.locator("#quand").get_by_role("button", name="Enregistrer").click()
    # And the page says it to everybody
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    expect(page.get_by_text(re.compile("le samedi, de 9.h à 12.h", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_text("Confirmé par Marcel Teammate")).to_be_visible()
    # When it was a mistake
    page.get_by_role("link", name="Son histoire").click()
    page.get_by_role("button", name="Annuler ce changement").click()
    # Then the hours are as before
    expect(page.get_by_text("Le changement est annulé")).to_be_visible()
    page.goto(f"/annuaire/services/{service.pk}/")
    expect(page.get_by_text(re.compile("samedi", re.IGNORECASE))).to_have_count(0)


def test_the_pages_are_for_everybody(open_page, axe_complaints, cast, service):
    """Each section open, as the walk through all pages does not see them."""
    actions.save_service(service=service, typed={"fees": "gratuit"}, seen={"fees": ""}, by=cast.owner)
    closure = Closure.objects.create(structure=cast.panier, service=service, first_day="2030-08-01", reason="congés")
    page = open_page(cast.teammate, phone=True, bypass_csp=True)
    structure = f"/annuaire/structures/{cast.panier.pk}"
    found = []
    for path in (
        f"/annuaire/services/{service.pk}/modifier/",
        f"/annuaire/services/{service.pk}/confirmer/",
        f"/annuaire/services/{service.pk}/historique/",
        f"{structure}/ajouter/",
        f"{structure}/modifier/",
        f"{structure}/fermetures/",
        f"{structure}/fermetures/{closure.pk}/",
    ):
        page.goto(path)
        for summary in page.locator("main summary").all():
            if summary.is_visible() and not summary.evaluate("e => e.parentElement.open"):
                summary.click()
        found += axe_complaints(page)
    # And refused, with its sentences
    page.goto(f"/annuaire/services/{service.pk}/modifier/")
    page.get_by_text("Téléphone, courriel", exact=True).click()
    page.get_by_role("textbox", name="Courriel").fill("pas une adresse")
    page.locator("#joindre").get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Cette adresse ne convient pas")
    found += axe_complaints(page)
    assert not found, "\n".join(found)


def test_two_people_each_see_what_the_other_wrote(open_page, axe_complaints, cast, service):
    mine, other = (open_page(user, phone=True, bypass_csp=True) for user in (cast.teammate, cast.owner))
    for page, hours in ((other, "10h-11h"), (mine, "8h-9h")):
        page.goto(f"/annuaire/services/{service.pk}/modifier/")
        page.get_by_text("Les horaires", exact=True).click()
        page.get_by_label("Lundi").fill(hours)
    for page in (other, mine):
        page.locator("#quand").get_by_role("button", name="Enregistrer").click()
    expect(mine.get_by_text("Odile Owner a enregistré")).to_be_visible()
    expect(mine.get_by_label("Lundi")).to_have_value("8h-9h")
    assert not axe_complaints(mine)
    mine.locator("#quand").get_by_role("button", name="Enregistrer").click()
    expect(mine.get_by_text(re.compile("Le lundi, de 8.h à 9.h")).first).to_be_visible()
