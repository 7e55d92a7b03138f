"""Figures, dates and punctuation as French print writes them."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime

register = template.Library()

NARROW_SPACE = "\u202f"


@register.filter
def figure(value):
    """1187.5 -> « 1 187,5 », with narrow unbreakable spaces and no useless decimal."""
    if value is None or value == "":
        return ""
    number = Decimal(value).normalize()
    text = f"{number:,f}"
    return text.replace(",", NARROW_SPACE).replace(".", ",")


@register.filter
def plural(count):
    """« s » from two on: in French nothing is singular. A list counts for its length."""
    return "s" if (count if isinstance(count, int) else len(count)) > 1 else ""


@register.filter
def clock(moment):
    """« 19 h 42 »."""
    local = localtime(moment)
    return f"{local.hour}{NARROW_SPACE}h{NARROW_SPACE}{local.minute:02d}"


@register.filter
def day(date):
    """« 3 novembre 2026 », « 1er mars 2026 »."""
    if isinstance(date, datetime):
        date = localtime(date)
    return date_format(date, r"j\e\r F Y" if date.day == 1 else "j F Y")


@register.filter
def weekday(date):
    """« mardi 3 novembre 2026 », « dimanche 1er mars 2026 »."""
    return f"{date_format(localtime(date), 'l')} {day(date)}"


@register.filter
def day_and_clock(moment):
    """« 3 novembre 2026 à 19 h 42 »."""
    return f"{day(moment)} à {clock(moment)}"


@register.filter
def answer(reply):
    """A stored reply in words; « sans réponse » when there is none."""
    return "sans réponse" if reply is None else str(reply)


@register.filter
def size(octets):
    """1 258 291 -> « 1,2 Mo »."""
    return f"{figure(round(Decimal(octets) / 1_000_000, 1) or Decimal('0.1'))}\u00a0Mo"
