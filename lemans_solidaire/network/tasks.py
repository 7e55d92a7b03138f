"""Jobs of the ground floor: the mails about meetings, those about people, what each day brings to accounts."""

from contextlib import suppress

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
from lemans_solidaire.network.meetings.people import has_left
from lemans_solidaire.network.models import AccountLife, Invitation, Succession, UnsentMail, User
from lemans_solidaire.network.people import tasks as people_tasks  # noqa: F401  their jobs are found from here
from lemans_solidaire.network.people.over_time import mails, retention, succession
from lemans_solidaire.network.state.checking import look

NOT_YET = "Le courriel n’a pas pu partir : le portail essaie de nouveau, pendant un jour environ."


@app.periodic(cron="50 2 * * *")
@app.task(name="network.forget_addresses")
def forget_addresses(timestamp):
    """A year after the meeting the addresses invited go, and their links; answers stay counted."""
    Invitation.objects.to_forget().forget()


@app.periodic(cron="*/15 * * * *")
@app.task(name="network.look", queueing_lock="network.look")
def look_at_the_portal(timestamp):
    look()


@app.periodic(cron="40 2 * * *")
@app.task(name="network.forget_jobs", queueing_lock="network.forget_jobs", pass_context=True)
async def forget_jobs(context, timestamp):
    """What went well a week ago is no news; what did not stays until the CCAS has seen it."""
    await context.app.job_manager.delete_old_jobs(nb_hours=7 * 24, include_cancelled=True)


@mail_job("network.send_invitation")
def send_invitation(invitation_id):
    """Once for each change: the invitation, then what changed, then that the meeting is off, or the invitation."""
    invitation = Invitation.objects.select_related("meeting__group", "user").filter(pk=invitation_id).first()
    if invitation is None:
        return
    try:
        if awaits_mail(invitation):
            send(invitation)
    except Refused as refused:  # told on its line; the CCAS may send it again when the server comes back
        if not refused.is_for_good:
            return
    if invitation.withdrawn_at:
        forget(invitation)


def send(invitation):
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
    context = {
        "meeting": meeting,
        "invitation": invitation,
        "url": absolute(reverse("network:answer_by_link", args=[invitation.token])),
        "is_change": invitation.sent_sequence is not None,
    }
    text = render_to_string("network/mail/invitation.txt", context)
    mail = from_text(subject_of(invitation), text, [invitation.address])
    attach_calendar(mail, invitation)
    return mail


def subject_of(invitation):
    meeting, title = invitation.meeting, " ".join(invitation.meeting.title.split())
    if meeting.is_cancelled:
        return f"Rencontre annulée : {title}"
    if invitation.withdrawn_at:
        return f"Invitation retirée : {title}"
    return f"{'Rencontre' if invitation.sent_sequence is None else 'Changement'} : {title}"


def attach_calendar(message, invitation):
    """Last of the alternatives, where Outlook and Gmail look for it; and as a file, for whoever opens it by hand."""
    page = absolute(invitation.meeting.get_absolute_url()) if invitation.user else ""
    content = calendar.invitation_to(invitation, page)
    message.attach_alternative(content.decode(), f"text/calendar; method={calendar.method_for(invitation)}")
    message.attach("rencontre.ics", content, "application/ics")


@app.periodic(cron="10 3 * * *")
@app.task(name="network.people_day_by_day")
def people_day_by_day(timestamp):
    """A change of responsable whose notice is over takes effect; silent accounts are told, closed, then erased."""
    succession.day_by_day()
    retention.day_by_day()


@mail_job("network.send_succession_mail")
def send_succession_mail(succession_id, state, number):
    """To one account, or to the structure itself (0); nothing leaves of a state that is over."""
    change = Succession.objects.with_people().filter(pk=succession_id, state=state).first()
    user = User.objects.filter(pk=number, is_active=True).first()
    if change and (user or (number == 0 and change.structure.email)):
        deliver(mails.succession_mail(change, user))


@mail_job("network.send_account_mail")
def send_account_mail(template, user_id):
    """About the account itself. The last one goes to an address that is then forgotten."""
    life = AccountLife.objects.select_related("user").filter(user=user_id).first()
    user = User.objects.get(pk=user_id)
    with suppress(Refused):
        if mail := mails.account_mail(template, user, life):
            deliver(mail)
    if template == "goodbye" and life:
        AccountLife.objects.filter(pk=life.pk).update(goodbye_to="")
        UnsentMail.objects.forget_address(life.goodbye_to)
