"""The charter, for anyone: the version in force, every other one at its own address, what changed, on paper."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from charter.comparing import compare, stretches
from charter.models import Version
from charter.paper import Paper
from charter.permissions import can_write_charter
from lemans_solidaire.network import registry
from lemans_solidaire.network.limits import allows, too_many

SIDE_BY_SIDE = "cote-a-cote"


@login_not_required
@require_safe
@gzip_page
def charter(request):
    """The version in force."""
    return page_of(request, Version.objects.current())


@login_not_required
@require_safe
@gzip_page
def version(request, version):
    return page_of(request, get_object_or_404(Version, number=version))


def page_of(request, version):
    numbers = list(Version.objects.order_by("-number").values_list("number", flat=True))
    context = {
        "version": version,
        "latest": numbers[0] if numbers else None,
        "before": next((number for number in numbers if version and number < version.number), None),
        "can_write": request.user.is_authenticated and can_write_charter(request.user),
        "actions": registry.actions.ask(version, request.user) if version else [],
    }
    return render(request, "charter/charter.html", context)


@login_not_required
@require_safe
def versions(request):
    """All of them, the latest first, each with the one before it."""
    found = list(Version.objects.outlined())
    before = [*(one.number for one in found[1:]), None]
    return render(request, "charter/versions.html", {"versions": list(zip(found, before, strict=False))})


@login_not_required
@require_safe
def article(request, key):
    """A permanent link: leads to where the article is in force; when it is gone, says where it last stood."""
    found, current = Version.objects.with_clause(key), Version.objects.current()
    if found is None:
        raise Http404
    if found.number == current.number:
        return redirect(f"{reverse('charter:charter')}#{key}")
    clause = next(clause for clause in found.text.clauses if clause.key == key)
    return render(request, "charter/gone.html", {"version": found, "clause": clause}, status=404)


@login_not_required
@require_safe
@gzip_page
def comparison(request, before, after):
    """What changed from one version to the other, whichever came first."""
    found = {version.number: version for version in Version.objects.filter(number__in=(before, after))}
    if not {before, after} <= set(found):
        raise Http404
    changes = compare(found[before].text, found[after].text)
    context = {
        "before": found[before],
        "after": found[after],
        "stretches": stretches(changes),
        "changed": sum(not change.is_same for change in changes),
        "before_label": f"Version {before}",
        "after_label": f"Version {after}",
        "is_beside": request.GET.get("vue") == SIDE_BY_SIDE,
    }
    return render(request, "charter/comparison.html", context)


@login_not_required
@require_safe
def pdf(request, version):
    """Laid out once, then kept; laying it out costs a second, so a stranger may ask for a hundred an hour."""
    found = get_object_or_404(Version, number=version)
    paper = Paper(found)
    content = paper.kept
    if content is None:
        if not may_lay_out(request):
            return too_many(request)
        content = paper.laid_out()
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="charte-version-{found.number}.pdf"'
    return response


def may_lay_out(request):
    is_desk = get_adapter().get_client_ip(request) in settings.DESKS
    return request.user.is_authenticated or is_desk or allows(request, "slip")


@login_not_required
@require_safe
def current_pdf(request):
    current = Version.objects.outlined().first()
    if current is None:
        raise Http404
    return redirect("charter:pdf", current.number)


@login_not_required
@require_safe
def data(request, version):
    """The exact text, whose SHA-256 is the digest."""
    found = get_object_or_404(Version, number=version)
    response = HttpResponse(found.canonical, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="charte-version-{found.number}.json"'
    return response
