"""Mails of invitations: the worker makes the token, so that it is written nowhere but in the mail."""

from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail import Refused, absolute, answers_to, deliver, mail_job, message
from lemans_solidaire.network.models import AccountInvitation

NOT_YET = "Le courriel n’a pas pu partir\u202f: le portail essaie de nouveau, pendant un jour environ."
REFUSED = "Le service de courriel refuse cette adresse\u202f: vérifiez-la, puis invitez de nouveau."
CLOSED = "La structure a fermé entre-temps\u202f: rien n’est parti."


@app.periodic(cron="55 2 * * *")
@app.task(name="network.forget_account_invitations")
def forget_account_invitations(timestamp):
    """Three months after it is over, an invitation no longer says whom it was for."""
    AccountInvitation.objects.to_forget().forget()


@mail_job("network.send_account_invitation")
def send_account_invitation(invitation_id, sending):
    """Once for each sending that was asked; a sending that another replaced sends nothing."""
    row = AccountInvitation.objects.filter(pk=invitation_id, sending=sending, sent_at=None)
    invitation = row.select_related("structure", "made_by").first()
    if invitation is None or invitation.state not in ("open", "closed"):
        return
    if invitation.state == "closed":
        row.update(problem=CLOSED)
        return
    token = AccountInvitation.new_token()
    row.update(digest=AccountInvitation.digest_of(token))
    try:
        deliver(mail_of(invitation, token))
    except Refused as refused:
        row.update(problem=REFUSED if refused.is_for_good else str(refused))
        raise
    except OSError:
        row.update(problem=NOT_YET)
        raise
    row.update(sent_at=timezone.now(), problem="")


def mail_of(invitation, token):
    """An answer goes to whoever invites."""
    url = absolute(reverse("people:accept", args=[token]))
    return message(
        template="people/mail/invitation.txt",
        subject="votre invitation",
        context={"invitation": invitation, "url": url},
        to=[invitation.email],
        reply_to=answers_to(invitation.made_by),
    )
