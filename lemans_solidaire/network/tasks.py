"""Jobs of the ground floor: the mails about meetings, those about people, what each day brings to accounts."""

from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail import PATIENT
from lemans_solidaire.network.meetings import calendar
from lemans_solidaire.network.models import AccountLife, Invitation, Succession, User
from lemans_solidaire.network.people.over_time import mails, retention, succession

NOT_YET = "Le courriel n’a pas pu partir : le portail essaie de nouveau, pendant un jour environ."


@app.periodic(cron="50 2 * * *")
@app.task(name="network.forget_addresses")
def forget_addresses(timestamp):
    """The address of who was invited without account goes a year after the meeting; their answer stays counted."""
    Invitation.objects.to_forget().forget()


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


@app.periodic(cron="10 3 * * *")
@app.task(name="network.people_day_by_day")
def people_day_by_day(timestamp):
    """A change of responsable whose notice is over takes effect; silent accounts are told, closed, then erased."""
    succession.day_by_day()
    retention.day_by_day()


@app.task(name="network.send_succession_mail", retry=PATIENT)
def send_succession_mail(succession_id, state, number):
    """To one account, or to the structure itself (0); nothing leaves of a state that is over."""
    change = Succession.objects.with_people().filter(pk=succession_id, state=state).first()
    user = User.objects.filter(pk=number, is_active=True).first()
    if change and (user or (number == 0 and change.structure.email)):
        mails.succession_mail(change, user).send()


@app.task(name="network.send_account_mail", retry=PATIENT)
def send_account_mail(template, user_id):
    """About the account itself. The last one goes to an address that is then forgotten."""
    life = AccountLife.objects.select_related("user").filter(user=user_id).first()
    user = User.objects.get(pk=user_id)
    if mail := mails.account_mail(template, user, life):
        mail.send()
    if template == "goodbye":
        AccountLife.objects.filter(user=user_id).update(goodbye_to="")
