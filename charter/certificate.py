"""The certificate of one act: what it says and nothing that changes, so that its bytes are always the same."""

import hashlib
from datetime import date

import segno
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from charter.pieces import is_whole, told
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.pdf import render_pdf


def certificate(act):
    """PDF bytes."""
    address = settings.PUBLIC_URL + reverse("charter:verification", args=[act.code])
    context = told_by(act) | {
        "address": address,
        "qr": segno.make(address, error="m").svg_inline(
            border=0, title="Adresse où vérifier cette attestation", svgclass="qr"
        ),
    }
    html = render_to_string("charter/pdf/certificate.html", context)
    return render_pdf(html, hashlib.sha256(html.encode()).hexdigest(), day=timezone.localdate(act.at))


def told_by(act):
    """What its certificate says, and the page that verifies it."""
    return {
        "act": act,
        "version": act.version,
        "kind": dict(Structure.Kind.choices).get(act.structure_kind, act.structure_kind),
        "pieces": told(act.version, act.positions),
        "is_whole": is_whole(act.version, act.positions),
        "signed_on": paper_day(act),
    }


def paper_day(act):
    """The day written on the paper, or nothing."""
    day = act.evidence.get("signed_on")
    return day and date.fromisoformat(day)


def certificate_response(act):
    response = HttpResponse(certificate(act), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="attestation-{act.code}.pdf"'
    return response
