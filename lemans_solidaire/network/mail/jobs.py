"""Jobs about mails themselves, and about accounts."""

from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail.delivery import deliver, mail_job
from lemans_solidaire.network.mail.digest import mail_of, point_of, to_write_to
from lemans_solidaire.network.mail.writing import message
from lemans_solidaire.network.models import Digest, UnsentMail, User

DIGEST_HOUR = 6


@app.periodic(cron="40 2 * * *")
@app.task(name="network.forget_unsent", queueing_lock="network.forget_unsent")
def forget_unsent(timestamp):
    UnsentMail.objects.to_forget().delete()


@mail_job("network.send_account_notice")
def send_account_notice(user_id, template, at):
    """« Le mot de passe a été changé »: to the address that the account has now."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    mail = message(
        template=f"{template}_message.txt",
        subject=render_to_string(f"{template}_subject.txt").strip(),
        context={"timestamp": datetime.fromisoformat(at)},
        to=[user.email],
    )
    deliver(mail)


@mail_job("network.send_address_changed")
def send_address_changed(user_id, to):
    """To the address that the account had: who reads it may say that they asked for nothing."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email__iexact=to).first()
    if user is None:
        return
    context = {"user": user, "publisher": settings.PUBLISHER}
    told = {"template": "people/mail/address_changed.txt", "subject": "l’adresse de votre compte a changé"}
    deliver(message(**told, context=context, to=[to]))


@app.periodic(cron="30 4,5 * * 1-5")  # its hours are those of Greenwich: one of the two is half past six in Le Mans
@app.task(name="network.send_digests", queueing_lock="network.send_digests")
def send_digests(timestamp):
    if timezone.localtime(datetime.fromtimestamp(timestamp, UTC)).hour != DIGEST_HOUR:
        return
    accounts = to_write_to().order_by("pk").values_list("pk", flat=True)
    if accounts:
        send_digest.batch_defer(*[{"user_id": pk} for pk in accounts])


@mail_job("network.send_digest")
def send_digest(user_id):
    """One a day at most, however often the job is run."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    digest, _ = Digest.objects.get_or_create(user=user)
    was_sent = digest.sent_at and timezone.localdate(digest.sent_at) == timezone.localdate()
    if was_sent or digest.rhythm == Digest.Rhythm.NEVER:
        return
    if point := point_of(user, digest):
        deliver(mail_of(user, point))
        Digest.objects.filter(pk=digest.pk).update(sent_at=timezone.now(), told=point.told)
