"""The pages where a structure keeps what the directory says of it. Others find nothing there."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import actions
from directory.editing import values
from directory.editing.forms import ClosureForm, ServiceForm, StructureForm
from directory.editing.history import Other, lines_of, who_of, who_wrote
from directory.editing.merging import NewerSave
from directory.models import Closure, Presentation, Service
from directory.now import now_of
from directory.permissions import may_edit
from lemans_solidaire.network.models import Event, Structure
from lemans_solidaire.network.templatetags.french import clock

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
EVENTS_ON_A_PAGE = 20


def own_structure(user, structure_id):
    structure = get_object_or_404(Structure.objects.open(), pk=structure_id)
    if not may_edit(user, structure):
        raise Http404
    return structure


def own_service(user, service_id):
    """Closed services too: they can be opened again."""
    found = Service.objects.filter(structure__in=Structure.objects.open()).select_related("structure", "confirmed_by")
    service = get_object_or_404(found, pk=service_id)
    if not may_edit(user, service.structure):
        raise Http404
    return service


def own_closure(structure, closure_id):
    found = Closure.objects.filter(structure=structure).select_related("structure", "service")
    return get_object_or_404(found, pk=closure_id)


def say_saved(request):
    messages.success(request, f"Enregistré à {clock(timezone.now())}.")


def page_of(service):
    """Where a service is read; a closed one is read nowhere."""
    return reverse("directory:edit_service" if service.closed_on else "directory:service", args=[service.pk])


@GET_AND_POST
def edit_service(request, service_id):
    service = own_service(request.user, service_id)
    if request.method == "POST":
        return save_service(request, service)
    form = ServiceForm(structure=service.structure, shown=values.values_of(service))
    return show_service(request, service, form)


def show_service(request, service, form, *, is_newer=False, status=200):
    context = {"service": service, "structure": service.structure, "form": form, "is_newer": is_newer}
    return render(request, "directory/editing/service.html", context, status=status)


def save_service(request, service):
    form = ServiceForm(request.POST, structure=service.structure, shown=values.values_of(service))
    if not form.is_valid():
        return show_service(request, service, form, status=422)
    try:
        changes = actions.save_service(service=service, typed=form.typed, seen=form.seen_values, by=request.user)
    except NewerSave as newer:
        return show_newer_service(request, service, newer)
    if changes:
        say_saved(request)
    else:
        messages.info(request, "Rien n’a changé. Si tout est exact, dites-le\u202f: cela rassure qui cherche.")
    return redirect(page_of(service) if changes else request.path)


def show_newer_service(request, service, newer):
    """What this person typed stays in the fields, what somebody else saved is beside; sent again, it is kept."""
    service.refresh_from_db()
    stored = values.values_of(service)
    others = who_wrote(service, newer.conflicts)
    form = ServiceForm(structure=service.structure, shown=stored | newer.wanted, seen=stored, others=others)
    return show_service(request, service, form, is_newer=True, status=409)


@GET_AND_POST
def add_service(request, structure_id):
    structure = own_structure(request.user, structure_id)
    if request.method != "POST":
        shown = {name: getattr(structure, name) for name in actions.ADDRESS}
        return show_new(request, structure, ServiceForm(structure=structure, shown=shown, seen={}))
    form = ServiceForm(request.POST, structure=structure, seen={})
    if not form.is_valid():
        return show_new(request, structure, form, status=422)
    try:
        service = actions.add_service(structure=structure, typed=form.typed, key=form.key_sent(), by=request.user)
    except actions.SentTwice as twice:
        form = ServiceForm(structure=structure, shown=form.typed, seen={})
        return show_new(request, structure, form, existing=twice.existing, status=409)
    messages.success(
        request, f"«\u202f{service.name}\u202f» est ajouté. Voici sa page, telle que tout le monde la lit."
    )
    return redirect(page_of(service))


def show_new(request, structure, form, *, existing=None, status=200):
    context = {"structure": structure, "form": form, "existing": existing}
    return render(request, "directory/editing/new_service.html", context, status=status)


@GET_AND_POST
def confirm_service(request, service_id):
    """« Tout est encore exact »: what is told is shown, one button."""
    service = own_service(request.user, service_id)
    if request.method == "POST":
        actions.confirm_service(service=service, by=request.user)
        messages.success(request, "Merci\u202f: la page dit que tout est exact à la date d’aujourd’hui.")
        return redirect(page_of(service))
    context = {"service": service, "now": now_of([service])[service.pk]}
    return render(request, "directory/editing/confirm.html", context)


@require_POST
def close_service(request, service_id):
    service = own_service(request.user, service_id)
    actions.close_service(service=service, by=request.user)
    messages.success(request, "Ce service est fermé\u202f: personne ne le trouve plus. Vous pouvez le rouvrir ici.")
    return redirect("directory:edit_service", service.pk)


@require_POST
def reopen_service(request, service_id):
    service = own_service(request.user, service_id)
    actions.reopen_service(service=service, by=request.user)
    messages.success(request, "Ce service est rouvert\u202f: on le trouve de nouveau.")
    return redirect("directory:service", service.pk)


@require_safe
def service_history(request, service_id):
    service = own_service(request.user, service_id)
    events = Event.objects.about(service).select_related("user")
    pages = Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"service": service, "pages": pages, "lines": lines_of(pages.object_list, service)}
    return render(request, "directory/editing/history.html", context)


@require_POST
def undo_change(request, service_id, event_id):
    service = own_service(request.user, service_id)
    event = get_object_or_404(Event.objects.about(service).select_related("user"), pk=event_id)
    try:
        is_done = actions.undo_change(service=service, event=event, by=request.user)
    except actions.ChangedSince as since:
        return show_not_undone(request, service, event, since)
    if is_done:
        messages.success(request, "Le changement est annulé\u202f: ce qui était écrit avant est revenu.")
    else:
        messages.info(request, "Rien n’était à remettre\u202f: c’est déjà comme avant ce changement.")
    return redirect("directory:service_history", service.pk)


def show_not_undone(request, service, event, since):
    """Nothing is touched: what the change had written, and what somebody wrote since, are both shown."""
    service.refresh_from_db()
    now = who_wrote(service, since.fields)
    rows = [
        (values.LABELS[name], *(values.in_words(name, value) for value in event.changes[name]), now[name])
        for name in since.fields
    ]
    context = {"service": service, "event": event, "who": who_of(event), "rows": rows}
    return render(request, "directory/editing/not_undone.html", context, status=409)


@GET_AND_POST
def edit_structure(request, structure_id):
    """« La vie dans la structure »."""
    structure = own_structure(request.user, structure_id)
    presentation = Presentation.objects.filter(structure=structure).first() or Presentation(structure=structure)
    if request.method != "POST":
        form = StructureForm(shown=actions.told_by(structure, presentation))
        return show_structure(request, structure, form)
    form = StructureForm(request.POST)
    if not form.is_valid():
        return show_structure(request, structure, form, status=422)
    try:
        actions.save_structure(structure=structure, typed=form.typed, seen=form.seen_values, by=request.user)
    except NewerSave as newer:
        others = who_wrote_in(newer, Event.objects.about(structure))
        form = StructureForm(shown=newer.stored | newer.wanted, seen=newer.stored, others=others)
        return show_structure(request, structure, form, is_newer=True, status=409)
    say_saved(request)
    return redirect("directory:structure", structure.pk)


def who_wrote_in(newer, events):
    """{field: Other} of texts that both changed."""
    event = events.filter(changes__has_any_keys=list(newer.conflicts)).select_related("user").first()
    by = {"who": who_of(event), "at": event.at} if event else {}
    return {name: Other(str(newer.stored[name] or "rien d’écrit"), **by) for name in newer.conflicts}


def show_structure(request, structure, form, *, is_newer=False, status=200):
    closed = Service.objects.filter(structure=structure, closed_on__isnull=False)
    context = {"structure": structure, "form": form, "is_newer": is_newer, "closed": closed}
    return render(request, "directory/editing/structure.html", context, status=status)


@GET_AND_POST
def closures(request, structure_id):
    """Those to come, and one more."""
    structure = own_structure(request.user, structure_id)
    if request.method != "POST":
        return show_closures(request, structure, ClosureForm(structure=structure))
    form = ClosureForm(request.POST, structure=structure, seen={})
    if not form.is_valid():
        return show_closures(request, structure, form, status=422)
    try:
        actions.add_closure(structure=structure, typed=form.typed, key=form.key_sent(), by=request.user)
    except actions.SentTwice as twice:
        form = ClosureForm(structure=structure, shown=form.typed, seen={})
        return show_closures(request, structure, form, existing=twice.existing, status=409)
    messages.success(request, "La fermeture est notée\u202f: les pages et les recherches le disent.")
    return redirect("directory:closures", structure.pk)


def show_closures(request, structure, form, *, existing=None, status=200):
    found = Closure.objects.filter(structure=structure).select_related("service")
    context = {
        "structure": structure,
        "form": form,
        "existing": existing,
        "to_come": found.to_come(),
        "past": found.filter(last_day__lt=timezone.localdate()).order_by("-first_day", "-pk")[:10],
    }
    return render(request, "directory/editing/closures.html", context, status=status)


@GET_AND_POST
def edit_closure(request, structure_id, closure_id):
    structure = own_structure(request.user, structure_id)
    closure = own_closure(structure, closure_id)
    shown = {name: getattr(closure, name) for name in actions.OF_A_CLOSURE}
    if closure.is_over:
        return is_over(request, structure)
    if request.method != "POST":
        return show_closure(request, closure, ClosureForm(structure=structure, shown=shown))
    form = ClosureForm(request.POST, structure=structure)
    if not form.is_valid():
        return show_closure(request, closure, form, status=422)
    try:
        actions.change_closure(closure=closure, typed=form.typed, seen=form.seen_values, by=request.user)
    except NewerSave as newer:
        return show_newer_closure(request, closure, form, newer)
    except actions.IsOver:
        return is_over(request, structure)
    say_saved(request)
    return redirect("directory:closures", structure.pk)


def show_closure(request, closure, form, *, is_newer=False, status=200):
    context = {"structure": closure.structure, "closure": closure, "form": form, "is_newer": is_newer}
    return render(request, "directory/editing/closure.html", context, status=status)


def show_newer_closure(request, closure, form, newer):
    closure.refresh_from_db()
    now = {name: getattr(closure, name) for name in actions.OF_A_CLOSURE}
    newer.stored = now
    others = who_wrote_in(newer, Event.objects.about(closure))
    mine = {name: form.typed[name] for name in newer.wanted}
    form = ClosureForm(structure=closure.structure, shown=now | mine, seen=now, others=others)
    return show_closure(request, closure, form, is_newer=True, status=409)


def is_over(request, structure):
    messages.info(request, "Cette fermeture est passée\u202f: elle ne se change plus.")
    return redirect("directory:closures", structure.pk)


@require_POST
def remove_closure(request, structure_id, closure_id):
    structure = own_structure(request.user, structure_id)
    if actions.was_removed(structure, closure_id):
        messages.info(request, "Cette fermeture était déjà retirée.")
        return redirect("directory:closures", structure.pk)
    try:
        actions.remove_closure(closure=own_closure(structure, closure_id), by=request.user)
    except actions.IsOver:
        return is_over(request, structure)
    messages.success(request, "La fermeture est retirée\u202f: c’est ouvert comme d’habitude.")
    return redirect("directory:closures", structure.pk)
