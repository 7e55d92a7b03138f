"""Mails of the charter, sent by the worker and tried again when the mail server is away."""

from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from charter import checks
from charter.models import Act, SigningLink, SigningReminder, Version
from lemans_solidaire.network.mail import PATIENT, absolute, addresses_of


@app.periodic(cron="7 4 * * *")
@app.task(name="charter.verify", queueing_lock="charter.verify")
def verify(timestamp):
    """Every night; « L’état du portail » says how it went."""
    checks.verify()


@app.task(name="charter.send_signing_link", retry=PATIENT)
def send_signing_link(link_id):
    """The token is made here, so that it is written nowhere but in the mail."""
    link = SigningLink.objects.select_related("structure", "version").get(pk=link_id)
    if link.mailed_at or not link.serves:
        return
    token = SigningLink.new_token()
    SigningLink.objects.filter(pk=link.pk).update(digest=SigningLink.digest_of(token))
    url = absolute(reverse("charter:sign_by_link", args=[token]))
    text = render_to_string("charter/mail/link.txt", {"link": link, "url": url})
    EmailMessage("Le Mans Solidaire\u202f: la charte à lire et à signer", text, to=[link.sent_to]).send()
    SigningLink.objects.filter(pk=link.pk).update(mailed_at=timezone.now())


@app.task(name="charter.send_signing_reminder", retry=PATIENT)
def send_signing_reminder(reminder_id):
    """Sent once, to a structure that has still not signed the version in force."""
    reminder = SigningReminder.objects.select_related("version", "structure", "asked_by").get(pk=reminder_id)
    if reminder.sent_at:
        return
    if problem := why_not(reminder):
        SigningReminder.objects.filter(pk=reminder.pk).update(problem=problem)
        return
    get_connection().send_messages(mails_of(reminder))
    SigningReminder.objects.filter(pk=reminder.pk).update(sent_at=timezone.now(), problem="")


def mails_of(reminder):
    """One for each address, so that nobody reads the others'; an answer goes to whoever asked for it at the CCAS."""
    structure = reminder.structure
    context = {
        "version": reminder.version,
        "structure": structure,
        "has_signed": structure.charter_acts.filter(kind=Act.Kind.SIGNED).exists(),
        "url": absolute(reverse("charter:sign", args=[structure.pk])),
    }
    text, answers = render_to_string("charter/mail/reminder.txt", context), [reminder.asked_by.email]
    title = "Le Mans Solidaire\u202f: la charte à lire"
    return [EmailMessage(title, text, to=[address], reply_to=answers) for address in addresses_of(structure)]


def why_not(reminder):
    """Why nothing leaves, in a French sentence; empty when it does."""
    if Act.objects.filter(structure=reminder.structure, version=reminder.version).exists():
        return "La structure a répondu entre-temps\u202f: rien n’est parti."
    if not reminder.structure.is_open or Version.objects.current() != reminder.version:
        return "Ce rappel n’avait plus lieu d’être\u202f: rien n’est parti."
    return "" if addresses_of(reminder.structure) else "Aucune adresse connue."
