"""The person's own space: what is kept, who read it and why, their own words. No account, no e-mail, no script."""

import hashlib
import json
import time
import uuid
from contextlib import suppress
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import codes, kept, permissions
from consent.codes import digest_of_code
from consent.forms.access import CardForm
from consent.forms.agreements import OnlineShareForm, OnlineTermForm
from consent.forms.dossiers import QuestionForm, WordsForm
from consent.identity import enter_as_person
from consent.middleware import CARD, PERSON_MINUTES
from consent.models import Access, Agreement, Entry, How, Term
from consent.views.access import LARGEST_KEY
from consent.views.agreements import as_file, duties_of
from lemans_solidaire.network.pdf import render_pdf

LARGEST = 2**31 - 1  # of a reading's number
ONLINE = {"how": How.ONLINE.value}
WRONG = "Ce numéro et ce code ne vont pas ensemble. Vérifiez-les, ou demandez une nouvelle carte à votre structure."
TOO_MANY = "Trop d’essais depuis cet endroit. Attendez une heure, ou passez à l’accueil de votre structure."
ROLES = {
    "professional": "une personne salariée",
    "volunteer": "une personne bénévole",
    None: "une personne de l’équipe",
}


def with_a_card(view):
    """For whoever came in with a card; the others are asked for theirs."""

    @login_not_required
    @wraps(view)
    def seen(request, **more):
        return view(request, **more) if request.own else redirect("consent:own")

    return seen


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request):
    """The card's number and code, then the dossier."""
    if request.own:
        return redirect("consent:own") if request.method == "POST" else show(request)
    form = CardForm(request.POST or None, initial={"number": codes.digits_of(request.GET.get("carte", ""))[:8]})
    if form.is_bound and form.is_valid():
        number, code = (codes.digits_of(form.cleaned_data[name]) for name in ("number", "code"))
        is_counted = get_adapter().get_client_ip(request) not in settings.DESKS
        if is_counted and not ratelimit.consume(request, action="card_address"):
            form.add_error(None, TOO_MANY)
            return render(request, "consent/own/enter.html", {"form": form, "is_open": True}, status=429)
        dossier = kept.call("consent_card_opens", number, digest_of_code(code))
        if dossier and enter_as_person(dossier, number):
            request.session.cycle_key()
            until = time.time() + PERSON_MINUTES * 60
            request.session[CARD] = {"dossier": str(dossier), "number": number, "until": until}
            kept.own_dossier("entered")
            return redirect("consent:own")
        if not ratelimit.consume(request, action="card_number", key=number):
            form.add_error(None, TOO_MANY)
            return render(request, "consent/own/enter.html", {"form": form, "is_open": True}, status=429)
        form.add_error(None, WRONG)
    context = {"form": form, "is_open": permissions.is_part_open()}
    return render(request, "consent/own/enter.html", context, status=422 if form.errors else 200)


def show(request, *, words=None, is_newer=False, status=200):
    contents = readable(kept.own_dossier())
    if is_newer:
        words.sees(contents["version"])
    initial = {name: contents[name] for name in ("wants", "can", "project", "version")}
    context = {
        "dossier": contents,
        "words": words or WordsForm(initial=initial),
        "duties": contents["structure"] and duties_of(contents["structure_id"]),
    }
    return render(request, "consent/own/dossier.html", context, status=status)


def readable(contents):
    """Codes in words, and for each structure that may read, until when."""
    asked = {question["seq"]: question for question in contents["questions"]}
    needs, reasons = (Term.objects.labels(list_) for list_ in (Term.List.NEED, Term.List.REASON))
    for one in (*contents["entries"], *contents["shares"]):
        one["purpose"] = needs.get(one["purpose"], one["purpose"])
    for entry in contents["entries"]:
        entry["kind"] = Entry.Kind(entry["kind"]).label
    for agreement in contents["agreements"]:
        agreement["act"] = Agreement.Act(agreement["act"]).label
        agreement["how"] = How(agreement["how"]).label
    for access in contents["accesses"]:
        access["role"] = ROLES[access["role"]]
        access["action"] = Access.Action(access["action"]).label
        access["reason"] = reasons.get(access["reason"], access["reason"])
        access["question"] = asked.get(access["seq"])
    by_structure = {}
    for one in contents["shares"]:
        by_structure.setdefault((one["structure_id"], one["structure"]), []).append(one)
    contents["readers"] = [(key, name, ones) for (key, name), ones in by_structure.items()]
    return contents


@require_POST
@with_a_card
def words(request):
    form = WordsForm(request.POST)
    if not form.is_valid():
        return show(request, words=form, status=422)
    typed = [form.cleaned_data[name] for name in ("wants", "can", "project", "version")]
    if kept.call("consent_write_words", request.own, *typed):
        messages.success(request, "C’est écrit. Qui ouvre votre dossier lit d’abord ces mots.")
        return redirect("consent:own")
    form.add_error(
        None, "Vos mots ont changé entre-temps. Ce que vous venez d’écrire est gardé ici : relisez, puis enregistrez."
    )
    return show(request, words=form, is_newer=True, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_card
def share(request):
    """The person decides by themselves, without anybody at a desk."""
    form = OnlineShareForm(request.POST or None, structures=permissions.open_structures())
    if form.is_bound and form.is_valid():
        other, purpose = form.cleaned_data["structure"], form.cleaned_data["purpose"]
        if kept.call("consent_share", request.own, other.pk, purpose, form.until(), ONLINE):
            messages.success(request, f"{other} peut lire ce qui concerne cette aide. Vous pouvez l’arrêter ici même.")
            return redirect("consent:own")
        form.add_error("structure", "Ce partage n’est pas possible. Choisissez une autre structure.")
    return render(request, "consent/own/share.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_card
def renew(request):
    form = OnlineTermForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if kept.call("consent_renew", request.own, form.until(), ONLINE):
            messages.success(request, f"Votre accord va jusqu’au {form.until():%d/%m/%Y}.")
        else:
            messages.error(request, "Votre accord a été retiré : il se redonne auprès de votre structure.")
        return redirect("consent:own")
    return render(request, "consent/own/renew.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@with_a_card
def unshare(request):
    """« Je ne veux plus que cette structure voie mon dossier »: works at its very next click."""
    other = request.POST.get("structure", "")
    if other.isdecimal():
        kept.call("consent_unshare", request.own, int(other[:9]), ONLINE)
        messages.success(request, "C’est fait : cette structure ne peut plus lire votre dossier.")
    return redirect("consent:own")


@require_POST
@with_a_card
def question(request, seq):
    form = QuestionForm(request.POST)
    if form.is_valid() and kept.call("consent_ask", min(seq, LARGEST), form.cleaned_data["text"]):
        messages.success(request, "Votre question est partie. La structure vous doit une réponse : vous la lirez ici.")
    elif form.errors:
        messages.error(request, " ".join(form.errors["text"]))
    return redirect("consent:own")


@require_POST
@with_a_card
def remark(request, entry_id):
    form = QuestionForm(request.POST)
    if form.is_valid() and kept.call("consent_remark", entry_id, form.cleaned_data["text"]):
        messages.success(request, "Votre remarque est à côté de ce texte.")
    elif form.errors:
        messages.error(request, " ".join(form.errors["text"]))
    return redirect("consent:own")


@require_POST
@with_a_card
def hide(request):
    """A structure or a text no longer shown on this screen; whoever may read the dossier still reads it."""
    structure, entry = request.POST.get("structure", ""), request.POST.get("texte", "")
    structure = int(structure[:9]) if structure.isdecimal() else None
    kept.call("consent_hide", structure, entry if is_uuid(entry) else None)
    # Whatever was sent, the same words: they tell nobody which structures are in this dossier.
    messages.success(request, "C’est caché de cet écran. Pour le revoir, passez à la structure qui vous suit.")
    return redirect("consent:own")


def is_uuid(text):
    with suppress(ValueError):
        return bool(uuid.UUID(text))
    return False


@require_safe
@with_a_card
def paper(request, agreement_id):
    return as_file(kept.rows("consent_paper", min(agreement_id, LARGEST_KEY), "")) or redirect("consent:own")


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_card
def end(request):
    """Asked twice, because it cannot be undone; as easy as giving it."""
    if request.method == "POST":
        kept.call("consent_end", request.own, ONLINE)
        messages.success(
            request, "C’est fait. Plus personne ne peut ouvrir votre dossier ; il sera effacé sous trente jours."
        )
        return redirect("consent:own")
    return render(request, "consent/own/end.html", {})


@require_POST
@login_not_required
def leave(request):
    """Leads to a page that says nothing of where one was."""
    request.session.flush()
    return redirect("home")


@require_safe
@with_a_card
def copy_pdf(request):
    """A tagged PDF, to be printed or read aloud."""
    context = {"dossier": readable(kept.own_dossier("exported")), "today": timezone.localdate()}
    html = render_to_string("consent/pdf/copy.html", context)
    content = render_pdf(html, hashlib.sha256(html.encode()).hexdigest())
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="copie.pdf"'
    return response


@require_safe
@with_a_card
def copy_json(request):
    contents = json.dumps(kept.own_dossier("exported"), ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(contents, content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="copie.json"'
    return response
