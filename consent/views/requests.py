"""Asking for one's file without a card: the person's side, the structures', and the CCAS's figures."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from consent import codes, kept, permissions
from consent.codes import code_of_receipt, digest_of_code
from consent.forms.access import OutcomeForm, ReceiptForm, RequestForm
from consent.models import Request, RequestPart
from consent.views.access import LARGEST_KEY, with_a_hat
from lemans_solidaire.network.permissions import is_ccas_admin

TOO_MANY = "Trop de demandes depuis cet endroit. Attendez une heure, ou passez à l’accueil d’une structure."
WRONG = "Ce numéro et ce code ne vont pas ensemble. Vérifiez-les sur votre reçu."


def may_try(request, action):
    """Counted by address; a reception desk, where many come in from the same one, is not counted."""
    return get_adapter().get_client_ip(request) in settings.DESKS or ratelimit.consume(request, action=action)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """Nothing is looked up: whether a file exists or not, the page is the same, and takes the same time."""
    structures = permissions.open_structures()
    form = RequestForm(request.POST or None, structures=structures)
    status = 200
    if form.is_bound and form.is_valid():
        if not may_try(request, "file_request"):
            form.add_error(None, TOO_MANY)
            status = 429
        elif number := keep(form.cleaned_data):
            return receipt(request, number, form.cleaned_data)
    if form.errors and status == 200:
        status = 422
    return render(request, "consent/own/ask.html", {"form": form, "is_open": permissions.is_part_open()}, status=status)


def keep(typed):
    """The receipt's number; sent twice, the same request has the same one."""
    digest = digest_of_code(code_of_receipt(typed["id"]))
    told = (typed["called"], typed["reach"], typed["reach_at"], [structure.pk for structure in typed["structures"]])
    return kept.with_a_free_number(
        codes.new_card_number, lambda drawn: kept.call("consent_request", typed["id"], drawn, digest, *told)
    )


def receipt(request, number, typed):
    context = {
        "number": f"{number[:4]} {number[4:]}",
        "code": code_of_receipt(typed["id"]),
        "structures": typed["structures"],
        "today": timezone.localdate(),
    }
    return render(request, "consent/own/receipt.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request):
    """Where each structure is; what it answered is said to the person themselves, never here."""
    form = ReceiptForm(request.POST or None)
    if not (form.is_bound and form.is_valid()):
        return render(request, "consent/own/follow.html", {"form": form}, status=422 if form.errors else 200)
    number, code = (codes.digits_of(form.cleaned_data[name]) for name in ("number", "code"))
    if not may_try(request, "card_address"):
        form.add_error(None, TOO_MANY)
        return render(request, "consent/own/follow.html", {"form": form}, status=429)
    state = kept.read(kept.call("consent_request_state", number, digest_of_code(code)))
    if state is None:
        form.add_error(None, WRONG)
        return render(request, "consent/own/follow.html", {"form": form}, status=422)
    return render(request, "consent/own/state.html", {"state": state, "today": timezone.localdate()})


def readable(one):
    """Codes in words, and whether it is late."""
    reach = Request.Reach(one["reach"]).label
    outcome = one["outcome"] and RequestPart.Outcome(one["outcome"]).label
    return one | {"reach": reach, "outcome": outcome, "is_late": one["due"] < timezone.localdate()}


@require_safe
@with_a_hat
def requests(request):
    """Those put to the acting structure alone."""
    receipt_number = codes.digits_of(request.GET.get("recu", ""))[:8]
    found = [readable(one) for one in kept.rows("consent_requests", None, receipt_number or None)]
    context = {
        "hat": request.hat,
        "receipt": receipt_number,
        "waiting": [one for one in found if not one["answered_at"]],
        "answered": [one for one in found if one["answered_at"]],
    }
    return render(request, "consent/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_hat
def one_request(request, part_id):
    found = kept.rows("consent_requests", min(part_id, LARGEST_KEY), None)
    if not found:
        raise Http404
    if request.method == "POST" and "prete" in request.POST:
        kept.call("consent_request_ready", part_id)
        messages.success(
            request, "La personne lit en ligne que votre réponse l’attend. Prévenez-la comme elle l’a demandé."
        )
        return redirect("consent:request", part_id)
    form = OutcomeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        if not kept.call("consent_request_answer", part_id, outcome, form.cleaned_data["check"]):
            messages.info(request, "Quelqu’un de votre équipe a répondu entre-temps : voyez ci-dessous.")
            return redirect("consent:request", part_id)
        if outcome == RequestPart.Outcome.UNSURE:
            messages.info(request, "C’est noté. La demande reste ouverte : la personne attend toujours sa réponse.")
        else:
            messages.success(request, "C’est noté : cette demande a sa réponse.")
        return redirect("consent:requests")
    context = {"one": readable(found[0]), "form": form, "hat": request.hat}
    return render(request, "consent/request.html", context, status=422 if form.errors else 200)


@require_safe
def overview(request):
    """For the CCAS: which structures keep dossiers, how many requests, how long; never a name, nor a dossier."""
    if not is_ccas_admin(request.user):
        raise Http404
    openings = {one.structure_id: one for one in permissions.openings()}
    figures = {one["structure_id"]: one for one in kept.rows("consent_figures")}
    structures = list(permissions.may_keep())
    context = {
        "keepers": [(one, openings[one.pk], figures[one.pk]) for one in structures if one.pk in openings],
        "others": [one for one in structures if one.pk not in openings],
        "is_open": permissions.is_part_open(),
    }
    return render(request, "consent/overview.html", context)
