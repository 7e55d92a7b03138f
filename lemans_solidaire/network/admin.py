from django.contrib import admin
from django.db import models

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Membership, Structure, User


class KeepsHistory(admin.ModelAdmin):
    """Every change made in the admin writes its Event; nothing is deleted, things are closed."""

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record(
            by=request.user,
            verb="changed_in_admin" if change else "added_in_admin",
            about=obj,
            structure=self.structure_of(obj),
            changes={"fields": [name for name in form.changed_data if "password" not in name]},
        )

    def save_formset(self, request, form, formset, change):
        for obj in formset.save():
            record(by=request.user, verb="changed_in_admin", about=obj, structure=getattr(obj, "structure", None))

    def structure_of(self, obj):
        return None


@admin.register(Structure)
class StructureAdmin(KeepsHistory):
    list_display = ["name", "kind", "city", "phone", "closed_on"]
    list_filter = ["kind", ("closed_on", admin.EmptyFieldListFilter), ("to_check", admin.EmptyFieldListFilter)]
    search_fields = ["name", "city", "siret", "email"]
    readonly_fields = ["source_id"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def structure_of(self, obj):
        return obj


class MembershipInline(admin.StackedInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["structure"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(KeepsHistory):
    """A new account chooses its own password through « mot de passe oublié »."""

    list_display = ["full_name", "email", "is_active", "is_ccas_admin", "last_login"]
    list_filter = ["is_active", "is_ccas_admin"]
    search_fields = ["full_name", "email"]
    fields = ["full_name", "email", "is_active", "is_ccas_admin", "date_joined", "last_login"]
    readonly_fields = ["date_joined", "last_login"]
    inlines = [MembershipInline]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(Membership)
class MembershipAdmin(KeepsHistory):
    list_display = ["user", "structure", "role", "status", "since", "until"]
    list_filter = ["role", "status", ("until", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "structure"]
    search_fields = ["user__full_name", "user__email", "structure__name"]
    autocomplete_fields = ["user", "structure"]

    def structure_of(self, obj):
        return obj.structure
