"""What is published: pages and files of the editions, for anyone and for the network."""

from functools import wraps

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


def about_an_edition(view):
    """The view receives the campaign and the edition that the address asks for: the latest when it names none, None
    when nothing is published. The network edition is its members' alone: whoever has not signed in is led to.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def seen(request, year, **more):
        campaign = get_object_or_404(Campaign, year=year)
        audience = Audience.NETWORK if request.GET.get("pour") == FOR_THE_NETWORK else Audience.PUBLIC
        if audience == Audience.NETWORK and not permissions.reads_network_edition(request.user):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise Http404
        edition = asked_edition(request, campaign.editions.filter(audience=audience).select_related("campaign"))
        return view(request, campaign, edition, **more)

    return seen


def asked_edition(request, editions):
    number = request.GET.get("edition", "")
    if not number:
        return editions.order_by("-number").first()
    return get_object_or_404(editions, number=int(number) if number.isdecimal() and len(number) < 5 else 0)


def query_of(*, audience, number):
    return urlencode({"edition": number} | ({"pour": FOR_THE_NETWORK} if audience == Audience.NETWORK else {}))


def address(name, year, *args, audience, number):
    """Of this very edition, so that a link keeps saying the same thing."""
    return f"{reverse(f'indicators:{name}', args=[year, *args])}?{query_of(audience=audience, number=number)}"


def latest_address(edition):
    """Of the last edition for the same readers, whichever it is."""
    for_the_network = f"?pour={FOR_THE_NETWORK}" if edition.audience == Audience.NETWORK else ""
    return reverse("indicators:summary", args=[edition.campaign.year]) + for_the_network


def file_links(edition):
    """[(label, address)], the PDF first."""
    kept = set(edition.files.values_list("format", flat=True))
    named = {"audience": edition.audience, "number": edition.number}
    return [
        (Format(each).label, address("summary_file", edition.campaign.year, each, **named))
        for each in Format.values
        if each in kept
    ]


@login_not_required
@require_safe
def summaries(request):
    """The years whose summary is published."""
    editions = Edition.objects.public().values("campaign__year").annotate(number=Max("number"), at=Max("published_at"))
    return render(request, "indicators/summary/summaries.html", {"editions": editions.order_by("-campaign__year")})


@about_an_edition
def summary(request, campaign, edition):
    runs_campaigns = request.user.is_authenticated and permissions.can_run_campaigns(request.user)
    context = {"campaign": campaign, "runs_campaigns": runs_campaigns}
    if edition is None:
        return render(request, "indicators/summary/unpublished.html", context)
    year, named = campaign.year, {"audience": edition.audience, "number": edition.number}
    others = campaign.editions.filter(audience=edition.audience).exclude(pk=edition.pk)
    others = list(others.order_by("-number").values_list("number", "published_at"))
    context |= {
        "summary": Reading(edition.snapshot),
        "published_at": edition.published_at,
        "is_preview": False,
        "structure_base": reverse("indicators:summary", args=[year]) + "structures/",
        "query": query_of(**named),
        "files": file_links(edition),
        "others": [(number, at, address("summary", year, **named | {"number": number})) for number, at in others],
        "snapshot_url": address("summary_file", year, "json", **named),
        "latest_url": latest_address(edition) if any(number > edition.number for number, _ in others) else "",
        "other_audience": other_audience(request.user, edition),
    }
    return render(request, "indicators/summary/page.html", context)


def other_audience(user, edition):
    """(label, address) of the same edition for the other readers, or None."""
    if not permissions.reads_network_edition(user):
        return None
    other = Audience.PUBLIC if edition.audience == Audience.NETWORK else Audience.NETWORK
    return Audience(other).label, address("summary", edition.campaign.year, audience=other, number=edition.number)


@about_an_edition
def structure_page(request, campaign, edition, structure_id):
    """One structure's own figures, as that edition has them; none kept out of it, none of another's: 404."""
    reading = edition and Reading(edition.snapshot)
    page = reading and reading.annex(structure_id)
    if not page:
        raise Http404
    back = address("summary", campaign.year, audience=edition.audience, number=edition.number)
    return render(request, "indicators/summary/structure.html", {"summary": reading, "page": page, "back": back})


@about_an_edition
def summary_file(request, campaign, edition, format):
    """The bytes that were published, as they are; the snapshot itself as JSON, whose digest anybody can compute."""
    if edition is None:
        raise Http404
    for_the_network = "-reseau" if edition.audience == Audience.NETWORK else ""
    name = f"synthese-{campaign.year}-edition-{edition.number}{for_the_network}"
    if format == "json":
        return served(edition.snapshot.encode(), "application/json", f"{name}.json")
    file = get_object_or_404(EditionFile, edition=edition, format=format)
    return served(bytes(file.content), TYPES[format], f"{name}.{format}")


def served(content, content_type, name):
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
