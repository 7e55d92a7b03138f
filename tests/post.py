"""A real mail server on this machine: what the portal sends is read as it arrives."""

from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from tests.processes import free_port, wait_until


class PostBox:
    """Keeps every message; `refused` addresses get the answer of a service that does not know them."""

    def __init__(self):
        self.messages, self.refused = [], set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  the library's own names
        if address in self.refused:
            return "550 Unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def received(self, address):
        return [one for one in self.messages if address in one["To"]]

    def wait_for(self, address, count=1):
        """The text of the last message to this address, once that many have arrived."""
        wait_until(lambda: len(self.received(address)) >= count)
        return self.received(address)[-1].get_body(["plain"]).get_content()


@contextmanager
def post_office():
    """(post box, port) of a mail server that lives as long as the block."""
    box, port = PostBox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
