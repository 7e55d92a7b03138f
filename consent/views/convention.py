"""The agreement that settles the roles: each structure answers for its dossiers, the CCAS hosts them."""

import hashlib

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from consent import permissions
from consent.models import Term
from consent.views.agreements import duties_of
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.pdf import render_pdf


@require_safe
def convention(request, structure_id):
    """A PDF to print and sign, for the CCAS and the structure's responsables."""
    structure = permissions.may_keep().filter(pk=structure_id).first()
    if structure is None or not permissions.reads_convention(request.user, structure):
        raise Http404
    context = {
        "structure": structure,
        "host": Structure.objects.open().filter(kind=Structure.Kind.CCAS).order_by("pk").first(),
        "data": Term.objects.of(Term.List.DATA).filter(is_offered=True),
        "duties": duties_of(structure),
        "today": timezone.localdate(),
    }
    html = render_to_string("consent/pdf/convention.html", context)
    pdf = render_pdf(html, hashlib.sha256(html.encode()).hexdigest(), day=context["today"])
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="convention.pdf"'
    return response
