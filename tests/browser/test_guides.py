"""Each guide is followed, step by step, by somebody who knows nothing else; the pictures are taken on the way."""

import re

import pypdfium2
import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from indicators import tasks
from indicators.demo import add_report_to_decide
from indicators.models import Campaign, Edition, Proof, Question, Reminder, ReportReading, Sheet
from indicators.reading import read
from lemans_solidaire.guides import DENSITY, GUIDES
from lemans_solidaire.network import demo
from lemans_solidaire.network.models import AccountInvitation, Problem, Structure, User
from tests.browser.guiding import Follower
from tests.indicators.publishing import fake_files, time_is_over
from tests.network.people import invited, sent

NARROW_DESK = {"width": 820, "height": 900}  # its words stay readable in the width of a guide


@pytest.fixture
def follow(open_page, fresh_database, settings, tmp_path):
    """follow(slug, email) gives somebody who opens the portal with a guide in hand."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    demo.load()

    def follower(slug, email=None, *, phone=False):
        page = open_page(phone=phone, density=DENSITY)
        if not phone:
            page.set_viewport_size(NARROW_DESK)
        follower = Follower(page, slug)
        page.goto("/")
        if email:
            sign_in(follower, email)
        return follower

    return follower


def sign_in(follower, email):
    page = follower.page
    page.get_by_role("link", name="Se connecter").first.click()
    page.get_by_label("Courriel").fill(email)
    page.get_by_label("Mot de passe").first.fill(demo.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    user = User.objects.get(email=email)
    if user.needs_second_factor:
        page.get_by_label("code", exact=False).first.fill(demo.current_code(user))
        page.get_by_role("main").get_by_role("button").first.click()
    if user.is_ccas_admin:
        follower.press("Ne plus demander sur cet appareil pendant 14 jours")
    follower.sees(f"Bonjour {user.full_name}")


def test_a_ccas_officer_follows_her_week(follow, monkeypatch):
    fake_files(monkeypatch)
    officer = follow("ccas", "ccas@demo.test")
    add_a_structure(officer)
    invite(officer)
    remind_then_call(officer)
    review(officer)
    answer(officer)
    publish(officer)
    look_after_the_portal(officer)
    officer.has_shown_all()


def add_a_structure(officer):
    page = officer.page
    officer.press("Gestion")
    officer.press("Les structures")
    officer.press("Ajouter une structure")
    page.get_by_label("Nom").fill("Les Passeurs de soupe")
    page.get_by_label("Mission").fill("Une soupe et une écoute, le dimanche.")
    page.get_by_label("Téléphone").fill("02 43 00 00 50")
    page.get_by_label("Commune").fill("Le Mans")
    officer.press("Enregistrer")
    assert Structure.objects.get(name="Les Passeurs de soupe").city == "Le Mans"


def invite(officer):
    page = officer.page
    officer.press("Gestion")
    officer.press("Inviter, voir qui manque")
    page.get_by_label("Structure ou commune").fill("passeurs")
    officer.press("Montrer")
    officer.press("Inviter")
    page.get_by_label("Adresse électronique").fill("lucie@passeurs.test")
    page.get_by_label(re.compile("^Responsable")).check()
    officer.picture("ccas-inviter", page.get_by_role("heading", level=1), page.get_by_text(re.compile("^Responsable")))
    officer.press("Envoyer l’invitation")
    invitation = AccountInvitation.objects.get(email="lucie@passeurs.test")
    assert (invitation.structure.name, invitation.role) == ("Les Passeurs de soupe", "responsable")
    officer.press("Renvoyer")
    page.goto(sent(invitation))  # as she would, were it not somebody else’s
    expect(page.get_by_text("pour une autre adresse")).to_be_visible()
    officer.press("Mon espace")


def remind_then_call(officer):
    page = officer.page
    officer.press("Fiches")
    officer.press("Suivi des réponses")
    expect(page.get_by_role("row", name=re.compile("Les Passeurs de soupe"))).to_be_visible()
    officer.press("Rappels et appels")
    form = page.locator("form").filter(has=page.get_by_role("button", name="Envoyer les courriels"))
    officer.picture("ccas-rappels", page.get_by_role("heading", level=1), form.locator(".choice").nth(4))
    page.get_by_label("Le Cabas partagé").uncheck()
    officer.press("Envoyer les courriels")
    written = Reminder.objects.filter(kind="first")
    assert written.count() > 10
    assert not written.filter(structure__name="Le Cabas partagé").exists()
    page.get_by_label("Le Cabas partagé").uncheck()
    officer.press("Envoyer les courriels")  # some weeks later
    officer.sees("Appeler")
    officer.press("C’est fait")
    assert Reminder.objects.filter(kind="call").count() == 1


def review(officer):
    page = officer.page
    officer.press("Fiches")
    officer.press("Suivi des réponses")
    officer.open("Le Fil des Mots")
    officer.sees("Fiche envoyée")
    officer.picture("ccas-relire", page.get_by_role("heading", level=1), page.locator("table").first)
    officer.press("La fiche est relue")
    officer.sees("Fiche relue")
    officer.press("Fiches")
    officer.press("Suivi des réponses")
    officer.open("Le Lavoir du Pont")
    officer.press("Poser une question sur un chiffre")
    page.locator("[id^=question-]").first.fill("Est-ce bien le double de l’an passé ?")
    officer.press("Envoyer les questions")
    officer.sees("une question")
    assert Question.objects.filter(text__contains="le double").exists()


def answer(officer):
    page = officer.page
    officer.press("Rencontres")
    officer.press("Difficultés nouvelles")
    officer.open("Une démarche de logement")
    officer.press("Dire où elle en est")
    page.get_by_label("répondue", exact=True).check()
    page.get_by_label("La réponse").fill("Un guichet reçoit le jeudi matin, sans téléphone.")
    officer.press("Enregistrer")
    assert Problem.objects.get(answer__contains="guichet").state == "answered"


def publish(officer):
    page = officer.page
    officer.press("Fiches")
    officer.press("Préparer la synthèse")
    pages = page.get_by_role("button", name="Envoyer les pages")
    officer.picture("ccas-preparation", page.get_by_role("heading", level=1), pages)
    officer.press("Envoyer les pages")
    time_is_over()
    page.goto(page.url)
    officer.press("Avant-propos")
    page.get_by_label("Texte").fill("Merci à celles et ceux qui ont pris le temps de compter.")
    page.get_by_label("Signé par").fill("Claire Aubry")
    page.get_by_label("Sa fonction").fill("agente du CCAS")
    officer.press("Enregistrer")
    officer.press("Épreuve")
    officer.press("Faire l’épreuve")
    tasks.make_files(Proof.objects.latest("pk").pk)
    officer.press("Revenir à la préparation")
    officer.press("Publier")
    expect(page.get_by_text("est publiée.")).to_be_visible()
    assert Edition.objects.filter(campaign__year=timezone.localdate().year - 1).count() == 2


def look_after_the_portal(officer):
    officer.press("Gestion")
    officer.press("L’état du portail")
    checks = officer.page.locator(".checks > li")
    officer.picture("ccas-etat-du-portail", officer.page.get_by_role("heading", level=1), checks.nth(2))
    officer.press("M’envoyer un courriel d’essai")
    officer.press("Mon espace")
    officer.press("Les courriels")
    officer.sees("Ce qui n’est pas parti")


def test_a_ccas_officer_follows_what_to_do_when_somebody_is_stuck_or_gone(follow):
    officer = follow("ccas", "ccas@demo.test")
    page = officer.page
    officer.press("Gestion")
    officer.press("Les comptes")
    officer.open("Michel Tardif")
    officer.press("Téléphone perdu")
    officer.press("Retirer sa double vérification")
    michel = User.objects.get(email="ccas2@demo.test")
    assert demo.current_code(michel) is None
    officer.press("Gestion")
    officer.press("Inviter, voir qui manque")
    officer.open("Le Panier de la Gare")
    officer.press("Changer de responsable")
    officer.press("Nommer quelqu’un")
    page.get_by_label("Qui devient responsable").fill("benevole@demo.test")
    page.get_by_label("n’en fait plus partie").check()
    officer.press("Nommer")
    expect(page.get_by_text("Marcel Lebrun deviendrait responsable")).to_be_visible()
    officer.press("Gestion")
    officer.press("Qui change, qui manque")
    officer.open("Le Panier de la Gare")


def test_a_newcomer_follows_the_guide_of_her_structure_and_so_does_its_responsable(follow):
    newcomer = follow("association", phone=True)
    come_in(newcomer)
    come_back(newcomer)
    reader = follow("association", "responsable@demo.test", phone=True)
    campaign = Campaign.objects.latest("year")
    add_report_to_decide(Structure.objects.get(name="Le Panier de la Gare"), campaign)
    read(ReportReading.objects.latest("pk").pk)
    page = reader.page
    fill_the_sheet(reader)
    decide_from_the_report(reader)
    reader.press("Relire et envoyer")
    reader.press("Envoyer")
    reader.sees("Fiche envoyée")
    assert Sheet.objects.get(campaign=campaign, structure__name="Le Panier de la Gare").state == "submitted"
    sign_the_charter(reader)
    reader.press("Menu")
    reader.press("Annuaire")
    page.get_by_label("Que cherchez-vous").fill("panier de la gare")
    page.get_by_role("button", name="Chercher").click()
    reader.open("Colis alimentaires")
    reader.press("Tout est encore exact")
    button = page.get_by_role("button", name="Tout est encore exact")
    reader.picture("association-exact", page.get_by_role("heading", level=1), button)
    button.click()
    expect(page.get_by_text("Confirmé").first).to_be_visible()
    see_who_is_there(reader)
    reader.has_shown_all(newcomer)


def come_in(newcomer):
    page, panier = newcomer.page, Structure.objects.get(name="Le Panier de la Gare")
    invitation = invited(panier, by=User.objects.get(email="responsable@demo.test"))
    page.goto(sent(invitation))
    page.get_by_label("Votre prénom et votre nom").fill("Zoé Nouvelle")
    enter = page.get_by_role("button", name="Entrer")
    newcomer.picture("association-inviter", page.get_by_text("Votre prénom et votre nom"), enter)
    newcomer.press("Entrer")
    newcomer.sees("Bonjour Zoé Nouvelle")


def come_back(newcomer):
    """Without a password, by the code that her post box receives."""
    page = newcomer.page
    page.context.clear_cookies()
    page.goto("/")
    newcomer.press("Se connecter")
    newcomer.press("Recevoir un code par courriel")
    page.get_by_label("Courriel").fill("nouvelle@essai.test")
    newcomer.press("Recevoir le code")
    code = re.search(r"\d{4}-\d{4}", mail.outbox[-1].body)[0]
    page.get_by_label("Les huit chiffres").fill(code)
    newcomer.press("Entrer")
    newcomer.sees("Bonjour Zoé Nouvelle")
    newcomer.press("Compte")
    newcomer.press("Le courriel du matin")
    expect(page.get_by_label("Jamais")).to_be_visible()
    newcomer.press("Compte")
    newcomer.press("Mes informations")
    newcomer.sees("Mes informations")


def see_who_is_there(reader):
    reader.press("Compte")
    reader.press("Les personnes")
    reader.press("Qui est encore là ?")
    reader.sees("Qui est encore là ?")
    reader.page.go_back()
    reader.press("Changer de responsable")
    reader.page.go_back()
    reader.press("Retirer")
    reader.page.go_back()
    reader.press("Inviter")
    reader.sees("Inviter quelqu’un")


def fill_the_sheet(reader):
    page = reader.page
    reader.press("Menu")
    reader.press("Mon espace")
    reader.press("Ouvrir la fiche")
    reader.picture("association-fiche", page.locator("main progress"), page.locator("main .next-step").first)
    reader.press("Continuer")
    shown = page.get_by_label("Premiers accueils", exact=True)
    question = page.locator(".question").filter(has=shown)
    reader.picture("association-chiffre", question)
    page.get_by_label("Contacts", exact=True).fill("environ 900")
    reader.press("Enregistrer et continuer")
    reader.sees("Les personnes accueillies")
    page.go_back()
    page.locator(".eyebrow a").click()


def decide_from_the_report(reader):
    page = reader.page
    reader.press("Le rapport d’activité")
    reader.press("Voir les chiffres trouvés")
    page.get_by_role("link", name=re.compile("Commencer|Continuer$")).first.click()
    refuse = page.get_by_role("button", name="Ce n’est pas cela")
    reader.picture("association-rapport", page.locator(".passage-first"), refuse)
    page.wait_for_timeout(750)  # a figure that has just come is not decided at once
    reader.press("Garder")
    page.locator(".eyebrow a").click()
    page.goto(page.url.split("rapport/")[0])


def sign_the_charter(reader):
    page = reader.page
    reader.press("Menu")
    reader.press("Mon espace")
    reader.press("Signer la charte")
    for choice in page.get_by_label("Nous le signons", exact=True).all():
        choice.check()
    page.get_by_label("Qui lui a donné pouvoir").fill("le bureau")
    page.get_by_label("Quel jour").fill("2026-01-15")
    reader.press("Relire avant de signer")
    page.get_by_role("button", name="Signer").click()
    expect(page.get_by_text("attestation").first).to_be_visible()


def test_a_social_worker_follows_the_guide_to_refer_then_to_keep(follow):
    worker = follow("travailleur-social", "travailleur.social@demo.test", phone=True)
    page = worker.page
    worker.press("Menu")
    worker.press("Annuaire")
    page.get_by_label("Que cherchez-vous").fill("une douche près de la gare, qui parle dari")
    worker.press("Chercher")
    first = page.locator("#liste > li").first
    worker.picture("travailleur-social-recherche", page.locator(".chips"), first)
    worker.open("Matins de la gare")
    slip = page.get_by_role("button", name="Fiche à imprimer")
    worker.picture("travailleur-social-fiche", page.get_by_role("heading", level=1), slip)
    expect(page.get_by_role("link", name="Envoyer par SMS")).to_be_visible()
    worker.press("Menu")
    worker.press("Mon espace")
    worker.press("Les dossiers")
    worker.press("Nouveau dossier")
    said_no = page.get_by_role("button", name="Elle dit non : compter seulement")
    worker.picture("travailleur-social-accord", page.get_by_role("heading", level=1), said_no)
    page.get_by_label("Comment l’appeler").fill("Lila")
    page.get_by_label("Ce que je veux").fill("Un toit avant l’hiver.")
    page.get_by_label("La personne a redit").check()
    worker.press("Ouvrir le dossier")
    worker.sees("Lila")
    worker.press("Ajouter une ligne")
    worker.press("Partager avec une autre structure")
    page.go_back()
    worker.press("Faire sa carte")
    worker.sees("La carte")
    worker.has_shown_all()


def test_the_person_follows_the_easy_guide(follow):
    person = follow("la-personne", phone=True)
    page = person.page
    person.press("Mon dossier")
    person.picture(
        "la-personne-entrer", page.get_by_role("heading", level=1), page.get_by_role("button", name="Entrer")
    )
    page.get_by_label("Numéro de la carte").fill("1111 2222")
    page.get_by_label("Code").fill("2026 2026 2026 2026 2026")
    person.press("Entrer")
    person.sees("Bonjour Sami")
    person.picture("la-personne-dossier", page.get_by_role("heading", level=1), page.get_by_label("Ce que je veux"))
    person.press("Ajouter une remarque")
    page.get_by_label("Mon projet").fill("Un jardin.")
    person.press("Enregistrer mes mots")
    read = page.locator("#lectures ~ ol > li").filter(has=page.locator("summary"))
    person.picture("la-personne-lectures", read.nth(0), read.nth(1))
    person.press("Demander pourquoi")
    page.get_by_label("Votre question").first.fill("Pourquoi ?")
    page.get_by_role("button", name="Demander", exact=True).first.click()
    person.press("Je ne veux plus que … voie mon dossier")
    person.press("Je ne veux plus que ce dossier soit gardé")
    person.press("Oui, arrêter")
    expect(page.get_by_text("Vous avez retiré votre accord")).to_be_visible()
    person.press("Quitter vite")
    page.goto("/mon-dossier/")
    person.press("Demander à lire ce qui est gardé sur moi")
    page.get_by_label("Votre nom").fill("Sami")
    page.get_by_label("La Halte du Gué").check()
    person.press("Envoyer ma demande")
    person.sees("Votre demande est partie")
    person.has_shown_all()


def test_the_guides_for_axe_and_narrow_screens(visit, cast):
    found = visit(None, "/aide/")
    for guide in GUIDES.values():
        found += visit(None, guide.get_absolute_url())
    assert not found, "\n".join(found)


def printed(page, url):
    page.goto(url)
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    texts = [leaf.get_textpage().get_text_range() for leaf in document]
    document.close()
    return texts


def test_the_guide_of_a_structure_prints_on_two_pages(open_page, fresh_database):
    leaves = printed(open_page(), "/aide/association/")
    assert len(leaves) == 2
    assert "Bloqué" in leaves[1]


def test_the_easy_guide_prints_large(open_page, fresh_database):
    page = open_page()
    page.goto("/aide/la-personne/")
    page.emulate_media(media="print")
    assert (
        page.locator(".guide-words p").first.evaluate("p => parseFloat(getComputedStyle(p).fontSize)") >= 18.6
    )  # 14 pt
