"""Figures, dates and punctuation as French print writes them."""

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
def clock(moment):
    """« 19 h 42 »."""
    local = localtime(moment)
    return f"{local.hour}{NARROW_SPACE}h{NARROW_SPACE}{local.minute:02d}"


@register.filter
def day_and_clock(moment):
    """« 3 novembre 2026 à 19 h 42 »."""
    return f"{date_format(localtime(moment), 'j F Y')} à {clock(moment)}"


@register.filter
def answer(value):
    """A stored answer in words: a figure, « non compté », « vide », or « sans réponse » for None."""
    if value is None:
        return "sans réponse"
    return value if isinstance(value, str) else figure(value)
