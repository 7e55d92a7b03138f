"""Mails leave from jobs. One that cannot is tried again, and the CCAS reads why until it left (`UnsentMail`)."""

from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from django.db.models import F
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail.writing import PATIENT, SIGNED, new_id
from lemans_solidaire.network.models import UnsentMail

NO_ANSWER = "Le serveur de courriel ne répond pas."


class Refused(Exception):
    """Nobody was reached and nothing is tried any more: a server said no for good, or was away to the last try."""

    def __init__(self, words, *, is_for_good=True):
        super().__init__(words)
        self.is_for_good = is_for_good


@dataclass
class Attempt:
    job: object = None  # procrastinate's; none when a task is called by hand
    is_noted: bool = False

    @property
    def is_last(self):
        return self.job is None or self.job.attempts >= PATIENT.max_attempts


under_way = ContextVar("under_way")


def mail_job(name):
    """A job that sends one mail, perhaps to several addresses, through `deliver`."""

    def as_job(function):
        @app.task(name=name, retry=PATIENT, pass_context=True)
        @wraps(function)
        def run(*arguments, **named):
            job = None  # called by hand
            if arguments and isinstance(arguments[0], JobContext):
                job, arguments = arguments[0].job, arguments[1:]
            with attempt_of(job) as attempt, suppress(Refused):
                function(*arguments, **named)
            if attempt.job and not attempt.is_noted:
                UnsentMail.objects.filter(job=attempt.job.id).delete()

        return run

    return as_job


@contextmanager
def attempt_of(job):
    attempt = Attempt(job)
    token = under_way.set(attempt)
    try:
        yield attempt
    finally:
        under_way.reset(token)


def is_sent_again():
    """Whether it goes on for those whom an earlier job could not reach: that it left once does not stop it."""
    attempt = under_way.get(None)
    return bool(attempt and attempt.job) and UnsentMail.objects.filter(job=attempt.job.id).exists()


def deliver(message):
    """To each address by itself, so that nobody reads the others'.

    Raises what happened if the server is away: the job is tried again, and writes to those not reached only. Raises
    Refused if nobody was reached and nothing is tried again: from then on the CCAS is told of the mail, not of the job.
    """
    attempt = under_way.get(None) or Attempt()
    before = UnsentMail.objects.filter(job=attempt.job.id).first() if attempt.job else None
    reached, failed = list(before.reached) if before else [], {}
    for address in [one for one in message.to if one not in reached]:
        if problem := problem_of(message, address):
            failed[address] = problem
        else:
            reached.append(address)
    if not failed:
        return
    to_try_again = [problem for problem in failed.values() if not is_final(problem)]
    gives_up = attempt.is_last or not to_try_again
    note(attempt, message.subject, reached, failed, gives_up)
    if to_try_again and not (attempt.job and attempt.is_last):
        raise to_try_again[0]
    if not reached:
        problem = [*to_try_again, *failed.values()][0]
        raise Refused(told(problem), is_for_good=is_final(problem))


def problem_of(message, address):
    """Sends it to one address; what stopped it, or None. (An SMTPException is an OSError.)"""
    message.to = [address]
    message.extra_headers["Message-ID"] = new_id()
    try:
        message.send()
    except OSError as problem:
        return problem
    return None


def note(attempt, subject, reached, failed, gives_up):
    now = timezone.now()
    fields = {
        "subject": subject.removeprefix(SIGNED)[:250],
        "to": sorted(failed),
        "reached": reached,
        "last_at": now,
        "problem": " ".join(dict.fromkeys(told(problem) for problem in failed.values()))[:300],
        "gave_up_at": now if gives_up else None,
    }
    attempt.is_noted = True
    if attempt.job is None:
        UnsentMail.objects.create(**fields, tries=1)
        return
    fields |= {"task": attempt.job.task_name, "arguments": attempt.job.task_kwargs}
    row, _ = UnsentMail.objects.update_or_create(job=attempt.job.id, defaults=fields)
    UnsentMail.objects.filter(pk=row.pk).update(tries=F("tries") + 1)


def note_by_hand(message, problem):
    """A mail sent while somebody waited: once for each address, until one leaves."""
    now = timezone.now()
    fields = {
        "last_at": now,
        "gave_up_at": now,
        "problem": told(problem),
        "subject": message.subject.removeprefix(SIGNED)[:250],
    }
    rows = UnsentMail.objects.filter(job=None, task="", to=message.to)
    row = rows.first() or UnsentMail.objects.create(to=message.to, **fields)  # two, if two wait at the very same time
    UnsentMail.objects.filter(pk=row.pk).update(**fields, tries=F("tries") + 1)


def forget_sent_by_hand(address):
    UnsentMail.objects.filter(job=None, task="", to=[address]).delete()


def code_of(problem):
    """The SMTP code of an answer, or None when there was none."""
    if isinstance(problem, SMTPRecipientsRefused):
        return next(iter(problem.recipients.values()))[0]
    return problem.smtp_code if isinstance(problem, SMTPResponseException) else None


def is_final(problem):
    """The address or the message is refused for good; another refusal is about the portal, which may be mended."""
    return isinstance(problem, SMTPRecipientsRefused | SMTPDataError) and code_of(problem) >= 500


def told(problem):
    """In plain French, for somebody who knows no mail server."""
    code = code_of(problem)
    if code is None:
        return NO_ANSWER
    if isinstance(problem, SMTPAuthenticationError):
        return f"Le serveur de courriel n’accepte pas le mot de passe du portail ({code})."
    if isinstance(problem, SMTPSenderRefused):
        return f"Le serveur de courriel n’accepte pas l’adresse du portail ({code})."
    if code < 500:
        return f"Le serveur de courriel demande d’attendre ({code})."
    if isinstance(problem, SMTPRecipientsRefused):
        return f"Cette adresse n’existe pas, ou ne reçoit plus rien ({code})."
    return f"Le serveur de courriel refuse ce message ({code})."
