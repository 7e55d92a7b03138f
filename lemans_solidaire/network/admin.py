from django.contrib import admin
from django.db import models
from django.shortcuts import redirect

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Membership, Structure, User


def shown(value):
    return None if value is None else str(value)


class KeepsHistory(admin.ModelAdmin):
    """Every change made in the admin writes its Event; nothing is deleted, things are closed."""

    told_without_words = ()  # fields of which only the change is told

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record(
            by=request.user,
            verb="changed_in_admin" if change else "added_in_admin",
            about=obj,
            structure=self.structure_of(obj),
            changes={name: self.told_of(form, name) for name in form.changed_data},
        )

    def told_of(self, form, name):
        if name in self.told_without_words:
            return ["…", "…"]
        return [shown(form.initial.get(name)), shown(form.cleaned_data[name])]

    def save_formset(self, request, form, formset, change):
        formset.save()
        told = [(obj, "added_in_admin", []) for obj in formset.new_objects]
        told += [(obj, "changed_in_admin", fields) for obj, fields in formset.changed_objects]
        for obj, verb, fields in told:
            changes = {name: shown(getattr(obj, name)) for name in fields}
            record(by=request.user, verb=verb, about=obj, structure=getattr(obj, "structure", None), changes=changes)

    def structure_of(self, obj):
        return None


@admin.register(Structure)
class StructureAdmin(KeepsHistory):
    list_display = ["name", "kind", "city", "phone", "closed_on"]
    list_filter = ["kind", ("closed_on", admin.EmptyFieldListFilter), ("to_check", admin.EmptyFieldListFilter)]
    search_fields = ["name", "city", "siret", "email"]
    readonly_fields = ["source_id"]
    told_without_words = ["address", "postcode", "city", "to_check"]  # perhaps those of a refuge that it keeps
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
    fields = ["full_name", "email", "is_active", "is_ccas_admin", "is_shared", "date_joined", "last_login"]
    readonly_fields = ["date_joined", "last_login"]
    told_without_words = ["full_name", "email"]  # an account may be erased, a line of history may not
    inlines = [MembershipInline]
    actions = ["take_second_factor_away"]

    def get_readonly_fields(self, request, obj=None):
        """Nobody closes or lowers their own account: the portal would be left without an administrator."""
        own = ["is_active", "is_ccas_admin"] if obj == request.user else []
        return [*self.readonly_fields, *own]

    @admin.action(description="Retirer le second facteur (téléphone perdu)")
    def take_second_factor_away(self, request, queryset):
        """One person at a time, on a page of its own, which asks for a fresh code."""
        others = list(queryset.exclude(pk=request.user.pk)[:2])
        if len(others) == 1:
            return redirect("people:restore_second_factor", others[0].pk)
        self.message_user(request, "Choisissez une seule personne, qui ne soit pas vous.")

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
