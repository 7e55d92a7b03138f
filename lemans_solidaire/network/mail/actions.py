from django.db import transaction
from procrastinate.contrib.django import app

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Digest, UnsentMail


@transaction.atomic
def send_again(*, mail, by):
    """Once for each time that the portal gave up: a second click finds nothing to do."""
    mail = UnsentMail.objects.select_for_update().filter(pk=mail.pk).first()
    if not (mail and mail.can_be_sent_again):
        return
    mail.job = app.configure_task(mail.task).defer(**mail.arguments)
    mail.gave_up_at = None
    mail.save(update_fields=["job", "gave_up_at"])
    record(by=by, verb="mail_sent_again", about=mail)


@transaction.atomic
def settle(*, mail, by):
    """The CCAS reached them another way. One that is still tried is not settled: it would be sent to all once more."""
    mail = UnsentMail.objects.select_for_update().given_up().filter(pk=mail.pk).first()
    if mail:
        record(by=by, verb="mail_settled", about=mail)
        mail.delete()


def choose_rhythm(*, user, rhythm):
    """Whoever holds the link of a digest may act, signed in or not: it is about this mail alone."""
    Digest.objects.update_or_create(user=user, defaults={"rhythm": rhythm})
