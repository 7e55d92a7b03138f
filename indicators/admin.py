from django.contrib import admin

from indicators.actions import copy_catalogue
from indicators.models import Campaign, Indicator
from lemans_solidaire.network.admin import KeepsHistory


class IndicatorInline(admin.StackedInline):
    model = Indicator
    extra = 0
    fields = [("position", "section", "total"), ("label", "unit"), "definition"]

    def has_add_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        """Once somebody has answered, only the wording may be mended."""
        return ["position", "section", "total", "unit"] if obj and obj.sheets.exists() else []

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Campaign)
class CampaignAdmin(KeepsHistory):
    """A new campaign receives its own copy of the catalogue, whose wording can then be adjusted."""

    list_display = ["year", "opens_on", "due_on", "closes_on"]

    def get_readonly_fields(self, request, obj=None):
        return ["year"] if obj and obj.sheets.exists() else []

    def get_inlines(self, request, obj):
        return [IndicatorInline] if obj else []

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            copy_catalogue(campaign=obj, by=request.user)
