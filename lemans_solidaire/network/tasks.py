"""Jobs of the ground floor: the mails about meetings."""

from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail import PATIENT
from lemans_solidaire.network.meetings import calendar
from lemans_solidaire.network.models import Invitation

NOT_YET = "Le courriel n’a pas pu partir : le portail essaie de nouveau, pendant un jour environ."


@app.periodic(cron="50 2 * * *")
@app.task(name="network.forget_addresses")
def forget_addresses(timestamp):
    """The address of who was invited without account goes a year after the meeting; their answer stays counted."""
    Invitation.objects.to_forget().forget()


@app.periodic(cron="40 2 * * *")
@app.task(name="network.forget_jobs", queueing_lock="network.forget_jobs", pass_context=True)
async def forget_jobs(context, timestamp):
    """What went well a week ago is no news; what did not stays until the CCAS has seen it."""
    await context.app.job_manager.delete_old_jobs(nb_hours=7 * 24, include_cancelled=True)


@app.task(name="network.send_invitation", retry=PATIENT)
def send_invitation(invitation_id):
    """Once for each change of the meeting: the invitation, then what changed, then that it is cancelled."""
    invitation = Invitation.objects.select_related("meeting__group", "user").filter(pk=invitation_id).first()
    if invitation is None or not awaits_mail(invitation):
        return
    Invitation.objects.filter(pk=invitation.pk).update(digest=Invitation.digest_of(invitation.token))
    try:
        message_to(invitation).send()
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
    url = f"{settings.PUBLIC_URL}{reverse('network:answer_by_link', args=[invitation.token])}"
    context = {
        "meeting": meeting,
        "url": url,
        "is_change": invitation.sent_sequence is not None,
    }
    text = render_to_string("network/mail/invitation.txt", context)
    message = EmailMessage(subject_of(invitation), text, to=[invitation.email])
    message.attach(attachment(invitation))
    return message


def subject_of(invitation):
    meeting, title = invitation.meeting, " ".join(invitation.meeting.title.split())
    if meeting.is_cancelled:
        return f"Rencontre annulée : {title}"
    return f"{'Rencontre' if invitation.sent_sequence is None else 'Changement'} : {title}"


def attachment(invitation):
    page = f"{settings.PUBLIC_URL}{invitation.meeting.get_absolute_url()}" if invitation.user else ""
    content = calendar.invitation_to(invitation, page).decode()
    method = calendar.CANCEL if invitation.meeting.is_cancelled else calendar.REQUEST
    part = MIMEText(content, "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="rencontre.ics")
    return part
