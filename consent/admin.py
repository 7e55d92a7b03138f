"""The CCAS opens the part and each structure's; it reads no dossier here, nor anywhere."""

from django.contrib import admin

from consent.models import Opening, StructureOpening
from lemans_solidaire.network.admin import KeepsHistory


class SignsByItself(KeepsHistory):
    exclude = ["by"]

    def save_model(self, request, obj, form, change):
        obj.by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Opening)
class OpeningAdmin(SignsByItself):
    list_display = ["opens_on", "assessed_on", "roles_on"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Opening.objects.exists()


@admin.register(StructureOpening)
class StructureOpeningAdmin(SignsByItself):
    list_display = ["structure", "signed_on", "opens_on", "closed_on"]
