"""A real mail server on 127.0.0.1: it keeps what it receives, refuses, is slow, goes away and comes back."""

import asyncio
import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller


class MailServer:
    """`messages`: what came, the oldest first; each one's `rcpt` are the addresses it was really sent to."""

    def __init__(self):
        self.messages = []
        self.refused = set()
        self.delay = 0
        self.port = free_port()
        self.controller = None

    def refuse(self, *addresses):
        """They are answered 550: nobody here."""
        self.refused.update(addresses)

    def slow(self, seconds):
        self.delay = seconds

    def come_back(self):
        if self.controller is None:
            self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
            self.controller.start()

    def go_away(self):
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    def to(self, address):
        return [message for message in self.messages if address in message.rcpt]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        if address in self.refused:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        await asyncio.sleep(self.delay)
        message = message_from_bytes(envelope.content, policy=policy.default)
        message.rcpt = list(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 OK"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def words_of(message):
    """The text that a person reads in a mail without HTML."""
    return message.get_body(("plain",)).get_content()


@pytest.fixture
def smtp(settings, monkeypatch):
    """The portal's mail server, for this process and for the workers that the test starts."""
    server = MailServer()
    server.come_back()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    monkeypatch.setenv("LMS_SMTP_PORT", str(server.port))
    yield server
    server.go_away()
