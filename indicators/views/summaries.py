"""What is published: pages and files of the editions, for anyone and for the network."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from indicators import permissions
from indicators.models import Audience, Campaign, Edition, EditionFile, Format
from indicators.summary import Reading

FOR_THE_NETWORK = "reseau"
TYPES = {
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class NeedsSignIn(Exception):
    """The network edition, asked for by somebody who has not signed in."""


def asked_audience(request):
    if request.GET.get("pour") != FOR_THE_NETWORK:
        return Audience.PUBLIC
    if not request.user.is_authenticated:
        raise NeedsSignIn
    if not permissions.reads_network_edition(request.user):
        raise Http404
    return Audience.NETWORK


def asked_edition(request, editions):
    """The edition whose number is in the address; the latest when none is; None when nothing is published."""
    number = request.GET.get("edition", "")
    if not number:
        return editions.order_by("-number").first()
    return get_object_or_404(editions, number=int(number) if number.isdecimal() and len(number) < 5 else 0)


def address(name, year, *args, audience, number, **more):
    """Of this very edition, so that a link keeps saying the same thing."""
    query = {"edition": number} | ({"pour": FOR_THE_NETWORK} if audience == Audience.NETWORK else {})
    return f"{reverse(f'indicators:{name}', args=[year, *args])}?{urlencode(query)}"


def files_of(edition_like, year, formats):
    """[(label, address)] of an edition's files."""
    return [
        (
            Format(each).label,
            address("summary_file", year, each, audience=edition_like.audience, number=edition_like.number),
        )
        for each in Format.values
        if each in formats
    ]


@login_not_required
@require_safe
def summaries(request):
    """The years whose summary is published."""
    editions = Edition.objects.public().values("campaign__year").annotate(number=Max("number"), at=Max("published_at"))
    return render(request, "indicators/summary/summaries.html", {"editions": editions.order_by("-campaign__year")})


@login_not_required
@require_safe
def summary(request, year):
    campaign = get_object_or_404(Campaign, year=year)
    try:
        audience = asked_audience(request)
    except NeedsSignIn:
        return redirect_to_login(request.get_full_path())
    edition = asked_edition(request, campaign.editions.filter(audience=audience))
    runs_campaigns = request.user.is_authenticated and permissions.can_run_campaigns(request.user)
    context = {"campaign": campaign, "runs_campaigns": runs_campaigns}
    if edition is None:
        return render(request, "indicators/summary/unpublished.html", context)
    others = campaign.editions.filter(audience=audience).exclude(pk=edition.pk).order_by("-number")
    context |= {
        "summary": Reading(edition.snapshot),
        "published_at": edition.published_at,
        "is_preview": False,
        "structure_base": reverse("indicators:summary", args=[year]) + "structures/",
        "query": urlencode({"edition": edition.number} | ({"pour": "reseau"} if audience == Audience.NETWORK else {})),
        "files": files_of(edition, year, edition.files.values_list("format", flat=True)),
        "others": [
            (number, at, address("summary", year, audience=audience, number=number))
            for number, at in others.values_list("number", "published_at")
        ],
        "snapshot_url": address("summary_file", year, "json", audience=audience, number=edition.number),
        "is_latest": not others.filter(number__gt=edition.number).exists(),
        "other_audience": other_audience(request.user, edition),
    }
    return render(request, "indicators/summary/page.html", context)


def other_audience(user, edition):
    """(label, address) of the same edition for the other readers, or None."""
    if not permissions.reads_network_edition(user):
        return None
    other = Audience.PUBLIC if edition.audience == Audience.NETWORK else Audience.NETWORK
    return Audience(other).label, address("summary", edition.campaign.year, audience=other, number=edition.number)


@login_not_required
@require_safe
def structure_page(request, year, structure_id):
    """One structure's own figures, as that edition has them; none kept out of it, none of another's: 404."""
    campaign = get_object_or_404(Campaign, year=year)
    try:
        audience = asked_audience(request)
    except NeedsSignIn:
        return redirect_to_login(request.get_full_path())
    edition = asked_edition(request, campaign.editions.filter(audience=audience))
    reading = edition and Reading(edition.snapshot)
    page = reading and reading.annex(structure_id)
    if not page:
        raise Http404
    back = address("summary", year, audience=audience, number=edition.number)
    return render(request, "indicators/summary/structure.html", {"summary": reading, "page": page, "back": back})


@login_not_required
@require_safe
def summary_file(request, year, format):
    """The bytes that were published, as they are; the snapshot itself as JSON, whose digest anybody can compute."""
    campaign = get_object_or_404(Campaign, year=year)
    try:
        audience = asked_audience(request)
    except NeedsSignIn:
        return redirect_to_login(request.get_full_path())
    edition = asked_edition(request, campaign.editions.filter(audience=audience))
    if edition is None:
        raise Http404
    name = f"synthese-{year}-edition-{edition.number}{'-reseau' if audience == Audience.NETWORK else ''}"
    if format == "json":
        return served(edition.snapshot.encode(), "application/json", f"{name}.json")
    file = get_object_or_404(EditionFile, edition=edition, format=format)
    return served(bytes(file.content), TYPES[format], f"{name}.{format}")


def served(content, content_type, name):
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
