"""Mails of the portal. Their words are in one text template; a job sends them, and tries again when it cannot."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from procrastinate import RetryStrategy

PATIENT = RetryStrategy(max_attempts=8, exponential_wait=4)  # a mail server that is away: tried for about a day
SIGNED = "Le Mans Solidaire\u202f: "  # how every subject begins


def message(*, template, subject, context, to, reply_to=None):
    """One mail, not sent yet; `subject` is what follows « Le Mans Solidaire : »."""
    text = render_to_string(template, context)
    return EmailMultiAlternatives(f"{SIGNED}{subject}", text, to=to, reply_to=reply_to)


def absolute(path):
    return f"{settings.PUBLIC_URL}{path}"


def addresses_of(structure):
    """The structure's own address and its responsables', each once."""
    responsables = structure.memberships.current().responsable().filter(user__is_active=True)
    addresses = [structure.email, *responsables.values_list("user__email", flat=True)]
    return sorted({address.lower() for address in addresses if address})
