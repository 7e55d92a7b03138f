"""Invitations: who sends them, how they leave, wait, are sent again, cancelled, forgotten."""

import uuid
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.models import AccountInvitation, Event, Structure
from lemans_solidaire.network.people import invitations
from lemans_solidaire.network.people.tasks import forget_account_invitations, send_account_invitation
from tests.at_once import together
from tests.network.people import ASKED, invited, second_administrator, sent, waiting_invitation


def invite_url(structure):
    return reverse("people:invite", args=[structure.pk])


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'network.send_account_invitation'")
        return [args for (args,) in cursor.fetchall()]


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("role", ["owner", "ccas"])
def test_an_invitation_leaves_by_mail_and_its_token_is_written_nowhere_else(cast, as_user, role):
    second_administrator()
    page = as_user(getattr(cast, role)).post(
        invite_url(cast.panier), ASKED | {"welcome": "À bientôt, c’est l’heure"}, follow=True
    )
    assert "L’invitation part à nouvelle@essai.test" in text_of(page)
    invitation = AccountInvitation.objects.get()
    assert (invitation.digest, invitation.sent_at, len(jobs())) == ("", None, 1)
    link = sent(invitation)
    (message,) = mail.outbox
    assert message.to == ["nouvelle@essai.test"]
    assert message.reply_to == [getattr(cast, role).email]
    assert "À bientôt, c’est l’heure" in message.body
    assert "Le Panier d’essai" in message.body
    token = link.split("/")[3]
    invitation.refresh_from_db()
    assert invitation.digest == AccountInvitation.digest_of(token)
    assert token not in str(jobs())
    assert not [one for one in Event.objects.all() if token in str(one.changes) or "nouvelle" in str(one.changes)]


def test_the_job_again_sends_nothing_more(cast):
    second_administrator()
    invitation = invited(cast.panier, by=cast.owner)
    sent(invitation)
    send_account_invitation(invitation_id=invitation.pk, sending=1)
    assert len(mail.outbox) == 1


def test_before_two_administrators_nothing_leaves_and_the_ccas_is_told_what_to_do(cast, as_user):
    page = as_user(cast.ccas).get(reverse("people:structures"))
    assert "second administrateur" in text_of(page)
    refused = as_user(cast.ccas).post(invite_url(cast.panier), ASKED)
    assert refused.status_code == 409
    assert "nouvelle@essai.test" in text_of(refused)
    assert not AccountInvitation.objects.exists()
    done = as_user(cast.ccas).post(reverse("people:invite_administrator"), {"email": "second@essai.test"}, follow=True)
    assert "L’invitation part à second@essai.test" in text_of(done)
    assert AccountInvitation.objects.get().is_for_the_ccas


def test_an_administrator_without_second_factor_does_not_count(cast, as_user):
    second_administrator().authenticator_set.all().delete()
    assert as_user(cast.owner).post(invite_url(cast.panier), ASKED).status_code == 409


def test_a_telephone_lost_later_stops_no_invitation(cast, as_user):
    other = second_administrator()
    invited(cast.panier, by=cast.owner)
    other.authenticator_set.all().delete()
    assert as_user(cast.owner).post(invite_url(cast.halte), ASKED).status_code == 404
    assert as_user(cast.owner).post(invite_url(cast.panier), ASKED | {"email": "autre@essai.test"}).status_code == 302
    assert "Avoir deux administrateurs" in text_of(as_user(cast.ccas).get(reverse("dashboard")))


def test_a_responsable_who_cannot_invite_yet_learns_that_the_ccas_sees_to_it(cast, as_user):
    page = text_of(as_user(cast.owner).get(reverse("people:people", args=[cast.panier.pk])))
    assert "Le CCAS s’en occupe" in page
    assert reverse("people:administrators") not in page


def test_nobody_invites_into_a_structure_that_has_closed(cast, as_user):
    second_administrator()
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on=timezone.localdate())
    assert as_user(cast.ccas).post(invite_url(cast.panier), ASKED).status_code == 403
    assert as_user(cast.owner).post(invite_url(cast.panier), ASKED).status_code == 404


def test_who_is_there_already_is_not_invited_again(cast, as_user):
    second_administrator()
    page = as_user(cast.owner).post(invite_url(cast.panier), ASKED | {"email": "TEAMMATE@essai.test"})
    assert page.status_code == 422
    assert "fait déjà partie" in text_of(page)


def test_the_same_form_twice_makes_one_invitation(cast, as_user):
    second_administrator()
    form = ASKED | {"key": str(uuid.uuid4())}
    for _ in range(2):
        assert as_user(cast.owner).post(invite_url(cast.panier), form).status_code == 302
    assert (AccountInvitation.objects.count(), len(jobs())) == (1, 1)
    other = as_user(cast.owner).post(invite_url(cast.panier), form | {"role": "responsable"})
    assert other.status_code == 409
    assert "déjà été envoyé" in text_of(other)


def test_two_clicks_at_once_make_one_invitation(fresh_database, cast):
    second_administrator()
    typed, key = ASKED | {"is_shared": False}, uuid.uuid4()
    outcomes = together(
        *[lambda: invitations.invite(structure=cast.panier, typed=typed, key=key, by=cast.owner).pk] * 2
    )
    assert len(set(outcomes)) == 1
    assert AccountInvitation.objects.count() == 1


def test_a_second_invitation_to_an_address_takes_the_place_of_the_first(cast, client):
    second_administrator()
    first = sent(invited(cast.panier, by=cast.owner))
    second = sent(invited(cast.panier, by=cast.owner, role="responsable"))
    assert "a été annulée" in text_of(client.get(first))
    assert "comme responsable" in text_of(client.get(second))


def test_sent_again_the_earlier_link_dies_and_thirty_days_begin(cast, as_user, client):
    second_administrator()
    invitation = invited(cast.panier, by=cast.owner)
    first = sent(invitation)
    old = timezone.now() - timedelta(days=40)
    AccountInvitation.objects.update(asked_at=old, expires_at=old + AccountInvitation.LASTS)
    assert "trop ancienne" in text_of(client.get(first))
    page = as_user(cast.owner).post(reverse("people:send_again", args=[invitation.pk]), follow=True)
    assert "Un nouveau lien part" in text_of(page)
    second = sent(invitation)
    as_user(None)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    invitation.refresh_from_db()
    assert invitation.expires_at > timezone.now() + timedelta(days=29)


def test_sending_again_twice_in_a_minute_sends_one_mail(cast, as_user):
    second_administrator()
    invitation = invited(cast.panier, by=cast.owner)
    AccountInvitation.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    for _ in range(2):
        as_user(cast.owner).post(reverse("people:send_again", args=[invitation.pk]))
    assert len(jobs()) == 2  # the first sending, and one more


def test_a_late_job_of_an_earlier_sending_sends_nothing(cast):
    second_administrator()
    invitation = invited(cast.panier, by=cast.owner)
    AccountInvitation.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    invitations.send_again(invitation=invitation, by=cast.owner)
    send_account_invitation(invitation_id=invitation.pk, sending=1)
    assert not mail.outbox


def test_cancelled_it_opens_nothing(cast, as_user, client):
    invitation = waiting_invitation(cast.panier, by=cast.owner, token="lien")
    url = reverse("people:cancel", args=[invitation.pk])
    assert "ne sert plus" in text_of(as_user(cast.owner).post(url, follow=True))
    assert "déjà servi" in text_of(as_user(cast.owner).post(url, follow=True))
    as_user(None)
    assert "a été annulée" in text_of(client.get(reverse("people:accept", args=["lien"])))


def test_a_neighbour_s_invitation_is_not_found(cast, as_user):
    invitation = waiting_invitation(cast.panier, by=cast.owner, token="lien")
    for name in ("people:send_again", "people:cancel"):
        assert as_user(cast.stranger).post(reverse(name, args=[invitation.pk])).status_code == 404
        assert as_user(cast.stranger).post(reverse(name, args=[invitation.pk + 1])).status_code == 404
    for_the_ccas = waiting_invitation(None, by=cast.ccas, token="autre", role="", status="")
    assert as_user(cast.owner).post(reverse("people:cancel", args=[for_the_ccas.pk])).status_code == 404


@pytest.mark.parametrize(
    ("failure", "told", "is_tried_again"),
    [
        (SMTPServerDisconnected("absent"), "essaie de nouveau", True),
        (SMTPRecipientsRefused({"nouvelle@essai.test": (550, b"no")}), "refuse cette adresse", False),
    ],
)
def test_a_mail_that_does_not_leave_says_why(cast, as_user, monkeypatch, failure, told, is_tried_again):
    second_administrator()
    invitation = invited(cast.panier, by=cast.owner)

    def fail(self, *args, **kwargs):
        raise failure

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    if is_tried_again:
        with pytest.raises(type(failure)):
            send_account_invitation(invitation_id=invitation.pk, sending=1)
    else:
        send_account_invitation(invitation_id=invitation.pk, sending=1)
    page = text_of(as_user(cast.owner).get(reverse("people:people", args=[cast.panier.pk])))
    assert "Pas encore partie" in page
    assert told in page
    AccountInvitation.objects.update(asked_at=timezone.now() - timedelta(days=3))
    assert "n’est pas partie" in text_of(as_user(cast.owner).get(reverse("people:people", args=[cast.panier.pk])))
    monkeypatch.undo()
    sent(invitation)
    invitation.refresh_from_db()
    assert (invitation.problem, bool(invitation.sent_at)) == ("", True)


def test_six_mails_an_hour_to_one_address_are_too_many(cast, as_user):
    second_administrator()
    for _ in range(5):
        assert as_user(cast.owner).post(invite_url(cast.panier), ASKED).status_code == 302
    sixth = as_user(cast.ccas).post(invite_url(cast.halte), ASKED)
    assert sixth.status_code == 409
    assert "Cinq courriels" in text_of(sixth)
    assert as_user(cast.ccas).post(invite_url(cast.halte), ASKED | {"email": "autre@essai.test"}).status_code == 302


def test_three_months_after_it_is_over_an_invitation_no_longer_says_whom_it_was_for(cast):
    long_ago = timezone.now() - timedelta(days=91)
    over = waiting_invitation(cast.panier, by=cast.owner, token="a", name="Léa")
    AccountInvitation.objects.filter(pk=over.pk).update(expires_at=long_ago)
    cancelled = waiting_invitation(cast.halte, by=cast.ccas, token="b")
    AccountInvitation.objects.filter(pk=cancelled.pk).update(cancelled_at=long_ago)
    waits = waiting_invitation(cast.panier, by=cast.owner, token="c", email="attend@essai.test")
    forget_account_invitations(timestamp=0)
    kept = dict(AccountInvitation.objects.values_list("pk", "email"))
    assert kept == {over.pk: "", cancelled.pk: "", waits.pk: "attend@essai.test"}
    assert not AccountInvitation.objects.get(pk=over.pk).name
