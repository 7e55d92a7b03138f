from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from indicators import actions
from indicators.models import Rendering
from indicators.summary import summarise
from indicators.views.finding import ccas_campaign
from lemans_solidaire.network.models import Structure


def summary_of(campaign):
    return summarise(campaign, structures=Structure.objects.open().count())


@require_safe
def summary(request, year):
    campaign = ccas_campaign(request.user, year)
    summary = summary_of(campaign)
    rendering = campaign.renderings.defer("html", "pdf").filter(digest=summary.digest).first()
    context = {"campaign": campaign, "summary": summary, "rendering": rendering}
    return render(request, "indicators/summary.html", context)


def asked_for(request, renderings):
    """The rendering of the figures whose digest is in the address; the newest when none is."""
    digest = request.GET.get("empreinte")
    return (renderings.filter(digest=digest) if digest else renderings).first()


@require_http_methods(["GET", "HEAD", "POST"])
def summary_pdf_progress(request, year):
    """POST asks for the PDF of today's figures; GET says how far it is."""
    campaign = ccas_campaign(request.user, year)
    if request.method == "POST":
        summary = summary_of(campaign)
        html = render_to_string("indicators/pdf/summary.html", {"campaign": campaign, "summary": summary})
        rendering = actions.request_pdf(campaign=campaign, digest=summary.digest, html=html, by=request.user)
        return redirect(f"{request.path}?{urlencode({'empreinte': rendering.digest})}")
    rendering = asked_for(request, campaign.renderings.defer("html", "pdf"))
    template = "indicators/_progress.html" if request.htmx else "indicators/summary_pdf_progress.html"
    return render(request, template, {"campaign": campaign, "rendering": rendering, "steps": Rendering.STEPS})


@require_safe
def summary_pdf(request, year):
    """The PDF of the figures named, or the newest that is ready, as it was made."""
    campaign = ccas_campaign(request.user, year)
    rendering = asked_for(request, campaign.renderings.ready().defer("html"))
    if rendering is None:
        return redirect("indicators:summary", year)
    response = HttpResponse(bytes(rendering.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="synthese-{year}.pdf"'
    return response
