"""Filling a sheet, page by page: each save keeps what was typed, or shows what somebody else saved meanwhile."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from indicators import actions, permissions
from indicators.contents import Contents, words_of
from indicators.figures import Kind
from indicators.forms.figures import KINDS, FiguresForm
from indicators.forms.reviewing import SendingForm
from indicators.forms.words import FrameForm, StoryForm
from indicators.models import Sheet
from indicators.views.finding import find_sheet, whole_sheet
from lemans_solidaire.network import registry
from lemans_solidaire.network.templatetags.french import clock

HIDDEN = {"csrfmiddlewaretoken", "seen", "then", "version"}
LABELS = {name: field.label for form in (FrameForm, StoryForm) for name, field in form.base_fields.items()}
CHOICES = dict([*KINDS, *Sheet.Period.choices, *Sheet.Territory.choices])
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def given_back(request, sheet):
    """[(words of the page, what was written or chosen)], when it can no longer be kept."""
    labels = dict(sheet.campaign.indicators.values_list("code", "label")) | LABELS
    told = dict(sheet.campaign.blocks.values_list("code", "does")) | CHOICES
    return [
        (
            labels.get(name.removeprefix("question-").removesuffix("-mot").removesuffix("-sorte"), "Votre texte"),
            told.get(value, value),
        )
        for name in request.POST
        for value in request.POST.getlist(name)
        if value.strip() and name not in HIDDEN and value != Kind.COUNTED
    ]


def refuse_save(request, sheet):
    """The sheet cannot be written any more: what was typed is shown, not lost."""
    sheet = whole_sheet(request.user, sheet.campaign.year, sheet.structure_id)
    context = {"sheet": sheet, "typed": given_back(request, sheet)}
    return render(request, "indicators/sheet_closed.html", context, status=409)


def fillable_sheet(request, year, structure_id):
    """(sheet, answer): the answer says why it is not to be filled, and is None when it is."""
    sheet = find_sheet(year, structure_id)
    if permissions.can_fill(request.user, sheet):
        return sheet, None
    if not permissions.reads_all(request.user, sheet):
        raise Http404
    return sheet, refuse_save(request, sheet) if request.method == "POST" else redirect(sheet)


def after_saving(request, contents, name):
    """On to the next page, or back to the same one, which says when it was saved."""
    part = contents.part(name)
    if part and request.POST.get("then") == "continue":
        return redirect(contents.after(part).url)
    messages.success(request, f"Enregistré à {clock(timezone.now())}.")
    return redirect(part.url if part else contents.sheet)


def page(request, contents, template, name, context, status=200):
    part = contents.part(name)
    context |= {
        "sheet": contents.sheet,
        "contents": contents,
        "part": part,
        "following": contents.after(part) if part else None,
        "step": contents.parts.index(part) + 1 if part else None,
        "on_behalf": permissions.types_for_structure(request.user, contents.sheet),
    }
    return render(request, template, context, status=status)


@GET_AND_POST
def figures(request, year, structure_id, part):
    """A page of figures: the essential of a section, or a block."""
    sheet, answer = fillable_sheet(request, year, structure_id)
    if answer:
        return answer
    contents = Contents(sheet)
    indicators = contents.asked_on(part)
    if request.method == "POST" and indicators:
        return save_figures(request, contents, part, indicators)
    if not indicators or contents.part(part) is None:
        return redirect(sheet)
    return show_figures(request, contents, part, FiguresForm(indicators=indicators, replies=contents.replies))


def show_figures(request, contents, part, form, *, newer=None, status=200):
    """`newer`: the refusal that holds what somebody else saved meanwhile."""
    form.proposed = registry.facts.ask(contents.sheet.structure, contents.sheet.campaign.year)
    rows = form.rows(previous=contents.previous, remarks=contents.remarks, conflicts=newer.conflicts if newer else {})
    context = {"form": form, "rows": list(rows), "newer": newer}
    return page(request, contents, "indicators/figures.html", part, context, status)


def save_figures(request, contents, part, indicators):
    """A block unticked meanwhile is still the page on which these figures were typed."""
    contents.concerns(indicators)
    form = FiguresForm(request.POST, indicators=indicators, replies={})
    is_valid = form.is_valid()
    if not is_valid and not request.htmx:
        return show_figures(request, contents, part, form, status=422)
    try:
        actions.save_answers(contents=contents, typed=form.typed, seen=form.seen_replies(), by=request.user)
    except actions.NewerSave as newer:
        return show_conflict(request, contents, part, form, newer)
    except actions.NotInThisState:
        return refuse_save(request, contents.sheet)
    if request.htmx:
        return show_saved(request, contents, form)
    return after_saving(request, contents, part)


def show_conflict(request, contents, part, form, newer):
    """Typed figures stay in the fields; sending again, now knowingly, keeps them."""
    if request.htmx:
        return show_saved(request, contents, form, newer=newer)
    form.after_conflict(contents.replies)
    return show_figures(request, contents, part, form, newer=newer, status=409)


def show_saved(request, contents, form, newer=None):
    """What an automatic save changes on the page: when it was saved, what surprises, what cannot be read."""
    if newer is None:
        form.after_saving(contents.replies)
    context = {
        "sheet": contents.sheet,
        "contents": contents,
        "form": form,
        "newer": newer,
        "rows": list(
            form.notes(remarks=contents.remarks_on(form.indicators), conflicts=newer.conflicts if newer else {})
        ),
    }
    return render(request, "indicators/_saved.html", context)


@GET_AND_POST
def frame(request, year, structure_id):
    """What the figures are about: period, territory, what the structure does."""
    return words(request, year, structure_id, "indicators/frame.html", FrameForm)


@GET_AND_POST
def story(request, year, structure_id):
    """The year in words."""
    return words(request, year, structure_id, "indicators/story.html", StoryForm)


def words(request, year, structure_id, template, form_class):
    sheet, answer = fillable_sheet(request, year, structure_id)
    if answer:
        return answer
    contents, stored = Contents(sheet), {} if request.method == "POST" else words_of(sheet)
    name, campaign = form_class.page, sheet.campaign
    if request.method != "POST":
        return page(
            request, contents, template, name, {"form": form_class(words=stored, campaign=campaign), "newer": None}
        )
    form = form_class(request.POST, words=stored, campaign=campaign)
    if not form.is_valid():
        return page(request, contents, template, name, {"form": form, "newer": None}, status=422)
    try:
        contents.sheet = actions.save_words(sheet=sheet, typed=form.typed, seen=form.seen_words(), by=request.user)
    except actions.NewerSave as newer:
        return show_newer_words(request, contents, template, name, form, newer)
    except actions.NotInThisState:
        return refuse_save(request, sheet)
    if request.htmx:
        form.after_saving(words_of(contents.sheet))
        context = {"sheet": contents.sheet, "contents": contents, "form": form, "newer": None, "rows": []}
        return render(request, "indicators/_saved.html", context)
    return after_saving(request, contents, name)


def show_newer_words(request, contents, template, name, form, newer):
    contents.sheet = newer.sheet
    if request.htmx:
        context = {"sheet": newer.sheet, "contents": contents, "form": form, "newer": newer, "rows": []}
        return render(request, "indicators/_saved.html", context)
    form.after_conflict(words_of(newer.sheet))
    return page(request, contents, template, name, {"form": form, "newer": newer}, status=409)


@GET_AND_POST
def sending(request, year, structure_id):
    """What is about to be sent, who will read it, and the button that sends it."""
    sheet, answer = fillable_sheet(request, year, structure_id)
    if answer and request.method == "POST" and not sheet.is_draft:
        return already_sent(request, sheet)
    if answer:
        return answer
    can_submit = permissions.can_submit(request.user, sheet)
    form = SendingForm(request.POST or None, initial={"shared_with": sheet.shared_with})
    if request.method == "POST" and not can_submit:
        messages.warning(request, "Seule la personne responsable peut envoyer la fiche : prévenez-la.")
    elif request.method == "POST" and form.is_valid():
        return send(request, sheet, form.cleaned_data["shared_with"])
    context = {"form": form, "can_submit": can_submit}
    return page(request, Contents(sheet), "indicators/sending.html", "sending", context)


def already_sent(request, sheet):
    messages.info(request, "La fiche était déjà envoyée : rien n’a changé.")
    return redirect(sheet)


def send(request, sheet, shared_with):
    on_behalf = permissions.types_for_structure(request.user, sheet)
    try:
        if not sheet.pk:  # nothing was ever typed: an empty sheet may be sent, but it is one
            sheet = actions.save_answers(contents=Contents(sheet), typed={}, seen={}, by=request.user)
        actions.submit_sheet(sheet=sheet, shared_with=shared_with, by=request.user, confirms=not on_behalf)
    except actions.NotInThisState:
        return already_sent(request, sheet)
    if on_behalf:
        messages.success(request, "La fiche est saisie. Demandez maintenant à la structure de la confirmer.")
    else:
        messages.success(request, "La fiche est envoyée. Le CCAS la relira ; vous pouvez la consulter ici.")
    return redirect(sheet)
