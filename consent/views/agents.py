"""One dossier, as agents make it, open it and write in it. What may be read is the database's to say."""

import segno
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from consent import codes, kept
from consent.codes import digest_of_code
from consent.forms.dossiers import AnswerForm, EntryForm, NewDossierForm, ReasonForm, WordsForm
from consent.models import CHECK, MEETING, NAME_LENGTH, Dossier, Term
from consent.views.access import about_a_dossier, reasons, refused, remember, with_a_hat
from consent.views.agreements import agreement_form, duties_of
from consent.views.lists import plain


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_hat
def new(request):
    form = agreement_form(request, NewDossierForm)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        called = typed["called"]
        named = (called, plain(called)[:NAME_LENGTH], form.until(), form.details(), form.how_it_was_said())
        number = kept.with_a_free_number(
            codes.new_number, lambda drawn: kept.call("consent_create", typed["id"], drawn, *named)
        )
        if number is None:
            raise Http404
        if not number:
            form.is_another()
            form.add_error("called", "Un premier dossier est déjà ouvert. Celui-ci s’ouvrira si vous enregistrez.")
            return show_new(request, form, status=409)
        remember(request, typed["id"], MEETING)
        messages.success(
            request, f"Le dossier {number} est ouvert. Remettez sa carte à la personne : elle le lira en ligne."
        )
        return redirect("consent:dossier", number)
    return show_new(request, form, status=422 if form.errors else 200)


def show_new(request, form, *, status):
    context = {"form": form, "hat": request.hat, "duties": duties_of(request.hat)}
    return render(request, "consent/new.html", context, status=status)


@require_POST
@with_a_hat
def count_help(request):
    """Somebody was helped who did not want a dossier: one more this month, nothing else."""
    kept.call("consent_count_help")
    messages.success(request, "Compté. Rien d’autre n’est gardé.")
    return redirect("consent:dossiers")


@require_http_methods(["GET", "HEAD", "POST"])
@about_a_dossier
def dossier(request, number, dossier_id):
    """Why it is opened is asked first; then each page read has its line, with that reason."""
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        remember(request, dossier_id, form.cleaned_data["reason"])
        return redirect("consent:dossier", number)
    reason = reasons(request).get(str(dossier_id))
    if reason is None or form.errors:
        context = {"form": form, "number": number, "hat": request.hat}
        return render(request, "consent/reason.html", context, status=422 if form.errors else 200)
    return show(request, number, dossier_id)


def reason_given(request, dossier_id):
    return str(reasons(request).get(str(dossier_id), CHECK))


def show(request, number, dossier_id, *, entry=None, status=200):
    """The page of a dossier, with the line that could not be kept as it was."""
    reason = reason_given(request, dossier_id)
    contents = kept.open_dossier(dossier_id, reason)
    if contents is None:
        return refused(request, number)
    context = {
        "hat": request.hat,
        "dossier": named(contents),
        "reason": Term.objects.labels(Term.List.REASON).get(reason, reason),
        "entry": entry or EntryForm(),
    }
    return render(request, "consent/dossier.html", context, status=status)


def named(contents):
    """Codes in words."""
    needs = Term.objects.labels(Term.List.NEED)
    for one in (*contents["entries"], *contents["shares"]):
        one["purpose"] = needs.get(one["purpose"], one["purpose"])
    return contents


@require_POST
@about_a_dossier
def add_entry(request, number, dossier_id):
    form = EntryForm(request.POST)
    if not form.is_valid():
        return show(request, number, dossier_id, entry=form, status=422)
    typed = form.cleaned_data
    done = kept.call("consent_add_entry", dossier_id, typed["id"], typed["kind"], typed["purpose"], typed["text"])
    if done:
        messages.success(request, "C’est noté. La personne pourra le lire, et y répondre.")
        return redirect("consent:dossier", number)
    if done is None:
        form.is_another()
        form.add_error(
            "text", "Une première version est déjà notée plus haut. Celle-ci s’ajoutera si vous enregistrez."
        )
    else:
        form.add_error("purpose", "La personne n’a pas donné son accord pour cela à votre structure.")
    return show(request, number, dossier_id, entry=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@about_a_dossier
def write_words(request, number, dossier_id):
    """Under dictation: the present words are read, hence logged, to be written on."""
    if not Dossier.objects.filter(pk=dossier_id, structure=request.hat).exists():
        messages.info(request, NOT_UNDER_DICTATION)
        return redirect("consent:dossier", number)
    form = WordsForm(request.POST or None)
    if form.is_bound and form.is_valid():
        typed = [form.cleaned_data[name] for name in ("wants", "can", "project", "version")]
        done = kept.call("consent_write_words", dossier_id, *typed)
        if done:
            messages.success(request, "C’est écrit, avec ses mots.")
            return redirect("consent:dossier", number)
        form.add_error(None, NEWER_WORDS)
        return show_words(request, number, dossier_id, form, is_newer=True, status=409)
    return show_words(request, number, dossier_id, form, status=422 if form.errors else 200)


def show_words(request, number, dossier_id, form, *, is_newer=False, status):
    contents = kept.open_dossier(dossier_id, reason_given(request, dossier_id))
    if contents is None:
        return refused(request, number)
    if not form.is_bound:
        form = WordsForm(initial={name: contents[name] for name in ("wants", "can", "project", "version")})
    if is_newer:
        form.sees(contents["version"])
    context = {"form": form, "dossier": contents, "is_newer": is_newer, "hat": request.hat}
    return render(request, "consent/words.html", context, status=status)


NOT_UNDER_DICTATION = "Seule la structure qui tient ce dossier écrit sous dictée."
NEWER_WORDS = (
    "La personne a changé ses mots entre-temps : les siens sont plus haut, ce que vous avez écrit est gardé ici. "
    "Enregistrez encore pour le mettre à la place."
)


@require_POST
@about_a_dossier
def card(request, number, dossier_id):
    """Shown once, to be printed: nobody can show this code again."""
    code = codes.new_code()
    digest = digest_of_code(code)
    card_number = kept.with_a_free_number(
        codes.new_card_number,
        lambda drawn: drawn if kept.call("consent_make_card", dossier_id, drawn, digest) else None,
    )
    if card_number is None:
        messages.info(request, "Seule la structure qui tient ce dossier remet une carte.")
        return redirect("consent:dossier", number)
    address = f"{request.build_absolute_uri(reverse('consent:own'))}?carte={card_number}"
    context = {
        "number": number,
        "card": f"{card_number[:4]} {card_number[4:]}",
        "code": code,
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="white"),
        "hat": request.hat,
    }
    return render(request, "consent/card.html", context)


@require_POST
@about_a_dossier
def block_card(request, number, dossier_id):
    if kept.call("consent_block_card", dossier_id):
        messages.success(request, "La carte est bloquée. Une nouvelle se remet en main propre.")
    return redirect("consent:dossier", number)


@require_POST
@with_a_hat
def answer(request, number, seq):
    """To the person's question about a reading, by the structure that read."""
    form = AnswerForm(request.POST)
    asked = [one for one in kept.rows("consent_questions") if one["number"] == number and one["seq"] == seq]
    if asked and form.is_valid():
        if kept.call("consent_answer", asked[0]["dossier_id"], seq, form.cleaned_data["text"]):
            messages.success(request, "Votre réponse est dans le dossier de la personne.")
        else:
            messages.info(request, "Quelqu’un de votre équipe a répondu entre-temps.")
    elif asked:
        messages.error(request, "Écrivez votre réponse.")
    return redirect("consent:dossiers")
