"""What changed, word by word: never by colour alone."""

from django import template
from django.utils.html import format_html, format_html_join

from charter.comparing import ADDED, REMOVED

register = template.Library()

MARKED = {ADDED: ("ins", "ajouté\u202f: "), REMOVED: ("del", "retiré\u202f: ")}


@register.filter
def marked(runs):
    """HTML of [(state, words)], with words that a screen reader says around what was added or removed."""
    return format_html_join("", "{}", ((one(state, words),) for state, words in runs))


def one(state, words):
    if state not in MARKED:
        return words
    tag, said = MARKED[state]
    spoken = '<span class="visually-hidden">[{}</span>{}<span class="visually-hidden">]</span>'
    return format_html("<{}>" + spoken + "</{}>", tag, said, words, tag)
