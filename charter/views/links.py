"""For a legal representative without account: a link asked for, cancelled, then used once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charter import actions
from charter.certificate import certificate_response
from charter.models import SigningLink, Version
from charter.permissions import can_sign, can_write_charter
from charter.pieces import told
from charter.register import standing_of
from charter.signing_forms import LinkForm
from charter.views.desk import Desk, typed
from charter.views.finding import LARGEST_KEY, posted, seen_structure

TOO_MANY = (
    "Cette structure a déjà trois liens en cours, ou six depuis hier\u202f: annulez-en un, ou attendez demain. "
    "Ce que vous avez écrit est gardé."
)


def reached_structure(user, structure_id):
    """The structure for which a link may be sent: by its responsable or by the CCAS."""
    structure = seen_structure(user, structure_id)
    if not (can_sign(user, structure) or (structure.is_open and can_write_charter(user))):
        raise PermissionDenied
    return structure


@require_http_methods(["GET", "HEAD", "POST"])
def ask_link(request, structure_id):
    structure, version = reached_structure(request.user, structure_id), Version.objects.current()
    if version is None:
        return render(request, "charter/nothing_yet.html", {"structure": structure})
    form, status = LinkForm(posted(request), auto_id="id-%s"), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                link = make(form, structure, version, request.user)
            except actions.TooManyLinks:
                form.add_error(None, TOO_MANY)
                status = 409
            else:
                messages.success(
                    request,
                    f"Le lien part à {link.sent_to}. Il sert jusqu’au {timezone.localtime(link.expires_at):%d/%m/%Y}.",
                )
                return redirect("charter:sign", structure.pk)
    return render(
        request, "charter/ask_link.html", {"structure": structure, "version": version, "form": form}, status=status
    )


def make(form, structure, version, user):
    told = {"signer": form.signer, "power": form.power, "sent_to": form.cleaned_data["sent_to"]}
    return actions.make_link(version=version, structure=structure, by=user, **told)


@require_POST
def cancel_link(request, structure_id, link_id):
    structure = reached_structure(request.user, structure_id)
    link = get_object_or_404(SigningLink, pk=min(link_id, LARGEST_KEY), structure=structure)
    if actions.cancel_link(link=link, by=request.user):
        messages.success(request, f"Le lien envoyé à {link.sent_to} ne sert plus.")
    else:
        messages.info(request, "Ce lien avait déjà servi, ou était déjà annulé.")
    return redirect("charter:sign", structure.pk)


def link_of(token):
    links = SigningLink.objects.select_related("structure", "version", "act__version")
    link = links.filter(digest=SigningLink.digest_of(token)).first()
    if link is None:
        raise Http404
    return link


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_by_link(request, token):
    """Without an account: whoever holds the link reads the whole text, then signs once."""
    link = link_of(token)
    if not link.serves:
        return link_served(request, link, token)
    desk = desk_of(request, link, token)
    try:
        return desk.take() if request.method == "POST" else desk.show()
    except actions.LinkServed:  # a second click, or cancelled at this very moment
        return link_served(request, link_of(token), token)


def desk_of(request, link, token):
    """The text is the one in force, even if it was adopted after the link had left."""
    version, structure = Version.objects.current(), link.structure

    def sign(form, seen):
        told = {"positions": form.positions, "signer": form.signer, "power": form.power}
        return actions.sign_by_link(link=link, version=version, seen=seen, **told)

    def already(act):
        context = {"act": act, "pieces": told(act.version, act.positions), "structure": structure}
        return render(request, "charter/already_signed.html", context, status=409)

    return Desk(
        request=request,
        structure=structure,
        version=version,
        template="charter/sign_by_link.html",
        sign=sign,
        after=lambda act: redirect(request.path),
        already=already,
        way=f"par le lien envoyé à {link.sent_to}",
        initial={name: getattr(link, name) for name in ("signer_name", "signer_function", "power_body", "power_on")},
        context={"link": link, "already_told": already_told(structure, version)},
    )


def already_told(structure, version):
    """What the structure has signed of this version: the link's reader has no other page that says it."""
    return told(version, standing_of(structure, version).positions)


def link_served(request, link, token):
    """What the link did, for as long as it would have lasted; or that it does not serve, and what was typed."""
    is_lost = request.method == "POST" and not link.act
    context = {
        "link": link,
        "act": link.act if link.is_remembered else None,
        "pieces": told(link.act.version, link.act.positions) if link.act else [],
        "token": token,
        "typed": list(typed(request.POST)) if is_lost else [],
    }
    return render(request, "charter/link_served.html", context, status=409 if is_lost else 200)


@never_cache
@login_not_required
@require_safe
def certificate_by_link(request, token):
    link = link_of(token)
    if not link.is_remembered:
        raise Http404
    return certificate_response(link.act)
