"""A newcomer, from the mail received to the sheet sent; a year later, everything forgotten, in again."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.urls import reverse
from playwright.sync_api import expect

from indicators.models import Campaign, Sheet
from lemans_solidaire.network.models import AccountInvitation, Membership, Structure, User
from tests.browser.test_year import fill_essential
from tests.network.people import link_in, second_administrator, waiting_invitation
from tests.post import post_office
from tests.processes import running_worker

ADDRESS = "jeanne@marmite.test"
YEAR = timedelta(days=365)


@pytest.fixture
def post_box(settings, monkeypatch):
    """What both the pages and the worker send goes through a real mail server."""
    with post_office() as (box, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        monkeypatch.setenv("LMS_SMTP_PORT", str(port))
        yield box


def a_year_goes_by():
    """Whatever holds a date is a year older; nobody is signed in any more."""
    Session.objects.all().delete()
    User.objects.update(date_joined=F("date_joined") - YEAR, last_login=F("last_login") - YEAR)
    Membership.objects.update(since=F("since") - YEAR)
    names = ("made_at", "asked_at", "sent_at", "expires_at", "accepted_at")
    AccountInvitation.objects.update(**{name: F(name) - YEAR for name in names})
    days = {name: F(name) - YEAR for name in ("opens_on", "due_on", "closes_on")}
    Campaign.objects.update(**days)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_newcomer_enters_fills_the_sheet_and_comes_back_a_year_later(
    open_page, fresh_database, cast, post_box, scripts
):
    second_administrator()
    marmite = Structure.objects.create(name="La Marmite d’essai", city="Le Mans")
    # Given the CCAS, who invites the responsable of a structure that has nobody
    page = open_page(cast.ccas, scripts=scripts)
    page.goto("/mon-espace/")
    page.get_by_role("link", name="Les personnes du réseau").click()
    page.get_by_label("Montrer").select_option("Personne encore")
    page.get_by_role("button", name="Montrer").click()
    page.get_by_role("link", name="Inviter dans La Marmite d’essai").click()
    page.get_by_label("Adresse électronique").fill(ADDRESS)
    page.get_by_label(re.compile("^Responsable")).check()
    page.get_by_label("Un mot de votre part").fill("Nous nous sommes vues mardi.")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("en route")).to_be_visible()
    with running_worker(fresh_database):
        text = post_box.wait_for(ADDRESS)
    assert "Nous nous sommes vues mardi." in text

    # When the newcomer opens the link on a phone, says her name, and chooses nothing more
    page = open_page(phone=True, scripts=scripts)
    page.goto(link_in(text))
    page.get_by_label("Votre prénom et votre nom").fill("Jeanne Marmite")
    page.get_by_role("button", name="Entrer", exact=True).click()
    # Then what there is to do is on the first page, and she does it without help
    expect(page.get_by_role("heading", name="Bonjour Jeanne Marmite")).to_be_visible()
    page.get_by_role("link", name="Ouvrir la fiche").click()
    page.get_by_role("link", name="Commencer").click()
    fill_essential(page)
    page.goto(f"/indicateurs/2025/fiche/{marmite.pk}/envoi/")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_role("heading", name="Fiche envoyée")).to_be_visible()
    sheet = Sheet.objects.get(structure=marmite)
    assert (sheet.state, sheet.submitted_by.email) == ("submitted", ADDRESS)

    # When a year has gone by, another telephone, the password that never was, the link that no longer serves
    a_year_goes_by()
    page = open_page(phone=True, scripts=scripts)
    page.goto(link_in(text))
    expect(page.get_by_role("heading", name="Cette invitation a déjà servi")).to_be_visible()
    page.goto("/mon-espace/")
    page.get_by_role("link", name="Je n’arrive pas à entrer").click()
    page.get_by_role("link", name="Recevez un code par courriel").click()
    page.get_by_label("Courriel").fill(ADDRESS)
    page.get_by_role("button", name="Recevoir le code").click()
    code = re.search(r"^(\d{4}-\d{4})\s*$", post_box.wait_for(ADDRESS, 2), re.MULTILINE)[1]
    page.get_by_label("Les huit chiffres").fill(code.replace("-", " "))
    page.get_by_role("button", name="Entrer", exact=True).click()
    # Then she is in, with all that was hers
    expect(page.get_by_role("heading", name="Bonjour Jeanne Marmite")).to_be_visible()
    page.goto(sheet.get_absolute_url())
    expect(page.get_by_role("heading", name="Fiche envoyée")).to_be_visible()


def test_the_keyboard_alone_accepts_an_invitation(open_page, cast):
    waiting_invitation(cast.panier, by=cast.owner, token="lien")
    page = open_page()
    page.goto(reverse("people:accept", args=["lien"]))
    page.get_by_label("Votre prénom et votre nom").focus()
    page.keyboard.type("Zoé Nouvelle")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bonjour Zoé Nouvelle")).to_be_visible()


def test_the_pages_that_an_invitation_may_open(open_page, axe_complaints, cast):
    """Each state of the link, and what is refused on the way."""
    invitation = waiting_invitation(cast.panier, by=cast.owner, token="lien", email="contact@essai.test")
    page, found = open_page(bypass_csp=True), []

    def look(token="lien"):
        page.goto(reverse("people:accept", args=[token]))
        found.extend(axe_complaints(page))

    def now(**changes):
        AccountInvitation.objects.filter(pk=invitation.pk).update(**changes)

    look()
    page.get_by_text("Choisir plutôt un mot de passe").click()
    page.get_by_label("Mot de passe").fill("court")
    page.get_by_role("button", name="Entrer", exact=True).click()
    found += axe_complaints(page)
    look("inconnu")
    now(email=cast.nobody.email)
    look()
    User.objects.filter(pk=cast.nobody.pk).update(is_active=False)
    look()
    now(expires_at=F("expires_at") - YEAR)
    look()
    now(cancelled_at=F("made_at"))
    look()
    now(cancelled_at=None, accepted_at=F("made_at"), accepted_by=cast.nobody)
    look()
    for_the_ccas = waiting_invitation(None, by=cast.ccas, token="ccas", role="", status="", welcome="À demain")
    look("ccas")
    assert for_the_ccas.state == "open"
    page.goto("/compte/login/code/")
    page.get_by_label("Courriel").fill(cast.owner.email)
    page.get_by_role("button", name="Recevoir le code").click()
    page.get_by_label("Les huit chiffres").fill("0000 0000")
    page.get_by_role("button", name="Entrer", exact=True).click()
    expect(page.get_by_text("Ce code ne convient pas")).to_be_visible()
    found += axe_complaints(page)
    assert not found, "\n".join(found)


def test_the_pages_of_who_invites(open_page, axe_complaints, cast):
    """An invitation that did not leave, an old one; the last responsable; somebody else’s link."""
    waiting_invitation(cast.panier, by=cast.owner, token="a", problem="Le courriel n’a pas pu partir.")
    old = waiting_invitation(cast.panier, by=cast.owner, token="b", email="vieille@essai.test", name="Léa")
    AccountInvitation.objects.filter(pk=old.pk).update(expires_at=F("expires_at") - YEAR)
    waiting_invitation(cast.halte, by=cast.ccas, token="c", email=cast.owner.email)
    waiting_invitation(cast.halte, by=cast.ccas, token="d", email=cast.teammate.email)
    page, found = open_page(cast.owner, bypass_csp=True), []
    place = Membership.objects.get(user=cast.owner)
    for url in (
        reverse("people:people", args=[cast.panier.pk]),
        reverse("people:invite", args=[cast.panier.pk]),
        reverse("people:accept", args=["c"]),
        reverse("people:accept", args=["d"]),
        reverse("people:remove", args=[cast.panier.pk, place.pk]),
    ):
        page.goto(url)
        found += axe_complaints(page)
    second_administrator()
    page.goto(reverse("people:invite", args=[cast.panier.pk]))
    page.get_by_label("Adresse électronique").fill("nulle part")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    found += axe_complaints(page)
    member = open_page(cast.teammate, bypass_csp=True)
    member.goto(reverse("people:people", args=[cast.panier.pk]))
    found += axe_complaints(member)
    nobody = open_page(cast.nobody, bypass_csp=True)
    nobody.goto(reverse("people:structures"))
    found += axe_complaints(nobody)
    assert not found, "\n".join(found)
