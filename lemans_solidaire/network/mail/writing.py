"""Mails of the portal. Their words are in one text template, whose HTML is made from the text; a job sends them."""

from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from procrastinate import RetryStrategy

from lemans_solidaire.network.mail.layout import html_of

PATIENT = RetryStrategy(max_attempts=8, exponential_wait=4)  # a mail server that is away: tried for about a day
SIGNED = "Le Mans Solidaire\u202f: "  # how every subject begins


def message(*, template, subject, context, to, reply_to=None, headers=None):
    """One mail, not sent yet; `subject` is what follows « Le Mans Solidaire : »."""
    return from_text(f"{SIGNED}{subject}", render_to_string(template, context), to, reply_to, headers)


def from_text(subject, text, to, reply_to=None, headers=None):
    """A mail whose text and HTML say the same words."""
    told = {"Auto-Submitted": "auto-generated", "Message-ID": new_id(), **(headers or {})}
    mail = EmailMultiAlternatives(subject, text, to=to, reply_to=reply_to, headers=told)
    mail.attach_alternative(html_of(text, subject), "text/html")
    return mail


def new_id():
    """Under the portal's own name: what this machine calls itself is nobody's business."""
    return make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname)


def answers_to(user):
    """For `reply_to`: whoever asked for the mail, as long as somebody reads there."""
    return [user.email] if user.is_active else None


def absolute(path):
    return f"{settings.PUBLIC_URL}{path}"


def addresses_of(structure):
    """The structure's own address and its responsables', each once."""
    responsables = structure.memberships.current().responsable().filter(user__is_active=True)
    addresses = [structure.email, *responsables.values_list("user__email", flat=True)]
    return sorted({address.lower() for address in addresses if address})
