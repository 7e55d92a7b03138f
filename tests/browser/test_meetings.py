"""A meeting from its preparation to its published minutes, with a new problem followed into the year's summary."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Invitation, Meeting, Problem
from lemans_solidaire.network.tasks import send_invitation
from tests.network.calendars import read, read_by_another
from tests.network.meetings import make_group, passed


def mails_leave():
    """What the worker would do: {address: message}."""
    mail.outbox = []
    for invitation in Invitation.objects.all():
        send_invitation(invitation_id=invitation.pk)
    return {message.to[0]: message for message in mail.outbox}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_meeting_from_invitation_to_published_minutes(open_page, cast, scripts):
    group = make_group(cast)
    # Given the animator, who prepares a meeting on a phone
    page = open_page(cast.owner, phone=True, scripts=scripts)
    page.goto("/rencontres/groupes/")
    page.get_by_role("link", name="Manger à sa faim").click()
    page.get_by_role("link", name="Préparer une rencontre").click()
    page.get_by_label("Titre").fill("Préparer l’hiver")
    page.get_by_label("Jour", exact=True).fill((timezone.localdate() + timedelta(days=7)).isoformat())
    page.get_by_label("Heure", exact=True).fill("14:30")
    page.get_by_label("Lieu").fill("Salle des Halles")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Ordre du jour").fill("Un tour de table\nLes semaines sans distribution")
    page.get_by_role("button", name="Enregistrer").click()
    # When the group and somebody without account are invited
    page.get_by_role("link", name="Invitations").click()
    page.get_by_label("D’autres adresses").fill("amie@exemple.test")
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_text("3 invitations de plus")).to_be_visible()
    # Then each receives a mail with the meeting for their calendar
    message = mails_leave()["amie@exemple.test"]
    content = message.attachments[0].content
    assert read(content).value("METHOD") == "REQUEST"
    assert read_by_another(content).summary.value == "Préparer l’hiver"
    # And answers by their own link, then changes their mind
    link = re.search(r"https?://[^/]+(/rencontres/invitation/\S+)", message.body)[1]
    guest = open_page(None, phone=True, scripts=scripts)
    guest.goto(link)
    guest.get_by_role("button", name="Peut-être").click()
    expect(guest.get_by_role("heading", name=re.compile("est notée.*peut-être"))).to_be_visible()
    guest.get_by_role("button", name="Je viens", exact=True).click()
    expect(guest.get_by_role("heading", name=re.compile("est notée.*je viens"))).to_be_visible()
    # And a member answers from their own space
    member = open_page(cast.stranger, scripts=scripts)
    member.goto("/mon-espace/")
    member.get_by_role("link", name="Répondre").click()
    member.get_by_role("button", name="Je viens", exact=True).click()
    expect(member.get_by_role("heading", name=re.compile("Votre réponse"))).to_be_visible()

    # When the place changes, everybody learns of it
    page.goto(Meeting.objects.get().get_absolute_url())
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Lieu").fill("Le Panier d’essai")
    page.get_by_role("button", name="Enregistrer").click()
    message = mails_leave()["amie@exemple.test"]
    assert "Le Panier d’essai" in message.body
    assert read(message.attachments[0].content).component("VEVENT").value("SEQUENCE") == "1"

    # When the day has come: who is there, the minutes, a decision, a new problem
    passed(Meeting.objects.get(group=group), days=0)
    page.goto("/mon-espace/")
    page.get_by_role("link", name="Écrire").first.click()
    page.get_by_label("Compte rendu").fill("Chacun a dit ses jours d’ouverture.")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.goto(Meeting.objects.get().get_absolute_url())
    page.get_by_role("link", name="Présences").click()
    expect(page.get_by_label("amie@exemple.test")).to_be_checked()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Noter une décision").click()
    page.get_by_label("Ce qui est décidé").fill("Un calendrier commun")
    page.get_by_label("Structure qui s’en charge").select_option("La Halte d’essai")
    page.get_by_label("Pour le").fill((timezone.localdate() + timedelta(days=5)).isoformat())
    page.get_by_role("button", name="Noter la décision").click()
    page.get_by_role("link", name="Dire une difficulté nouvelle").click()
    page.get_by_label("Thème").select_option("Se déplacer")
    page.get_by_label("Qui est concerné").fill("des étudiants logés loin du centre")
    page.get_by_label("La difficulté").fill("Le dernier bus passe avant la fermeture.")
    page.get_by_role("button", name="Poser la difficulté").click()
    page.goto(f"{Meeting.objects.get().get_absolute_url()}compte-rendu/")
    page.get_by_role("button", name="Publier le compte rendu").click()
    # Then the network reads the minutes, and another structure meets the problem too
    member.goto(Meeting.objects.get().get_absolute_url())
    expect(member.get_by_text("Chacun a dit ses jours d’ouverture.")).to_be_visible()
    member.get_by_role("link", name="Le dernier bus passe").click()
    member.get_by_role("button", name="Nous aussi").click()
    expect(member.get_by_role("listitem").filter(has_text="La Halte d’essai")).to_be_visible()

    # When it is answered
    page.goto(Problem.objects.get().get_absolute_url())
    page.get_by_role("link", name="Dire où elle en est").click()
    page.get_by_label("répondue", exact=True).check()
    page.get_by_label("La réponse").fill("La Halte ouvre plus tôt le mardi.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La Halte ouvre plus tôt le mardi.")).to_be_visible()
    # Then the summary of the year tells it
    [chapter] = [
        one for one in registry.chapters.ask(timezone.localdate().year, "network") if "rencontres" in one.title
    ]
    assert chapter.rows[0][1] == "2"
    assert "La Halte ouvre plus tôt le mardi." in chapter.rows[0][2]


def test_refusals_are_as_accessible(open_page, axe_complaints, cast):
    make_group(cast)
    page = open_page(cast.ccas, bypass_csp=True)
    page.goto("/rencontres/nouvelle/")
    page.get_by_label("Titre").fill("Sans lieu")
    page.get_by_role("button", name="Continuer").click()
    found = axe_complaints(page)
    page.goto("/rencontres/groupes/nouveau/")
    page.get_by_label("Nom du groupe").fill("Sans le reste")
    page.get_by_role("button", name="Créer le groupe").click()
    found += axe_complaints(page)
    assert not found, "\n".join(found)
