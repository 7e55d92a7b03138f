"""For the CCAS alone: where each structure stands, links under way, papers, and a word to those who have not signed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from charter import actions
from charter.models import PaperSignature, SigningLink, SigningReminder, Version
from charter.permissions import can_write_charter
from charter.register import standings_by_structure
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.templatetags.french import plural


@require_safe
def follow_up(request):
    if not can_write_charter(request.user):
        raise Http404
    version = Version.objects.current()
    lines = lines_of(version)
    lately = timezone.now() - SigningReminder.EVERY
    context = {
        "version": version,
        "lines": lines,
        "to_remind": [line for line in lines if line["may_be_reminded"]],
        "links": links_under_way(),
        "papers": papers().awaiting(),
        "refused": papers().exclude(refused_by=None)[:20],
        "reminders": SigningReminder.objects.filter(asked_at__gt=lately).select_related("structure"),
    }
    return render(request, "charter/follow_up.html", context)


def links_under_way():
    links = SigningLink.objects.under_way().with_refusals()
    return links.filter(structure__in=Structure.objects.open()).select_related("structure")


def papers():
    return PaperSignature.objects.defer("scan").select_related("structure", "version")


def lines_of(version):
    """One for each open structure, in alphabetical order: what it signed last, and on the version in force."""
    known = standings_by_structure()
    reminded = set(SigningReminder.objects.lately().values_list("structure", flat=True).order_by())
    return [line_of(one, version, known, reminded) for one in Structure.objects.open()]


def line_of(structure, version, known, reminded):
    _, _, standings = known.get(structure.pk, ("", "", []))
    current = next((one for one in standings if one.version == version), None)
    return {
        "structure": structure,
        "latest": next((one for one in standings if one.is_signed), None),
        "is_signed": bool(current and current.is_signed),
        "has_answered": bool(current),
        "may_be_reminded": bool(version) and current is None and structure.pk not in reminded,
    }


@require_POST
def remind(request):
    if not can_write_charter(request.user):
        raise Http404
    version = Version.objects.current()
    chosen = [
        int(one) for one in request.POST.getlist("structure") if one.isascii() and one.isdecimal() and len(one) < 10
    ]
    structures = Structure.objects.open().filter(pk__in=chosen)
    made = actions.remind_to_sign(version=version, structures=structures, by=request.user) if version else []
    if made:
        messages.success(request, f"{len(made)} courriel{plural(made)} en route.")
    else:
        messages.info(
            request, "Aucun courriel n’est parti\u202f: ces structures ont répondu, ou viennent d’être prévenues."
        )
    return redirect("charter:follow_up")
