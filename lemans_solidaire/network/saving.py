"""Two people, or two clicks, on the same form: nothing is written over silently, nothing is made twice."""

import json
from datetime import UTC, datetime
from hashlib import sha256

from django.db.models import Model


class NewerSave(Exception):
    """Somebody else saved something after the page was opened; `now` is the object as it is."""

    def __init__(self, now):
        super().__init__(str(now))
        self.now = now


class AlreadyMade(Exception):
    """The same form was sent before with another text; `existing` is what it made."""

    def __init__(self, existing):
        super().__init__(str(existing))
        self.existing = existing


class NotPossible(Exception):
    """Too late, or not in this state; the message says why, in French."""


def told(value):
    """As an Event or a mark keeps it."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # one moment, whatever the clock it is read on
    return value if value is None or isinstance(value, bool | int) else str(value)


def mark_of(obj, names):
    """Goes with a page that shows these fields, and comes back with the form."""
    values = json.dumps([told(getattr(obj, name)) for name in sorted(names)])
    return sha256(values.encode()).hexdigest()[:16]


def locked(obj):
    return type(obj).objects.select_for_update().get(pk=obj.pk)


def write(now, typed, seen, along=()):
    """{name: [before, after]} of what changed on a locked object; NewerSave if the page had shown something else.

    `along`: fields already set on the object, saved if something changed.
    """
    changes = {name: [getattr(now, name), value] for name, value in typed.items() if getattr(now, name) != value}
    if changes and mark_of(now, typed) != seen:
        raise NewerSave(now)
    for name, (_, value) in changes.items():
        setattr(now, name, value)
    if changes:
        now.save(update_fields=[*changes, *along])
    return {name: [told(before), told(after)] for name, (before, after) in changes.items()}


def make_once(model, key, typed, **others):
    """(object, is new): twice with the same key, the same object; AlreadyMade when the text was another."""
    made, is_new = model.objects.get_or_create(key=key, defaults={**typed, **others})
    if any(getattr(made, name) != value for name, value in typed.items()):
        raise AlreadyMade(made)
    return made, is_new
