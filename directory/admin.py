"""The CCAS keeps the words that find, the numbers to call, and corrects a service."""

from django import forms
from django.contrib import admin
from django.db import models

from directory.actions import add_in_admin, save_in_admin
from directory.editing import values
from directory.models import EmergencyCall, MissedSearch, Place, Service, Synonym
from lemans_solidaire.network.admin import KeepsHistory


class ServiceForm(forms.ModelForm):
    """Sends back what its page had shown: what a structure writes meanwhile is not taken for a change made here."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean_structure(self):
        structure = self.cleaned_data["structure"]
        if self.instance.pk and structure.pk != self.instance.structure_id and values.hides(self.instance):
            raise forms.ValidationError(
                "Son adresse est confidentielle\u202f: elle se lirait de nouveau dans la structure qu’il quitterait. "
                "Ajoutez-le dans l’autre structure, puis fermez celui-ci."
            )
        return structure


@admin.register(Service)
class ServiceAdmin(KeepsHistory):
    form = ServiceForm
    list_display = ["name", "structure", "city", "updated_on", "closed_on"]
    list_filter = [("to_check", admin.EmptyFieldListFilter), ("closed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["structure"]
    search_fields = ["name", "structure__name", "city"]
    readonly_fields = ["source", "source_id", "source_url", "confirmed_on", "confirmed_by"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def save_model(self, request, obj, form, change):
        """A confidential address is told in no Event, and searches know the hours at once."""
        if change:
            save_in_admin(service=obj, names=form.changed_data, by=request.user)
        else:
            add_in_admin(service=obj, by=request.user)


@admin.register(Synonym)
class SynonymAdmin(KeepsHistory):
    list_display = ["typed", "means"]
    search_fields = ["typed", "means"]


@admin.register(EmergencyCall)
class EmergencyCallAdmin(KeepsHistory):
    list_display = ["number", "label", "rank"]


@admin.register(Place)
class PlaceAdmin(KeepsHistory):
    list_display = ["name", "kind", "postcode"]
    list_filter = ["kind"]
    search_fields = ["name", "postcode"]


@admin.register(MissedSearch)
class MissedSearchAdmin(admin.ModelAdmin):
    """To read: what a synonym, or a service, may be missing for."""

    list_display = ["words", "days", "last_day"]
    fields = ["words", "days", "last_day"]

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(words="")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
