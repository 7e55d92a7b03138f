from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from indicators.models import Annex, Audience, ConfirmationLink, Proof, ProofFile, Reminder, ReportReading, Sheet
from indicators.reading import read
from indicators.summary.making import files_of
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
from lemans_solidaire.network.pdf import RenderingProblem

TRIES = RetryStrategy(max_attempts=5, linear_wait=5)
LATER = -1  # a long report waits for the mails to leave
STOPPED = "Une erreur du portail a arrêté le travail : elle est notée pour qui le tient."


@app.task(name="indicators.render_proof", retry=TRIES, pass_context=True)
def render_proof(context, proof_id):
    """As a job: whatever stops it for good is told to whoever asked."""
    try:
        make_files(proof_id)
    except Exception:
        if context.job.attempts >= TRIES.max_attempts:
            stop(proof_id, STOPPED)
        raise


def stop(proof_id, problem):
    unfinished = Proof.objects.filter(pk=proof_id).exclude(state=Proof.State.READY)
    unfinished.update(state=Proof.State.FAILED, problem=problem)


def make_files(proof_id):
    """Makes the files of a proof. Run again after an interruption, it ends with one result.

    A page that cannot be laid out is told to whoever asked; a database that goes away meanwhile is tried again.
    """
    unfinished = Proof.objects.filter(pk=proof_id).exclude(state=Proof.State.READY)
    if not unfinished.update(state=Proof.State.RENDERING, step=0, started_at=timezone.now()):
        return
    proof = Proof.objects.get(pk=proof_id)
    made = {}
    for number, audience in enumerate(Audience.values):
        before = number * Proof.STEPS // 2
        try:
            made[audience] = files_of(
                proof.snapshot(audience), lambda step, before=before: unfinished.update(step=before + step)
            )
        except RenderingProblem as problem:
            return stop(proof_id, str(problem))
    with transaction.atomic():
        if not unfinished.update(state=Proof.State.READY, finished_at=timezone.now(), step=Proof.STEPS):
            return  # another one replaced it meanwhile
        ProofFile.objects.filter(proof=proof).delete()
        ProofFile.objects.bulk_create(
            ProofFile(proof=proof, audience=audience, format=format, content=content)
            for audience, files in made.items()
            for format, content in files.items()
        )


@app.task(name="indicators.read_report", retry=TRIES, pass_context=True, priority=LATER)
def read_report(context, reading_id):
    try:
        read(reading_id)
    except Exception:
        if context.job.attempts >= TRIES.max_attempts:
            unfinished = ReportReading.objects.filter(pk=reading_id).exclude(state=ReportReading.State.READ)
            unfinished.update(state=ReportReading.State.REFUSED, problem=STOPPED)
        raise


@mail_job("indicators.send_annex")
def send_annex(annex_id):
    """Tells a structure that its page of the summary awaits it; once."""
    annex = Annex.objects.select_related("sheet__structure", "sheet__campaign").filter(pk=annex_id).first()
    if annex is None or annex.sheet.shared_with != Sheet.Sharing.NETWORK:
        return
    if annex.mailed_at and not is_sent_again():
        return
    sheet = annex.sheet
    addresses = addresses_of(sheet.structure)
    if not addresses:
        Annex.objects.filter(pk=annex.pk).update(problem="Aucune adresse connue.")
        return
    url = absolute(reverse("indicators:annex", args=[sheet.campaign.year, sheet.structure_id]))
    mail = message(
        template="indicators/mail/annex.txt",
        subject=f"votre page dans la synthèse {sheet.campaign.year}",
        context={"annex": annex, "sheet": sheet, "url": url},
        to=addresses,
    )
    send_and_note(mail, Annex.objects.filter(pk=annex.pk), "mailed_at")


def send_and_note(mail, rows, sent_field):
    """Says on its row that a mail left, or that it was refused for good."""
    try:
        deliver(mail)
    except Refused as refused:
        rows.update(problem=str(refused))
        raise
    rows.update(**{sent_field: timezone.now()}, problem="")


@mail_job("indicators.send_reminder")
def send_reminder(reminder_id):
    """Sent once, to a structure that has still not answered; an answer goes to whoever asked for it at the CCAS."""
    reminder = Reminder.objects.select_related("campaign", "structure", "asked_by").get(pk=reminder_id)
    if reminder.sent_at and not is_sent_again():
        return
    structure, campaign = reminder.structure, reminder.campaign
    if structure.sheets.filter(campaign=campaign).exclude(state="draft").exists():
        Reminder.objects.filter(pk=reminder.pk).update(problem="La fiche est arrivée entre-temps : rien n’est parti.")
        return
    if (
        not campaign.is_open
        or not structure.is_open
        or structure.sheets.filter(campaign=campaign).exclude(on_behalf="").exists()
    ):
        Reminder.objects.filter(pk=reminder.pk).update(problem="Elle n’était plus attendue : rien n’est parti.")
        return
    addresses = addresses_of(structure)
    if not addresses:
        Reminder.objects.filter(pk=reminder.pk).update(problem="Aucune adresse connue.")
        return
    url = absolute(reverse("indicators:sheet", args=[campaign.year, structure.pk]))
    mail = message(
        template="indicators/mail/reminder.txt",
        subject=f"votre fiche {campaign.year}",
        context={"campaign": campaign, "structure": structure, "url": url},
        to=addresses,
        reply_to=answers_to(reminder.asked_by),
    )
    send_and_note(mail, Reminder.objects.filter(pk=reminder.pk), "sent_at")


@mail_job("indicators.send_confirmation_link")
def send_confirmation_link(link_id):
    """The token is made here, so that it is written nowhere but in the mail."""
    link = ConfirmationLink.objects.select_related("sheet__structure", "sheet__campaign").get(pk=link_id)
    if not link.serves:
        return
    token = ConfirmationLink.new_token()
    ConfirmationLink.objects.filter(pk=link.pk).update(digest=ConfirmationLink.digest_of(token))
    url = absolute(reverse("indicators:confirm_by_link", args=[token]))
    mail = message(
        template="indicators/mail/confirmation.txt",
        subject=f"vos chiffres {link.sheet.campaign.year}",
        context={"sheet": link.sheet, "url": url},
        to=[link.sent_to],
    )
    deliver(mail)
