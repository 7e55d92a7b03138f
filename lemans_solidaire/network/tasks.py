"""Jobs of the ground floor: the mails about meetings."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail import PATIENT
from lemans_solidaire.network.meetings import calendar
from lemans_solidaire.network.meetings.people import has_left
from lemans_solidaire.network.models import Invitation
from lemans_solidaire.network.people import tasks as people_tasks  # noqa: F401  their jobs are found from here

NOT_YET = "Le courriel n’a pas pu partir : le portail essaie de nouveau, pendant un jour environ."


@app.periodic(cron="50 2 * * *")
@app.task(name="network.forget_addresses")
def forget_addresses(timestamp):
    """A year after the meeting the addresses invited go, and their links; answers stay counted."""
    Invitation.objects.to_forget().forget()


@app.task(name="network.send_invitation", retry=PATIENT)
def send_invitation(invitation_id):
    """Once for each change: the invitation, then what changed, then that the meeting is off, or the invitation."""
    invitation = Invitation.objects.select_related("meeting__group", "user").filter(pk=invitation_id).first()
    if invitation is None:
        return
    if awaits_mail(invitation):
        send(invitation)
    if invitation.withdrawn_at:
        forget(invitation)


def send(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(digest=Invitation.digest_of(invitation.token))
    try:
        message_to(invitation).send()
    except OSError:
        Invitation.objects.filter(pk=invitation.pk).update(problem=NOT_YET)
        raise
    sent = {"sent_sequence": invitation.meeting.sequence, "sent_at": timezone.now()}
    Invitation.objects.filter(pk=invitation.pk).update(**sent, problem="")


def forget(invitation):
    """Withdrawn, and told so; invited again meanwhile, they know nothing of it yet."""
    row = Invitation.objects.filter(pk=invitation.pk)
    if not row.filter(withdrawn_at__isnull=False).delete()[0]:
        row.update(sent_sequence=None)


def awaits_mail(invitation):
    """Nothing leaves once it has begun, nor to an account that has left, nor a cancellation to who never knew."""
    meeting, told = invitation.meeting, invitation.sent_sequence
    if meeting.is_past or has_left(invitation):
        return False
    if invitation.withdrawn_at:
        return told is not None
    return told != meeting.sequence and not (meeting.is_cancelled and told is None)


def message_to(invitation):
    meeting = invitation.meeting
    url = f"{settings.PUBLIC_URL}{reverse('network:answer_by_link', args=[invitation.token])}"
    context = {
        "meeting": meeting,
        "invitation": invitation,
        "url": url,
        "is_change": invitation.sent_sequence is not None,
    }
    text = render_to_string("network/mail/invitation.txt", context)
    message = EmailMultiAlternatives(subject_of(invitation), text, to=[invitation.address])
    attach_calendar(message, invitation)
    return message


def subject_of(invitation):
    meeting, title = invitation.meeting, " ".join(invitation.meeting.title.split())
    if meeting.is_cancelled:
        return f"Rencontre annulée : {title}"
    if invitation.withdrawn_at:
        return f"Invitation retirée : {title}"
    return f"{'Rencontre' if invitation.sent_sequence is None else 'Changement'} : {title}"


def attach_calendar(message, invitation):
    """Last of the alternatives, where Outlook and Gmail look for it; and as a file, for whoever opens it by hand."""
    page = f"{settings.PUBLIC_URL}{invitation.meeting.get_absolute_url()}" if invitation.user else ""
    content = calendar.invitation_to(invitation, page)
    message.attach_alternative(content.decode(), f"text/calendar; method={calendar.method_for(invitation)}")
    message.attach("rencontre.ics", content, "application/ics")
