"""The CCAS writes the next version: its text, what it says in plain French, then its adoption."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from charter import actions
from charter.drafting import AdoptionForm, DraftForm, Reading, SummariesForm
from charter.models import Draft, Version
from charter.permissions import can_write_charter
from charter.reading import EXPECTED, MOST_BYTES, NotACharter, decoded, read
from charter.text import in_words
from charter.views.text import SIDE_BY_SIDE
from lemans_solidaire.network.uploads import accepts_files_up_to

FORMS = ["GET", "HEAD", "POST"]


def for_the_ccas(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not can_write_charter(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@accepts_files_up_to(2 * MOST_BYTES, can_write_charter)
@require_http_methods(FORMS)
@for_the_ccas
def draft(request):
    """The text in a field; a file takes its place, or is refused with what was expected."""
    stored = Draft.objects.select_related("saved_by").first()
    form = DraftForm(request.POST or None, request.FILES or None, draft=stored)
    answer = saved(request, form) if form.is_bound else {}
    return draft_page(request, form, **answer) if isinstance(answer, dict) else answer


def saved(request, form):
    """The redirection when it is saved; otherwise what the page must say."""
    if not form.is_valid():
        return {"status": 422}
    try:
        brought = file_text(request, form.cleaned_data["file"])
    except NotACharter as refusal:
        return {"status": 422, "refused": str(refusal)}
    words = {"text": form.cleaned_data["text"] if brought is None else brought}
    words["change_note"] = form.cleaned_data["change_note"]
    if brought is not None and form.is_typed and not (form.is_newer and says(form.draft, words)):
        conflict, typed = actions.NewerDraft(form.draft) if form.is_newer else None, form.cleaned_data["text"]
        form.sees(form.draft, brought)
        return {"status": 409, "typed": typed, "conflict": conflict}
    try:
        actions.save_draft(version=form.cleaned_data["version"], by=request.user, **words)
    except actions.NewerDraft as refusal:
        if not says(refusal.draft, words):
            form.sees(refusal.draft, words["text"])
            return {"status": 409, "conflict": refusal}
    messages.success(request, "Le projet est enregistré.")
    return redirect("charter:draft")


def says(draft, words):
    """Whether it already holds them: a second click."""
    return draft is not None and all(getattr(draft, name) == said for name, said in words.items())


def file_text(request, file):
    """The Markdown that was brought, or None without a file; NotACharter says what was expected."""
    if getattr(request, "upload_too_large", False):
        raise NotACharter(f"Ce fichier est trop lourd pour une charte. {EXPECTED}")
    if file is None:
        return None
    if not file.size:
        raise NotACharter(f"Ce fichier est vide. {EXPECTED}")
    text = decoded(file.read())
    read(text)
    return text


def draft_page(request, form, status=200, **said):
    stored = form.draft
    reading = Reading(stored.text) if stored else None
    context = {
        "form": form,
        "draft": stored,
        "current": reading.current if reading else Version.objects.current(),
        "reading": reading,
        "understood": in_words(reading.text) if reading and reading.text else "",
        "parts": parts_in(reading, stored),
        "refused": "",
        "typed": "",
        "conflict": None,
        "file_is_lost": status == 422 and bool(request.FILES),
    }
    return render(request, "charter/drafting/draft.html", context | said, status=status)


def parts_in(reading, stored):
    """The outline of what was understood."""
    return as_version(reading, stored).parts if reading and reading.text else []


def as_version(reading, stored):
    """The draft as the version that it would be; it is not saved."""
    number = reading.current.number + 1 if reading.current else 1
    return Version(
        number=number, content=reading.text.as_data(), summaries=stored.summaries, change_note=stored.change_note
    )


def as_they_are():
    """(the draft, its Reading), None without a draft."""
    stored = Draft.objects.select_related("saved_by").first()
    return stored, Reading(stored.text) if stored else None


def readable_draft(view):
    """The view receives the draft and its Reading; where there is none to read, one is led to the text."""

    @wraps(view)
    def seen(request):
        stored, reading = as_they_are()
        if reading is None or reading.text is None:
            return redirect("charter:draft")
        return view(request, stored, reading)

    return seen


@require_safe
@for_the_ccas
@readable_draft
def preview(request, stored, reading):
    """The page as everybody would read it."""
    return render(request, "charter/drafting/preview.html", {"version": as_version(reading, stored), "draft": stored})


@require_safe
@for_the_ccas
@readable_draft
def draft_comparison(request, stored, reading):
    if reading.current is None:
        return redirect("charter:preview")
    context = {
        "reading": reading,
        "draft": stored,
        "stretches": reading.stretches,
        "changed": len(reading.changes),
        "is_beside": request.GET.get("vue") == SIDE_BY_SIDE,
    }
    return render(request, "charter/drafting/comparison.html", context)


@require_http_methods(FORMS)
@for_the_ccas
def summaries(request):
    """What each chapter, article and commitment means, in plain French."""
    form, is_newer = summaries_form(request), False
    if not form.is_bound and not form.clauses:
        return redirect("charter:draft")
    if form.is_bound and form.is_valid():
        form, is_newer = kept(request, form)
        if not is_newer:
            messages.success(request, "Les explications sont enregistrées.")
            return redirect("charter:draft")
    context = {"form": form, "draft": form.draft, "is_newer": is_newer}
    status = 409 if is_newer else 422 if form.errors else 200
    return render(request, "charter/drafting/summaries.html", context, status=status)


def summaries_form(request):
    stored, reading = as_they_are()
    return SummariesForm(request.POST or None, draft=stored, reading=reading)


def kept(request, form):
    """(form, whether it must be shown again): what was typed joins what somebody else wrote, unless both differ."""
    if form.clauses and not form.conflicts and not form.left_over:
        if form.is_newer and form.summaries() == form.stored:
            return form, False  # a second click
        try:
            actions.save_draft(version=form.marks["version"], summaries=form.summaries(), by=request.user)
        except actions.NewerDraft:
            form = summaries_form(request)  # saved by somebody since the draft was read, an instant ago
            form.is_valid()
        else:
            return form, False
    form.sees()
    return form, True


@require_http_methods(FORMS)
@for_the_ccas
def adoption(request):
    """What changes is read first; then who adopted it, and when. What is adopted never changes."""
    stored, reading = as_they_are()
    reading = reading or Reading("")
    form = AdoptionForm(request.POST or None, draft=stored, reading=reading)
    if form.is_bound:
        return adopted(request, form, stored, reading)
    if reading.text is None or not reading.is_new:
        return redirect("charter:draft")
    return adoption_page(request, form, stored, reading)


def adopted(request, form, stored, reading):
    """What was posted: adopted, to complete, or another text to read first."""
    if is_adopted(request, reading.current):
        return second_click(request, reading.current)
    if not form.is_valid():
        return adoption_page(request, form, stored, reading, status=422)
    version = adopt(request, form, reading)
    if version:
        messages.success(request, f"La version {version.number} est en vigueur. Elle ne changera plus.")
        return redirect("charter:charter")
    stored, reading = as_they_are()
    reading = reading or Reading("")
    if is_adopted(request, reading.current):
        return second_click(request, reading.current)
    form.sees(stored, reading)
    return adoption_page(request, form, stored, reading, status=409)


def adoption_page(request, form, stored, reading, status=200):
    context = {"form": form, "draft": stored, "reading": reading, "conflict": status == 409}
    context |= {"stretches": reading.stretches, "is_beside": False}
    context["version"] = as_version(reading, stored) if reading.text else None
    return render(request, "charter/drafting/adoption.html", context, status=status)


def is_adopted(request, current):
    """A second click: the text that the page had shown is the one in force."""
    return current is not None and request.POST.get("digest") == current.digest


def second_click(request, current):
    messages.info(request, f"La version {current.number} est adoptée : la voici.")
    return redirect("charter:charter")


def adopt(request, form, reading):
    """The version, or None when the text is not the one that the page had shown."""
    if reading.text is None or not reading.is_new:
        return None
    try:
        return actions.adopt(**form.cleaned_data, by=request.user)
    except (actions.NewerDraft, NotACharter):
        return None


@require_http_methods(FORMS)
@for_the_ccas
def drop(request):
    """The draft goes; its text stays in the history."""
    stored = Draft.objects.select_related("saved_by").first()
    if request.method != "POST":
        context = {"draft": stored, "conflict": False}
        return render(request, "charter/drafting/drop.html", context) if stored else redirect("charter:draft")
    shown = request.POST.get("version", "")
    try:
        actions.drop_draft(version=int(shown) if shown.isdecimal() and len(shown) < 10 else 0, by=request.user)
    except actions.NewerDraft:
        return render(request, "charter/drafting/drop.html", {"draft": stored, "conflict": True}, status=409)
    messages.info(request, "Le projet est abandonné. La version en vigueur reste la même.")
    return redirect("charter:draft")
