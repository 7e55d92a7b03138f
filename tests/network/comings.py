"""People of the Panier who come and go; the mails that jobs would send."""

import uuid
from datetime import timedelta

from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from lemans_solidaire.network import tasks
from lemans_solidaire.network.people.over_time import succession
from tests.cast import account, belongs

LAST = {}  # of the jobs already done
JOBS = {
    "network.send_succession_mail": tasks.send_succession_mail,
    "network.send_account_mail": tasks.send_account_mail,
}


def third_member(cast):
    helper = account("helper@essai.test", "Hugo Helper")
    belongs(helper, cast.panier)
    return helper


def proposed(cast, by, person=None, key=None):
    """That the member of the Panier replaces its responsable, who left."""
    former = cast.owner.memberships.get()
    typed = {"person": person or cast.teammate, "former": former, "then": "left", "word": ""}
    return succession.propose(structure=cast.panier, typed=typed, key=key or uuid.uuid4(), by=by)


def named(cast, **changes):
    """By the CCAS, somebody of elsewhere."""
    former = cast.owner.memberships.get()
    typed = {
        "person": cast.nobody,
        "status": "volunteer",
        "former": former,
        "then": "member",
        "at_once": "",
        "word": "",
    }
    return succession.name(structure=cast.panier, typed=typed | changes, key=uuid.uuid4(), by=cast.ccas)


def days_later(change, days):
    change.effective_on -= timedelta(days=days)
    change.save(update_fields=["effective_on"])
    tasks.people_day_by_day(0)
    change.refresh_from_db()
    return change


def mails_leave():
    """What the worker would do with the jobs that wait: {address: text}."""
    mail.outbox = []
    for job in ProcrastinateJob.objects.filter(task_name__in=JOBS, id__gt=LAST.get("job", 0)).order_by("id"):
        JOBS[job.task_name](**job.args)
        LAST["job"] = job.id
    return {message.to[0]: f"{message.subject}\n{message.body}".replace("\u202f", " ") for message in mail.outbox}


def years_ago(years):
    return timezone.localdate() - timedelta(days=round(365.25 * years))
