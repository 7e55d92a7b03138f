"""An answer of the directory in words."""

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from directory.search.answers import MARK, UNMARK
from directory.search.asking import FILTERS

register = template.Library()


@register.filter
def marked(extract):
    """The words that were found between <mark>; everything else is text, whatever is written in it."""
    safe = escape(extract).replace(MARK, "<mark>").replace(UNMARK, "</mark>")
    return mark_safe(safe)  # noqa: S308  escaped just above


@register.filter
def away(kilometres):
    """0.63 -> « 650 m », 12.4 -> « 12 km »."""
    if kilometres < 1:
        return f"{max(round(kilometres * 20) * 50, 50)}\u202fm"
    written = f"{kilometres:.1f}".replace(".", ",").removesuffix(",0") if kilometres < 10 else f"{kilometres:.0f}"
    return f"{written}\u202fkm"


@register.filter
def asked_label(name):
    """« avec un chien » of « chien »."""
    return {"frais": "le prix", "langue": "les langues", "commune": "le lieu", "public": "le public"}.get(
        name
    ) or FILTERS[name].label("oui")
