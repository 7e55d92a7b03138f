"""Writes of the directory. Each is atomic, says by whom, and writes its Event: {field: [old, new]}."""

from django.db import transaction
from django.utils import timezone

from directory.editing import merging, values
from directory.holding import hold
from directory.models import Closure, Presentation, Service
from directory.openings import write_openings, write_openings_of
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event, Structure

ADDRESS = ("address", "postcode", "city")
PARTS = [ADDRESS]
OF_THE_STRUCTURE = ("mission", "phone", "website")
OF_THE_PRESENTATION = ("aims", "limits", "rules", "participate")
OF_A_CLOSURE = ("service", "first_day", "last_day", "reason")


class SentTwice(Exception):
    """The same key came with another text; `existing` is what the first one made."""

    def __init__(self, existing):
        super().__init__()
        self.existing = existing


class ChangedSince(Exception):
    """Somebody changed these fields after the change that was to be undone."""

    def __init__(self, service, fields):
        super().__init__()
        self.service, self.fields = service, fields


class IsOver(Exception):
    """A closure that is past belongs to what happened."""


def locked(service, *structures):
    """As it is now, with its structure and these held before it: hiding a place writes its neighbours too."""
    hold([Service.objects.values_list("structure", flat=True).get(pk=service.pk), *structures])
    return Service.objects.select_for_update(of=["self"]).select_related("structure").get(pk=service.pk)


def already_made(structure, verb, key):
    """What the same key made before, whoever is still sending it; the structure is held until the end."""
    Structure.objects.select_for_update().get(pk=structure.pk)
    return Event.objects.filter(structure=structure, verb=verb, changes__key=str(key)).order_by("pk").first()


@transaction.atomic
def add_service(*, structure, typed, key, by):
    """Twice with the same key: the same service. Its values are on it; the Event names it only."""
    if first := already_made(structure, "service_added", key):
        service = Service.objects.get(pk=first.object_id)
        if all(values.same(name, value, getattr(service, name)) for name, value in typed.items()):
            return service
        raise SentTwice(service)
    service = Service(structure=structure)
    put(service, typed | derived(service, typed), by=by)
    record(
        by=by,
        verb="service_added",
        about=service,
        structure=structure,
        changes={"name": ["", service.name], "key": str(key)},
    )
    write_openings([service])
    return service


@transaction.atomic
def save_service(*, service, typed, seen, by):
    """What this person changed, over what was kept meanwhile; NewerSave when both changed the same thing.

    Returns {field: [old, new]}; nothing is written when nothing changes.
    """
    service = locked(service)
    stored = {name: getattr(service, name) for name in typed}
    wanted = merging.merge(typed=typed, seen=seen, stored=stored, parts=PARTS, same=values.same)
    return change(service, wanted | derived(service, wanted), by=by, verb="service_changed")


def derived(service, wanted):
    """The point on the map goes with the address; how long there has been room, with the answer."""
    more = {}
    if any(name in wanted for name in ADDRESS):
        more |= {"city_code": "", "longitude": None, "latitude": None}
    if "capacity" in wanted and wanted["capacity"] != service.capacity:
        more["capacity_since"] = timezone.localdate() if wanted["capacity"] else None
    return more


def put(service, wanted, *, by):
    """Whoever writes of a service vouches for it today."""
    for name, value in wanted.items():
        setattr(service, name, value)
    service.updated_on = service.confirmed_on = timezone.localdate()
    service.confirmed_by = by
    service.save()


def change(service, wanted, *, by, verb):
    """Writes these fields of a service that is held, with one Event; a confidential place is told nowhere."""
    before, was_hidden = values.values_of(service), values.hides(service)
    changes = values.differences({name: before[name] for name in wanted}, wanted)
    if not changes:
        return {}
    put(service, wanted, by=by)
    told = told_of(service, changes, was_hidden)
    record(by=by, verb=verb, about=service, structure=service.structure, changes=told)
    write_openings([service])
    return changes


def told_of(service, changes, was_hidden):
    service.refresh_from_db(fields=["hides_place"])  # the database says whether a neighbour hides the same place
    return values.masked(changes) if was_hidden or values.hides(service) else changes


@transaction.atomic
def confirm_service(*, service, by):
    """« Tout est encore exact ». Said twice the same day by the same person, it is said once."""
    service, today = locked(service), timezone.localdate()
    if (service.confirmed_on, service.confirmed_by_id) == (today, by.pk):
        return
    before = values.as_json(service.confirmed_on)
    service.confirmed_on, service.confirmed_by = today, by
    service.save(update_fields=["confirmed_on", "confirmed_by"])
    told = {"confirmed_on": [before, today.isoformat()]}
    record(by=by, verb="service_confirmed", about=service, structure=service.structure, changes=told)


@transaction.atomic
def close_service(*, service, by):
    service = locked(service)
    if not service.closed_on:
        change(service, {"closed_on": timezone.localdate()}, by=by, verb="service_closed")


@transaction.atomic
def reopen_service(*, service, by):
    change(locked(service), {"closed_on": None}, by=by, verb="service_reopened")


@transaction.atomic
def undo_change(*, service, event, by):
    """Puts back what one Event changed, unless somebody changed it since (ChangedSince): all of it, or nothing.

    False when it was already back. A confidential place is not put back.
    """
    service = locked(service)
    back, moved = {}, []
    is_secret = event.pk in values.with_secret_place(service, [event])
    for name, (old, new) in values_to_put_back(event, is_secret=is_secret).items():
        now = getattr(service, name)
        if values.same(name, now, old):
            continue
        if values.same(name, now, new):
            back[name] = old
        else:
            moved.append(name)
    if moved:
        raise ChangedSince(service, moved)
    return bool(change(service, back, by=by, verb="service_undone"))


NOT_UNDONE = {"service_added", "added_in_admin", "service_imported", "service_confirmed"}


def values_to_put_back(event, *, is_secret):
    """{field: (old, new)}, without the place when it is secret; empty when the Event has nothing that can be undone."""
    if event.verb in NOT_UNDONE:
        return {}
    found = {}
    for name, told in event.changes.items():
        is_hidden = is_secret and name in values.PLACE
        if name in values.LABELS and isinstance(told, list) and len(told) == 2 and not is_hidden:
            try:
                found[name] = tuple(values.from_json(name, value) for value in told)
            except (values.ValidationError, TypeError, ValueError, AttributeError):
                continue  # written by hand in another way
    return found


@transaction.atomic
def save_in_admin(*, service, names, by):
    """What the CCAS wrote in /gestion/, told as any other change. Only these fields: the others may be older."""
    kept = locked(service, service.structure_id)
    before, was_hidden = {name: getattr(kept, name) for name in names}, values.hides(kept)
    for name in names:
        setattr(kept, name, getattr(service, name))
    kept.save()
    changes = values.differences(before, {name: getattr(kept, name) for name in names})
    told = told_of(kept, changes, was_hidden)
    record(by=by, verb="changed_in_admin", about=kept, structure=kept.structure, changes=told)
    write_openings([kept])


@transaction.atomic
def save_structure(*, structure, typed, seen, by):
    """What a structure says of itself: its life there, and how to reach it. The rest is the CCAS's."""
    structure = Structure.objects.select_for_update().get(pk=structure.pk)
    presentation, _ = Presentation.objects.get_or_create(structure=structure)
    stored = told_by(structure, presentation)
    wanted = merging.merge(typed=typed, seen=seen, stored=stored)
    changes = {name: [stored[name], value] for name, value in wanted.items()}
    for name, value in wanted.items():
        setattr(structure if name in OF_THE_STRUCTURE else presentation, name, value)
    if changes:
        structure.save(update_fields=OF_THE_STRUCTURE)
        presentation.save(update_fields=OF_THE_PRESENTATION)
        record(by=by, verb="structure_told", about=structure, structure=structure, changes=changes)
    return changes


def told_by(structure, presentation):
    """{field: text} of what a structure says of itself."""
    told = {name: getattr(structure, name) for name in OF_THE_STRUCTURE}
    return told | {name: getattr(presentation, name) for name in OF_THE_PRESENTATION}


@transaction.atomic
def add_closure(*, structure, typed, key, by):
    """Twice with the same key: the same closure."""
    if first := already_made(structure, "closure_added", key):
        closure = Closure.objects.filter(pk=first.object_id).first()
        if closure is None or told_of_closure(closure) == in_json(typed):
            return closure
        raise SentTwice(closure)
    closure = Closure.objects.create(structure=structure, **typed)
    changes = {name: [None, value] for name, value in told_of_closure(closure).items()} | {"key": str(key)}
    record(by=by, verb="closure_added", about=closure, structure=structure, changes=changes)
    write_openings_of(structure.pk)
    return closure


@transaction.atomic
def change_closure(*, closure, typed, seen, by):
    hold([closure.structure_id])
    closure = Closure.objects.select_for_update(of=["self"]).select_related("structure", "service").get(pk=closure.pk)
    if closure.is_over:
        raise IsOver
    stored, sent = told_of_closure(closure), in_json(typed)
    wanted = merging.merge(typed=sent, seen=seen, stored=stored, parts=[("first_day", "last_day")])
    if not wanted:
        return
    for name in wanted:
        setattr(closure, name, typed[name])
    closure.save()
    changes = {name: [stored[name], value] for name, value in wanted.items()}
    record(by=by, verb="closure_changed", about=closure, structure=closure.structure, changes=changes)
    write_openings_of(closure.structure_id)


@transaction.atomic
def remove_closure(*, closure, by):
    hold([closure.structure_id])
    closure = Closure.objects.select_for_update(of=["self"]).select_related("structure").get(pk=closure.pk)
    if closure.is_over:
        raise IsOver
    changes = {name: [value, None] for name, value in told_of_closure(closure).items()}
    record(by=by, verb="closure_removed", about=closure, structure=closure.structure, changes=changes)
    closure.delete()
    write_openings_of(closure.structure_id)


def was_removed(structure, closure_id):
    told = Event.objects.filter(object_type=Closure._meta.label_lower, object_id=closure_id, verb="closure_removed")
    return told.filter(structure=structure).exists()


def told_of_closure(closure):
    return in_json({name: getattr(closure, name) for name in OF_A_CLOSURE})


def in_json(told):
    return {name: values.as_json(value) for name, value in told.items()}
