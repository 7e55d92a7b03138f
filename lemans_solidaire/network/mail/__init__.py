"""Mails of the portal: written from one text template (`writing`), sent by a job that is patient (`delivery`)."""

from lemans_solidaire.network.mail.delivery import Refused, deliver, is_sent_again, mail_job
from lemans_solidaire.network.mail.writing import (
    PATIENT,
    SIGNED,
    absolute,
    addresses_of,
    answers_to,
    from_text,
    message,
)

__all__ = [
    "PATIENT",
    "SIGNED",
    "Refused",
    "absolute",
    "addresses_of",
    "answers_to",
    "deliver",
    "from_text",
    "is_sent_again",
    "mail_job",
    "message",
]
