"""The charter on paper: the PDF of a version, the same bytes each time."""

import hashlib

from django.core.cache import cache
from django.template.loader import render_to_string

from lemans_solidaire.network.pdf import render_pdf

DAYS_KEPT = 30


def kept(version):
    """The bytes laid out before, or None; what changes on the page changes the name it is kept under."""
    return cache.get(name_of(html_of(version)))


def laid_out(version):
    html = html_of(version)
    content = render_pdf(html, hashlib.sha256(html.encode()).hexdigest(), day=version.adopted_on)
    cache.set(name_of(html), content, DAYS_KEPT * 24 * 3600)
    return content


def html_of(version):
    return render_to_string("charter/pdf/charter.html", {"version": version})


def name_of(html):
    return f"charter-pdf-{hashlib.sha256(html.encode()).hexdigest()}"
