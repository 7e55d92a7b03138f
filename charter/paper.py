"""The charter on paper: the PDF of a version, the same bytes each time."""

import hashlib
from functools import cached_property

from django.core.cache import cache
from django.template.loader import render_to_string

from lemans_solidaire.network.pdf import render_pdf

DAYS_KEPT = 30


class Paper:
    def __init__(self, version):
        self.version = version

    @property
    def kept(self):
        """The bytes laid out before, or None."""
        return cache.get(self.name)

    def laid_out(self):
        content = render_pdf(self.html, self.digest, day=self.version.adopted_on)
        cache.set(self.name, content, DAYS_KEPT * 24 * 3600)
        return content

    @cached_property
    def html(self):
        return render_to_string("charter/pdf/charter.html", {"version": self.version})

    @cached_property
    def digest(self):
        return hashlib.sha256(self.html.encode()).hexdigest()

    @property
    def name(self):
        """What changes on the page changes the name it is kept under."""
        return f"charter-pdf-{self.digest}"
