"""Lists that one can search without accents, and narrow in words."""

from django.contrib import admin
from django.db import models

from lemans_solidaire.network.gestion.words import in_words


def dated(model, name):
    """A column of days as the portal writes them; any other column stays as it is."""
    field = next((field for field in model._meta.fields if field.name == name), None)
    if not isinstance(field, models.DateField):
        return name

    @admin.display(description=field.verbose_name, ordering=name, empty_value="–")
    def column(obj):
        value = getattr(obj, name)
        return None if value is None else in_words(model, name, value)

    return column


def bare(*names):
    """Fields to search whatever their accents and capitals: « epicerie » finds « Épicerie »."""
    return [f"{name}__unaccent" for name in names]


class InWords(admin.SimpleListFilter):
    """Two answers, as conditions on the queryset."""

    answers = {}  # {key: (words, Q, or what gives one today)}

    def lookups(self, request, model_admin):
        return [(key, words) for key, (words, _) in self.answers.items()]

    def queryset(self, request, queryset):
        _, condition = self.answers.get(self.value(), ("", None))
        condition = condition() if callable(condition) else condition
        return queryset if condition is None else queryset.filter(condition)


def narrowed(title, parameter, **answers):
    """A filter of a list: narrowed("ouverture", "ouverture", ouverte=("ouvertes", Q(closed_on=None)))."""
    named = {"title": title, "parameter_name": parameter, "answers": answers}
    return type("Narrowed", (InWords,), named)
