"""A meeting from its preparation to its published minutes, its mails through a real mail server, and a new problem
followed from that meeting to the pages of the year's summary."""

import re
from datetime import timedelta

import icalendar
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from indicators.models import Campaign
from lemans_solidaire.network.meetings import actions
from lemans_solidaire.network.models import Invitation, Meeting, Problem
from lemans_solidaire.network.tasks import send_invitation
from tests.indicators.publishing import fake_files, published, reviewed_network, write_text
from tests.network.calendars import read, read_by_another
from tests.network.meetings import make_decision, make_group, make_meeting, make_problem, passed, settle
from tests.smtp import words_of

FRIEND = "amie@exemple.test"


def mails_leave(smtp):
    """What the worker would do: {address: message}, as the mail server received them."""
    smtp.messages.clear()
    for invitation in Invitation.objects.all():
        send_invitation(invitation_id=invitation.pk)
    return {message.rcpt[0]: message for message in smtp.messages}


def in_calendar(message):
    """(method, event) of the file joined to a mail, once a strict reader and two libraries agree about it."""
    [file] = message.iter_attachments()
    content = file.get_content()
    strict, other = read(content), read_by_another(content)
    [event] = icalendar.Calendar.from_ical(content).events
    assert event["UID"] == other.uid.value == strict.component("VEVENT").value("UID")
    assert event["SEQUENCE"] == int(other.sequence.value)
    assert event.start == other.dtstart.value
    assert event["LOCATION"] == other.location.value
    assert event["STATUS"] == other.status.value
    return strict.value("METHOD"), event


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_meeting_from_invitation_to_published_minutes(open_page, cast, smtp, monkeypatch, scripts):
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
    message = mails_leave(smtp)[FRIEND]
    method, event = in_calendar(message)
    assert (method, event["SUMMARY"], event["SEQUENCE"]) == ("REQUEST", "Préparer l’hiver", 0)
    assert "2. Les semaines sans distribution" in event["DESCRIPTION"]
    # And answers by their own link, then changes their mind
    link = re.search(r"https?://[^/]+(/rencontres/invitation/\S+)", words_of(message))[1]
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
    message = mails_leave(smtp)[FRIEND]
    assert "Le Panier d’essai" in words_of(message)
    assert "Votre réponse\u202f: je viens" in words_of(message)
    method, changed = in_calendar(message)
    assert (method, changed["SEQUENCE"], changed["LOCATION"]) == ("REQUEST", 1, "Le Panier d’essai")
    assert changed["UID"] == event["UID"]
    assert changed["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    # And of a new agenda when the animator says so
    page.get_by_role("link", name="Ordre du jour").click()
    page.get_by_label("Ordre du jour").fill("Un tour de table\nLe dernier bus")
    page.get_by_role("button", name="Enregistrer").click()
    assert not mails_leave(smtp)
    page.get_by_role("button", name="Prévenir les personnes invitées").click()
    method, told = in_calendar(mails_leave(smtp)[FRIEND])
    assert (method, told["SEQUENCE"]) == ("REQUEST", 2)
    assert "2. Le dernier bus" in told["DESCRIPTION"]

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
    # Then the summary of that year tells it to the network, and the public how many there were
    year = publish_this_year(cast, monkeypatch)
    member.goto(f"/indicateurs/{year}/synthese/?pour=reseau")
    row = member.get_by_role("row").filter(has_text="Le dernier bus passe avant la fermeture.")
    expect(row).to_contain_text("La Halte ouvre plus tôt le mardi.")
    guest.goto(f"/indicateurs/{year}/synthese/")
    expect(guest.get_by_text("1 difficulté nouvelle posée")).to_be_visible()
    expect(guest.get_by_text("Le dernier bus passe")).to_have_count(0)


def publish_this_year(cast, monkeypatch):
    year = timezone.localdate().year
    Campaign.objects.filter(pk=cast.campaign.pk).update(year=year)
    cast.campaign.refresh_from_db()
    fake_files(monkeypatch)
    reviewed_network(cast, passages=1200, personnes=100)
    write_text(cast)
    published(cast)
    return year


def test_a_cancelled_meeting_leaves_calendars_and_so_does_an_invitation_taken_back(open_page, cast, smtp):
    # Given a meeting to which people are invited
    meeting = make_meeting(cast, make_group(cast))
    page = open_page(cast.owner)
    page.goto(f"{meeting.get_absolute_url()}invitations/")
    page.get_by_label("D’autres adresses").fill(f"{FRIEND}\nerreur@exemple.test")
    page.get_by_role("button", name="Inviter").click()
    first = mails_leave(smtp)
    _, event = in_calendar(first[FRIEND])
    link = re.search(r"https?://[^/]+(/rencontres/invitation/\S+)", words_of(first["erreur@exemple.test"]))[1]
    # When one of them was a mistake
    page.reload()
    page.get_by_role("button", name="Retirer : erreur@exemple.test").click()
    expect(page.get_by_text("L’invitation est retirée")).to_be_visible()
    # Then it alone is told, and its link leads nowhere
    messages = mails_leave(smtp)
    assert set(messages) == {"erreur@exemple.test"}
    method, taken = in_calendar(messages["erreur@exemple.test"])
    assert (method, taken["UID"]) == ("CANCEL", event["UID"])
    guest = open_page(None)
    assert guest.goto(link).status == 404
    # When the meeting itself is cancelled
    page.goto(meeting.get_absolute_url())
    page.get_by_role("link", name="Annuler").click()
    page.get_by_label("Pourquoi").fill("Il neige")
    page.get_by_role("button", name="Annuler la rencontre").click()
    # Then every calendar learns it, and nobody else
    messages = mails_leave(smtp)
    assert set(messages) == {FRIEND, "owner@essai.test", "stranger@essai.test"}
    method, cancelled = in_calendar(messages[FRIEND])
    assert (method, cancelled["UID"], cancelled["COMMENT"]) == ("CANCEL", event["UID"], "Il neige")
    assert cancelled["SEQUENCE"] > event["SEQUENCE"]
    assert "Il neige" in words_of(messages[FRIEND])


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
    page.goto("/rencontres/difficultes/nouvelle/")
    page.get_by_label("La difficulté").fill("Mme Durand attend depuis mars.")
    page.get_by_label("Qui est concerné").fill("des familles")
    page.get_by_label("Thème").select_option("Se déplacer")
    page.get_by_role("button", name="Poser la difficulté").click()
    expect(page.get_by_text("un nom : Mme Durand")).to_be_visible()
    found += axe_complaints(page)
    assert not found, "\n".join(found)


def test_what_was_told_otherwise_is_as_accessible(visit, cast):
    """An agenda to tell, an invitation taken back, a decision to come back on, a difficulty to reword."""
    group = make_group(cast)
    meeting, held = make_meeting(cast, group), passed(make_meeting(cast, group))
    actions.invite(meeting=meeting, emails=[FRIEND], by=cast.owner)
    Meeting.objects.filter(pk=meeting.pk).update(agenda_is_new=True)
    actions.withdraw(invitation=meeting.invitations.get(email=FRIEND), by=cast.owner)
    decision = settle(cast, make_decision(cast, held))
    problem = make_problem(cast, held)
    base, told = meeting.get_absolute_url(), problem.get_absolute_url()
    pages = [base, f"{base}invitations/", held.get_absolute_url(), f"/rencontres/decisions/{decision.pk}/"]
    found = [complaint for url in [*pages, told, f"{told}modifier/"] for complaint in visit(cast.owner, url)]
    assert not found, "\n".join(found)
