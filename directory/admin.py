"""The CCAS keeps the words that find, the numbers to call, and corrects a service."""

from django.contrib import admin
from django.db import models

from directory.models import EmergencyCall, Service, Synonym
from lemans_solidaire.network.admin import KeepsHistory


@admin.register(Service)
class ServiceAdmin(KeepsHistory):
    list_display = ["name", "structure", "city", "updated_on", "closed_on"]
    list_filter = [("to_check", admin.EmptyFieldListFilter), ("closed_on", admin.EmptyFieldListFilter), "city"]
    list_select_related = ["structure"]
    search_fields = ["name", "structure__name", "city"]
    autocomplete_fields = ["structure"]
    readonly_fields = ["source", "source_id", "source_url"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def structure_of(self, obj):
        return obj.structure


@admin.register(Synonym)
class SynonymAdmin(KeepsHistory):
    list_display = ["typed", "means"]
    search_fields = ["typed", "means"]


@admin.register(EmergencyCall)
class EmergencyCallAdmin(KeepsHistory):
    list_display = ["number", "label", "rank"]
