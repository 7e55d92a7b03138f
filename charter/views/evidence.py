"""Certificates for who signed, and for anybody a page that says whether one is true."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from charter.certificate import certificate_response, told_by
from charter.models import Act, Version
from charter.permissions import can_see_standing
from charter.pieces import told
from charter.verifying import faults_of
from charter.views.finding import act_of


@require_safe
def certificate(request, code):
    """It names who signed: for the structure and the CCAS. Whoever is handed one verifies its code."""
    act = act_of(code)
    if act is None or not can_see_standing(request.user, act.structure):
        raise Http404
    return certificate_response(act)


@login_not_required
@require_safe
def verify(request):
    """A field for the code."""
    code = request.GET.get("code", "").strip()
    if act := act_of(code):
        return redirect("charter:verification", act.code)
    return render(request, "charter/verify.html", {"code": code[:100]}, status=404 if code else 200)


@login_not_required
@require_safe
def verification(request, code):
    act = act_of(code)
    if act is None:
        return render(request, "charter/verify.html", {"code": code[:100]}, status=404)
    if act.code != code:
        return redirect("charter:verification", act.code)
    context = told_by(act) | {
        "faults": faults_of(act),
        "address": request.build_absolute_uri(reverse("charter:verification", args=[act.code])),
    }
    return render(request, "charter/verification.html", context | what_came_after(act))


def what_came_after(act):
    """Whether it still stands: what was signed or withdrawn since, a newer version in force."""
    newest = Version.objects.outlined().first()
    later = act.structure.charter_acts.filter(number__gt=act.number)
    came = what_came_after_signing(act, later) if act.is_signature else {"again": signed_again(act, later)}
    return came | {"newest": newest if newest != act.version else None}


def what_came_after_signing(act, later):
    of_this_version = later.filter(version=act.version)
    replaced = of_this_version.filter(kind=Act.Kind.SIGNED).first()
    until = of_this_version.filter(number__lt=replaced.number) if replaced else of_this_version
    withdrawn = {key: one.at for one in until for key in one.positions if key in act.positions}
    return {
        "replaced": replaced,
        "withdrawn": told(act.version, withdrawn),
        "stands": set(withdrawn) != set(act.positions),
        "since": signed_since(act, later),
    }


def signed_since(act, later):
    """The last signature of a newer version, or None."""
    newer = later.filter(kind=Act.Kind.SIGNED, version__number__gt=act.version.number)
    return newer.select_related("version").defer("version__content", "version__summaries").last()


def signed_again(act, later):
    """The last signature that takes up something of what this act had withdrawn, or None."""
    same_or_newer = later.filter(kind=Act.Kind.SIGNED, version__number__gte=act.version.number)
    return same_or_newer.filter(positions__has_any_keys=list(act.positions)).last()
