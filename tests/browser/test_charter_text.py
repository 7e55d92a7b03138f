"""The text of the charter, from a file to a version in force, then read by anybody."""

from charter.actions import save_draft
from charter.models import Draft, Version
from tests.charter.texts import FIRST, SECOND, adopted


def test_a_file_becomes_the_version_in_force(open_page, axe_complaints, cast, tmp_path):
    file = tmp_path / "charte.md"
    file.write_text(FIRST.replace("Article 2", "Article 1"))
    page = open_page(cast.ccas, phone=True, bypass_csp=True)
    page.goto("/charte/")
    page.get_by_role("link", name="Écrire la première version").click()
    page.get_by_label("Ce qui change").fill("Tout commence.")
    page.get_by_label("Ou apporter un fichier").set_input_files(file)
    page.get_by_role("button", name="Enregistrer le projet").click()
    assert page.get_by_text("Le même numéro revient deux fois").is_visible()
    found = axe_complaints(page)
    file.write_text(FIRST)
    page.get_by_label("Ou apporter un fichier").set_input_files(file)
    page.get_by_role("button", name="Enregistrer le projet").click()
    assert page.get_by_text("2 chapitres, 2 articles").is_visible()
    found += axe_complaints(page)
    page.get_by_role("link", name="Écrire les « En clair »").click()
    page.get_by_label("Article 1").fill("Venez.")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="L’enregistrer comme adopté").click()
    page.get_by_role("button", name="Adopter la version 1").click()
    assert page.get_by_text("Écrivez qui a adopté ce texte.").is_visible()
    found += axe_complaints(page)
    page.get_by_label("Adoptée par").fill("L’assemblée")
    page.get_by_label("Date de l’adoption").fill("2026-03-01")
    page.get_by_role("button", name="Adopter la version 1").click()
    assert page.get_by_text("Version 1, en vigueur").is_visible()
    assert page.get_by_text("Venez.").is_visible()
    found += axe_complaints(page)
    assert not found, "\n".join(found)
    assert Version.objects.get().adopted_body == "L’assemblée"


def test_two_people_on_the_draft_and_what_changed(open_page, axe_complaints, visit, cast):
    adopted(cast.ccas)
    save_draft(text=FIRST, version=0, by=cast.ccas)
    page = open_page(cast.ccas, bypass_csp=True)
    found = []
    for url, label in (("/charte/projet/", "Le texte"), ("/charte/projet/en-clair/", "Article 1")):
        page.goto(url)
        draft = Draft.objects.get()
        said = {"article-1": f"Dit {draft.version} fois."}
        save_draft(text=SECOND, summaries=said, version=draft.version, by=cast.ccas)
        page.get_by_label(label).first.fill("Ce que j’écris")
        page.get_by_role("button", name="Enregistrer").first.click()
        assert page.get_by_text("entre-temps").first.is_visible()
        found += axe_complaints(page)
    adopted(cast.ccas, SECOND)
    found += visit(None, "/charte/versions/1..2/?vue=cote-a-cote")
    page.goto("/charte/versions/1..2/")
    page.locator(".charter-changes summary").first.press("Enter")
    assert page.get_by_text("L’écoute").is_visible()
    found += axe_complaints(page)
    assert not found, "\n".join(found)
