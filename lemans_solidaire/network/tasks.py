"""Jobs of the ground floor: the mails about meetings and accounts."""

from email.mime.text import MIMEText

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail import (
    Refused,
    absolute,
    deliver,
    from_text,
    jobs,  # noqa: F401  procrastinate finds its jobs from here
    mail_job,
)
from lemans_solidaire.network.meetings import calendar
from lemans_solidaire.network.models import Invitation

NOT_YET = "Le courriel n’a pas pu partir : le portail essaie de nouveau, pendant un jour environ."


@app.periodic(cron="50 2 * * *")
@app.task(name="network.forget_addresses")
def forget_addresses(timestamp):
    """The address of who was invited without account goes a year after the meeting; their answer stays counted."""
    Invitation.objects.to_forget().forget()


@mail_job("network.send_invitation")
def send_invitation(invitation_id):
    """Once for each change of the meeting: the invitation, then what changed, then that it is cancelled."""
    invitation = Invitation.objects.select_related("meeting__group", "user").filter(pk=invitation_id).first()
    if invitation is None or not awaits_mail(invitation):
        return
    Invitation.objects.filter(pk=invitation.pk).update(digest=Invitation.digest_of(invitation.token))
    try:
        deliver(message_to(invitation))
    except Refused as refused:
        Invitation.objects.filter(pk=invitation.pk).update(problem=str(refused))
        raise
    except OSError:
        Invitation.objects.filter(pk=invitation.pk).update(problem=NOT_YET)
        raise
    sent = {"sent_sequence": invitation.meeting.sequence, "sent_at": timezone.now()}
    Invitation.objects.filter(pk=invitation.pk).update(**sent, problem="")


def awaits_mail(invitation):
    """Nothing leaves for a meeting that has begun, nor a cancellation to whom was never invited."""
    meeting = invitation.meeting
    is_told = invitation.sent_sequence == meeting.sequence
    never_knew = meeting.is_cancelled and invitation.sent_sequence is None
    return not (is_told or never_knew or meeting.is_past)


def message_to(invitation):
    meeting = invitation.meeting
    context = {
        "meeting": meeting,
        "url": absolute(reverse("network:answer_by_link", args=[invitation.token])),
        "is_change": invitation.sent_sequence is not None,
    }
    text = render_to_string("network/mail/invitation.txt", context)
    mail = from_text(subject_of(invitation), text, [invitation.email])
    mail.attach(attachment(invitation))
    return mail


def subject_of(invitation):
    meeting, title = invitation.meeting, " ".join(invitation.meeting.title.split())
    if meeting.is_cancelled:
        return f"Rencontre annulée : {title}"
    return f"{'Rencontre' if invitation.sent_sequence is None else 'Changement'} : {title}"


def attachment(invitation):
    page = absolute(invitation.meeting.get_absolute_url()) if invitation.user else ""
    content = calendar.invitation_to(invitation, page).decode()
    method = calendar.CANCEL if invitation.meeting.is_cancelled else calendar.REQUEST
    part = MIMEText(content, "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="rencontre.ics")
    return part
