"""What the templates of /gestion/ ask of Django's admin, in words."""

from django import template
from django.core.exceptions import FieldDoesNotExist

from lemans_solidaire.network.gestion.words import NOTHING, in_words

register = template.Library()


@register.filter
def contents(field):
    """A field that is only shown: in words where the model knows it, else as its admin tells it."""
    obj, name = field.form.instance, field.field["field"]
    try:
        obj._meta.get_field(name)
    except (FieldDoesNotExist, TypeError):
        return field.contents()
    told = in_words(type(obj), name, getattr(obj, name))
    return "–" if told == NOTHING else told


@register.filter
def has_choice(specs):
    """Whether one of these filters is in use."""
    return any(spec.used_parameters for spec in specs)
