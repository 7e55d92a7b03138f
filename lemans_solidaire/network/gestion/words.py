"""A value of a model as a French page tells it: never a code, a number of the database, « True » nor JSON."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise

from lemans_solidaire.network.templatetags.french import day, day_and_clock, figure

MASKED = "…"
NOTHING = "rien"
YES_NO = {"True": "oui", "False": "non"}


def label_of(model, name):
    """What a page calls it, or None when the model has no such field."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return str(field.verbose_name) if field.concrete else None


def in_words(model, name, value):
    """`value` as the model holds it, or as an Event keeps it."""
    if value in (None, "", []):
        return NOTHING
    if value == MASKED:
        return MASKED
    return told(model._meta.get_field(name), value)


def told(field, value):
    if isinstance(field, models.BooleanField):
        return YES_NO.get(str(value), str(value))
    if field.is_relation:
        return named(field.related_model, value)
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(value) if isinstance(value, str) else value
        return day_and_clock(moment) if moment else str(value)
    if isinstance(field, models.DateField):
        date = parse_date(value) if isinstance(value, str) else value
        return day(date) if date else str(value)
    if isinstance(field, models.DecimalField):
        return figure(value)
    found = dict(field.flatchoices).get(value, value)
    return str(found) if isinstance(found, str | int | float | Promise) else ", ".join(map(str, found))


def named(model, value):
    """Some lines of history hold a number where a name is meant."""
    if isinstance(value, model):
        return str(value)
    if str(value).isdecimal():
        return str(model._default_manager.filter(pk=value).first() or "quelque chose qui n’est plus là")
    return str(value)
