"""What turns quiet mistakes into failures: undefined template variables, unordered querysets read in order."""

import random
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.template.base import FilterExpression, Origin

OUR_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class UndefinedVariable(AssertionError):
    pass


def fail_on_undefined_variables(monkeypatch):
    """Only in our own templates: those of Django's admin and of the libraries rely on empty variables."""
    resolve = FilterExpression.resolve

    def strict_resolve(self, context, ignore_failures=False):
        engine = getattr(context, "template", None) and context.template.engine
        if ignore_failures or engine is None or not in_our_templates(context):
            return resolve(self, context, ignore_failures)
        before, engine.string_if_invalid = engine.string_if_invalid, Marker()
        try:
            return resolve(self, context, ignore_failures)
        finally:
            engine.string_if_invalid = before

    monkeypatch.setattr(FilterExpression, "resolve", strict_resolve)


def in_our_templates(context):
    template = context.render_context.template or context.template
    origin = getattr(template, "origin", None)
    return isinstance(origin, Origin) and Path(str(origin.name)).is_relative_to(OUR_TEMPLATES)


class Marker(str):
    """Stands for `string_if_invalid`; the engine formats it with the name of the missing variable."""

    def __contains__(self, part):
        return part == "%s"

    def __bool__(self):
        return True

    def __mod__(self, name):
        raise UndefinedVariable(f"undefined template variable: {name}")


def shuffle_unordered_querysets(monkeypatch):
    fetch = QuerySet._fetch_all

    def shuffling_fetch(self):
        is_new = self._result_cache is None
        fetch(self)
        if is_new and not self.ordered and isinstance(self._result_cache, list):
            random.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", shuffling_fetch)


@pytest.fixture(autouse=True)
def strict(request, monkeypatch):
    if "tests/bench/" in request.node.nodeid:
        return  # measured as it is served
    fail_on_undefined_variables(monkeypatch)
    shuffle_unordered_querysets(monkeypatch)
