"""The ground of every page of /gestion/: what is written leaves its Event; nothing is deleted, things are closed."""

import uuid

from django.contrib import admin, messages
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection, models
from django.forms import DateInput, Media, Textarea, TextInput, URLInput
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.gestion.forms import RESUMED, KeptForm
from lemans_solidaire.network.gestion.history import events_about, line_of
from lemans_solidaire.network.gestion.lists import dated
from lemans_solidaire.network.models import Event

NATIVE = {
    models.DateField: {"widget": DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    models.URLField: {"widget": URLInput, "assume_scheme": "https"},
    models.CharField: {"widget": TextInput},
    models.TextField: {"widget": Textarea},
}
HISTORY_PAGE = 50


def shown(value):
    """A person is told by number: an account may be erased, a line of history may not."""
    value = value.pk if isinstance(value, models.Model) else value
    return None if value is None else str(value)


class Plain:
    """Fields as the portal shows them everywhere: no window that pops up, no script."""

    form = KeptForm
    formfield_overrides = NATIVE

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class KeepsHistory(Plain, admin.ModelAdmin):
    """One kind of thing that the CCAS keeps."""

    list_title = ""  # the name of the list, when the plural of its model does not say it well
    add_title = ""  # « Ajouter une structure »
    about = ""  # what this list is for, in a sentence
    empty = ""  # what to do while it is empty
    search_label = ""  # what one may search by
    tells_history = True
    told_without_words = ()  # fields of which only the change is told
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    actions = None
    view_on_site = False

    @property
    def media(self):
        return Media()

    @property
    def list_name(self):
        return self.list_title or capfirst(self.opts.verbose_name_plural)

    def has_delete_permission(self, request, obj=None):
        return False

    def links(self, request, obj):
        """[(words, address)] of what is done about this object on other pages."""
        return []

    def beside(self, obj):
        """Other objects whose events are told in the history of this one."""
        return []

    def structure_of(self, obj):
        return None

    def get_list_display(self, request):
        return [dated(self.model, name) for name in super().get_list_display(request)]

    # Pages.

    def changelist_view(self, request, extra_context=None):
        told = {"title": self.list_name, "about": self.about, "empty": self.empty, "add_title": self.add_title}
        return super().changelist_view(request, told | {"search_label": self.search_label} | (extra_context or {}))

    def get_object(self, request, object_id, from_field=None):
        """Whoever saves holds it until the end: the second of two reads what the first wrote."""
        if request.method == "POST":
            self.hold(object_id)
        return super().get_object(request, object_id, from_field)

    def hold(self, object_id):
        try:
            number = self.opts.pk.to_python(object_id)
        except ValidationError:
            return
        self.model._default_manager.select_for_update().filter(pk=number).order_by("pk").first()

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and object_id is None and (event := self.made_before(request)):
            first = get_object_or_404(self.model, pk=event.object_id)
            if event.changes.get("sent") == text_of(request):
                messages.info(request, "C’était déjà enregistré\u202f: rien n’a été ajouté une seconde fois.")
                return HttpResponseRedirect(self.address_of(first))
            messages.warning(
                request, f"Cette page avait déjà ajouté\u202f: {first}. Ce que vous venez d’écrire est gardé."
            )
            request.POST = request.POST.copy()
            request.POST["key"], request.POST[RESUMED] = "", "1"
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["title"] = str(obj) if obj else self.add_title
        context["subtitle"] = None
        context["list_name"] = self.list_name
        context["links"] = self.links(request, obj) if obj else []
        context["is_kept"], context["tells_history"] = bool(obj), self.tells_history
        context["may_save"] = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        context["creation_key"] = (request.POST.get("key") or str(uuid.uuid4())) if add else ""
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if context["adminform"].form.is_bound and conflicts_of(context):
            response.status_code = 409
        return response

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id) or not_found()
        beside = {(one._meta.label_lower, one.pk): one for one in self.beside(obj)}
        pages = Paginator(events_about(obj, *beside.values()), HISTORY_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Qui a changé quoi",
            "lines": [line_of(event, obj, beside) for event in pages],
            "pages": pages,
            "object": obj,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"C’est ajouté\u202f: {obj}.")
        return HttpResponseRedirect(self.address_of(obj))

    def response_change(self, request, obj):
        messages.success(request, f"C’est enregistré\u202f: {obj}.")
        if "_continue" in request.POST:
            return HttpResponseRedirect(self.address_of(obj))
        return self.response_post_save_change(request, obj)

    def address_of(self, obj):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    # A form sent twice.

    def made_before(self, request):
        """The event of what the same form made a moment ago: a double click adds nothing twice.

        Another text under the same key (one came back to the page): it is shown again, to be read before it is added.
        """
        key = request.POST.get("key", "")
        if not key:
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        kind = self.opts.label_lower
        told = Event.objects.filter(object_type=kind, verb="added_in_admin", user=request.user, changes__key=key)
        return told.order_by("pk").first()

    # What is written of it.

    def save_model(self, request, obj, form, change):
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        changes = {name: self.told_of(form, name, before[name]) for name in form.changed_data}
        if not change and request.POST.get("key"):
            changes |= {"key": request.POST["key"], "sent": text_of(request)}
        if change and not changes:
            return
        record(
            by=request.user,
            verb="changed_in_admin" if change else "added_in_admin",
            about=obj,
            structure=self.structure_of(obj),
            changes=changes,
        )

    def told_of(self, form, name, before):
        if name in self.told_without_words:
            return ["…", "…"]
        return [shown(before), shown(form.cleaned_data[name])]

    def save_formset(self, request, form, formset, change):
        before = {one.instance.pk: dict(one.initial) for one in formset.forms}
        formset.save()
        told = [(obj, "added_in_admin", []) for obj in formset.new_objects]
        told += [(obj, "changed_in_admin", fields) for obj, fields in formset.changed_objects]
        for obj, verb, fields in told:
            was = before.get(obj.pk, {})
            changes = {name: [shown(was.get(name)), shown(getattr(obj, name))] for name in fields}
            record(by=request.user, verb=verb, about=obj, structure=getattr(obj, "structure", None), changes=changes)

    # Django's own journal is not kept: Event is the history.

    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None


class PlainInline(Plain, admin.StackedInline):
    extra = 0
    can_delete = False

    @property
    def media(self):
        return Media()


def text_of(request):
    """A digest of what was typed, from which no name can be guessed."""
    typed = sorted(item for item in request.POST.lists() if item[0] not in ("csrfmiddlewaretoken", "key", RESUMED))
    return salted_hmac("gestion.sent", repr(typed)).hexdigest()


def conflicts_of(context):
    return context["adminform"].form.conflicts


def not_found():
    raise Http404
