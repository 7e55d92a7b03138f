"""Mails of the charter, sent by the worker and tried again when the mail server is away."""

from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from charter import checks
from charter.models import Act, SigningLink, SigningReminder, Version
from lemans_solidaire.network.mail import (
    Refused,
    absolute,
    addresses_of,
    answers_to,
    deliver,
    is_sent_again,
    mail_job,
    message,
)


@app.periodic(cron="7 4 * * *")
@app.task(name="charter.verify", queueing_lock="charter.verify")
def verify(timestamp):
    """Every night; « L’état du portail » says how it went."""
    checks.verify()


@mail_job("charter.send_signing_link")
def send_signing_link(link_id):
    """The token is made here, so that it is written nowhere but in the mail."""
    link = SigningLink.objects.select_related("structure", "version").get(pk=link_id)
    if link.mailed_at or not link.serves:
        return
    token = SigningLink.new_token()
    SigningLink.objects.filter(pk=link.pk).update(digest=SigningLink.digest_of(token))
    url = absolute(reverse("charter:sign_by_link", args=[token]))
    mail = message(
        template="charter/mail/link.txt",
        subject="la charte à lire et à signer",
        context={"link": link, "url": url},
        to=[link.sent_to],
    )
    deliver(mail)
    SigningLink.objects.filter(pk=link.pk).update(mailed_at=timezone.now())


@mail_job("charter.send_signing_reminder")
def send_signing_reminder(reminder_id):
    """Sent once, to a structure that has still not signed the version in force."""
    reminder = SigningReminder.objects.select_related("version", "structure", "asked_by").get(pk=reminder_id)
    if reminder.sent_at and not is_sent_again():
        return
    if problem := why_not(reminder):
        SigningReminder.objects.filter(pk=reminder.pk).update(problem=problem)
        return
    rows = SigningReminder.objects.filter(pk=reminder.pk)
    try:
        deliver(mail_of(reminder))
    except Refused as refused:
        rows.update(problem=str(refused))
        raise
    rows.update(sent_at=timezone.now(), problem="")


def mail_of(reminder):
    """An answer goes to whoever asked for it at the CCAS."""
    structure = reminder.structure
    context = {
        "version": reminder.version,
        "structure": structure,
        "has_signed": structure.charter_acts.filter(kind=Act.Kind.SIGNED).exists(),
        "url": absolute(reverse("charter:sign", args=[structure.pk])),
    }
    return message(
        template="charter/mail/reminder.txt",
        subject="la charte à lire",
        context=context,
        to=addresses_of(structure),
        reply_to=answers_to(reminder.asked_by),
    )


def why_not(reminder):
    """Why nothing leaves, in a French sentence; empty when it does."""
    if Act.objects.filter(structure=reminder.structure, version=reminder.version).exists():
        return "La structure a répondu entre-temps\u202f: rien n’est parti."
    if not reminder.structure.is_open or Version.objects.current() != reminder.version:
        return "Ce rappel n’avait plus lieu d’être\u202f: rien n’est parti."
    return "" if addresses_of(reminder.structure) else "Aucune adresse connue."
