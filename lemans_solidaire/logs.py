"""What the log keeps of an address: never the part that opens it."""

import logging
import re

SECRET_PART = re.compile(
    r"(/confirmer/|/reset/key/|/charte/lien/|/rencontres/invitation/|/personnes/invitation/|/courriels/arreter/)[^/\s]+"
)


class Discreet(logging.Formatter):
    def format(self, record):
        return SECRET_PART.sub(r"\1…", super().format(record))
