"""A dossier from its first yes to the last look, as three people on their own screens."""

import pytest
from playwright.sync_api import expect

from tests.consent.people import PAPER, give_second_factor, make_dossier, number_of, open_the_part


@pytest.fixture
def people(fresh_database, cast):
    open_the_part(cast)
    for user in (cast.owner, cast.stranger):
        give_second_factor(user)
    return cast


@pytest.fixture
def look(axe_complaints):
    """look(page, heading): nothing may be wrong with it; told at the end of the test, for all pages at once.

    `heading` is that of the page that a click leads to: it is there before anything is measured.
    """
    found = []

    def look_at(page, heading=""):
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        found.extend(axe_complaints(page))

    yield look_at
    assert not found, "\n".join(found)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def open_with_reason(page, number):
    page.goto(f"/dossiers/{number}/")
    page.get_by_label("faire une démarche demandée").check()
    press(page, "Ouvrir")


def test_a_dossier_from_a_spoken_yes_to_its_end(open_page, look, people):
    worker = open_page(people.owner, phone=True, bypass_csp=True)
    worker.goto("/mon-espace/")
    look(worker)
    worker.get_by_role("link", name="Les dossiers", exact=True).click()
    look(worker, "Les dossiers")
    worker.get_by_role("link", name="Nouveau dossier").click()
    worker.get_by_label("Comment l’appeler").fill("Lila")
    worker.get_by_label("Ce que je veux").fill("Un toit avant l’hiver, près de l’hôpital.")
    press(worker, "Ouvrir le dossier")
    expect(worker.get_by_text("Le portail ne garde rien sur la santé")).to_be_visible()
    look(worker)
    worker.get_by_label("J’ai vérifié").check()
    worker.get_by_label("La personne a redit").check()
    press(worker, "Ouvrir le dossier")
    expect(worker.get_by_role("heading", name="Lila")).to_be_visible()
    number = worker.url.rstrip("/").split("/")[-1]
    worker.get_by_text("Ajouter une ligne").click()
    worker.get_by_label("Ce qui est utile à la suite").fill("Demande de logement envoyée.")
    worker.locator("#ligne-purpose").select_option("logement")
    press(worker, "Ajouter")
    worker.get_by_role("link", name="Partager avec une autre structure").click()
    worker.get_by_label("Avec quelle structure").select_option(label=people.halte.name)
    worker.locator("#partage-purpose").select_option("logement")
    look(worker)
    worker.get_by_label("La personne a redit").last.check()
    press(worker, "Partager")
    expect(worker.get_by_text(f"{people.halte.name} peut lire")).to_be_visible()
    look(worker)
    press(worker, "Faire sa carte")
    look(worker, "La carte")
    card, code = worker.locator(".card-to-print .key-figure").all_inner_texts()

    other = open_page(people.stranger, bypass_csp=True)
    other.goto(f"/dossiers/{number}/")
    look(other)
    open_with_reason(other, number)
    expect(other.get_by_text("Demande de logement envoyée.")).to_be_visible()
    look(other)

    person = open_page(None, scripts=False, phone=True)
    person.goto("/mon-dossier/")
    person.get_by_label("Numéro de la carte").fill(card)
    person.get_by_label("Code").fill(code)
    press(person, "Entrer")
    expect(person.get_by_role("heading", name="Bonjour Lila")).to_be_visible()
    read = person.locator("#lectures ~ ol > li").filter(has_text=people.halte.name)
    expect(read).to_contain_text("faire une démarche demandée")
    read.locator("summary").click()
    read.get_by_label("Votre question").fill("Pourquoi ?")
    read.get_by_role("button", name="Demander").click()
    person.get_by_label("Mon projet").fill("Un jardin.")
    person.get_by_label("J’ai vérifié").check() if person.get_by_label("J’ai vérifié").count() else None
    press(person, "Enregistrer mes mots")
    if person.get_by_label("J’ai vérifié").count():  # the hospital is still in the words
        person.get_by_label("J’ai vérifié").check()
        press(person, "Enregistrer mes mots")
    expect(person.get_by_text("Qui ouvre votre dossier lit d’abord ces mots.")).to_be_visible()
    with person.expect_download() as download:
        person.get_by_role("link", name="Télécharger une copie (PDF)").click()
    assert download.value.suggested_filename == "copie.pdf"

    other.goto("/dossiers/")
    look(other)
    other.get_by_label("Votre réponse").fill("Pour préparer le relais.")
    press(other, "Répondre")
    person.goto("/mon-dossier/")
    expect(person.get_by_text("Pour préparer le relais.")).to_be_visible()
    press(person, f"Je ne veux plus que {people.halte.name} voie mon dossier")
    other.goto(f"/dossiers/{number}/")
    expect(other.get_by_role("heading", name="Pas de dossier à lire ici")).to_be_visible()
    assert "jardin" not in other.content()
    look(other)

    own = open_page(None, phone=True, bypass_csp=True)
    own.goto("/mon-dossier/")
    look(own)
    own.get_by_label("Numéro de la carte").fill(card)
    press(own, "Entrer")
    expect(own.locator(".is-invalid").first).to_be_visible()
    look(own)
    own.get_by_label("Numéro de la carte").fill(card)
    own.get_by_label("Code").fill(code)
    press(own, "Entrer")
    look(own, "Bonjour Lila")
    own.get_by_role("link", name="Partager avec une autre structure").click()
    look(own, "Partager mon dossier")
    own.get_by_role("link", name="Ne pas partager").click()
    own.get_by_role("link", name="Prolonger mon accord").click()
    look(own, "Prolonger mon accord")
    press(own, "Prolonger")
    own.get_by_role("link", name="Je ne veux plus que ce dossier soit gardé").click()
    look(own, "Ne plus garder ce dossier")
    press(own, "Oui, arrêter")
    expect(own.get_by_text("Vous avez retiré votre accord")).to_be_visible()
    look(own)
    press(own, "Quitter vite")
    expect(own.get_by_role("heading", level=1, name="Des structures du Mans")).to_be_visible()
    worker.goto(f"/dossiers/{number}/")
    expect(worker.get_by_role("heading", name="Pas de dossier à lire ici")).to_be_visible()
    worker.goto(f"/dossiers/droits/{people.panier.pk}/")
    look(worker)


def test_a_request_without_a_card_from_the_form_to_the_answer(open_page, look, people):
    """Then what the same people meet beside it: notices, an emergency, what the person hides, the CCAS's page."""
    asking = open_page(None, phone=True, bypass_csp=True)
    asking.goto("/mon-dossier/")
    asking.get_by_role("link", name="Demander à lire").click()
    look(asking, "Demander à lire")
    press(asking, "Envoyer ma demande")
    expect(asking.get_by_text("Choisissez au moins une structure.")).to_be_visible()
    look(asking, "Demander à lire")
    asking.get_by_label("Votre nom").fill("Lila")
    asking.get_by_label(people.panier.name).check()
    press(asking, "Envoyer ma demande")
    look(asking, "Votre demande est partie")
    receipt, code = asking.locator(".card-to-print .key-figure").all_inner_texts()

    worker = open_page(people.owner, bypass_csp=True)
    worker.goto("/mon-espace/")
    worker.get_by_role("link", name="Lire et répondre").first.click()
    look(worker, "Des personnes demandent leur dossier")
    worker.get_by_role("link", name="Lila").click()
    press(worker, "La réponse l’attend")
    look(worker, "Lila demande son dossier")
    worker.get_by_label("quelqu’un de l’équipe la connaît").check()
    worker.get_by_label("nous n’avons rien").check()
    press(worker, "Noter la réponse")
    look(worker, "Des personnes demandent leur dossier")

    asking.get_by_role("link", name="Suivre ma demande").click()
    look(asking, "Suivre ma demande")
    asking.get_by_label("Numéro du reçu").fill(receipt)
    asking.get_by_label("Code du reçu").fill(code)
    press(asking, "Voir où elle en est")
    look(asking, "Ma demande du")
    expect(asking.get_by_text("Votre réponse vous a été donnée.")).to_be_visible()
    asking.goto("/mon-dossier/information/")
    look(asking, "Mes droits")
    for language in ("fr-simple", "ar", "prs", "uk"):
        asking.goto(f"/mon-dossier/information/{language}/?gros")
        look(asking, "")

    dossier = make_dossier(people.owner, people.panier, called="Sami", said=PAPER)
    number = number_of(people.owner, people.panier, dossier)
    other = open_page(people.stranger, phone=True, bypass_csp=True)
    other.goto("/dossiers/urgence/")
    look(other, "Un danger grave")
    other.get_by_label("Numéro du dossier").fill(number)
    other.get_by_label("Quel danger").fill("Menacé chez lui ce soir, il demande de l’aide.")
    press(other, "Ouvrir pour une heure")
    look(other, "Sami")
    worker.goto("/dossiers/")
    look(worker, "Les dossiers")
    worker.get_by_label("Votre relecture").fill("Nécessaire.")
    press(worker, "Relire")
    open_with_reason(worker, number)
    look(worker, "Sami")
    worker.get_by_role("link", name="Partager avec une autre structure").click()
    look(worker, "Partager le dossier")
    press(worker, "Partager")
    expect(worker.get_by_text("Demandez-lui de le redire")).to_be_visible()
    look(worker, "Partager le dossier")
    worker.goto(f"/dossiers/{number}/accord/")
    look(worker, "Renouveler l’accord")
    worker.goto(f"/dossiers/{number}/")
    press(worker, "Faire sa carte")
    card, code = worker.locator(".card-to-print .key-figure").all_inner_texts()
    person = open_page(None, scripts=False, phone=True)
    person.goto("/mon-dossier/")
    person.get_by_label("Numéro de la carte").fill(card)
    person.get_by_label("Code").fill(code)
    press(person, "Entrer")
    expect(person.get_by_text("Menacé chez lui")).to_be_visible()
    person.get_by_role("button", name=f"Cacher de cet écran\u202f: {people.panier.name}").click()
    expect(person.get_by_text("C’est caché de cet écran.")).to_be_visible()
    assert people.panier.name not in person.locator("main").inner_text()

    ccas = open_page(people.ccas, bypass_csp=True)
    ccas.goto("/dossiers/suivi/")
    look(ccas, "Les dossiers, vus du CCAS")


def test_the_keyboard_alone_opens_a_dossier(open_page, people):
    make_dossier(people.owner, people.panier, called="Sami", wants="Un toit.")
    page = open_page(people.owner, scripts=False)
    page.goto("/dossiers/")
    page.get_by_role("link", name="Sami").focus()
    page.keyboard.press("Enter")
    page.get_by_label("nous nous voyons aujourd’hui").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Un toit.").first).to_be_visible()
