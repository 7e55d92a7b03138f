from django import forms
from django.contrib import admin

from indicators.actions import copy_catalogue
from indicators.models import Block, Breakdown, Campaign, Indicator
from lemans_solidaire.network.admin import KeepsHistory


class CampaignForm(forms.ModelForm):
    like = forms.ModelChoiceField(
        Campaign.objects.all(),
        label="reprendre la liste de",
        required=False,
        empty_label="La liste fournie avec le portail",
        help_text="La campagne en reçoit sa propre copie, que vous pouvez ensuite adapter.",
    )

    class Meta:
        model = Campaign
        fields = ["year", "opens_on", "due_on", "closes_on", "territory", "threshold", "reading_days"]


@admin.register(Campaign)
class CampaignAdmin(KeepsHistory):
    """A new campaign receives its own copy of a catalogue, which can then be adjusted until somebody answers."""

    list_display = ["year", "opens_on", "due_on", "closes_on"]

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **kwargs, **({} if obj else {"form": CampaignForm}))

    def get_readonly_fields(self, request, obj=None):
        settled = ["year"] if obj and obj.sheets.exists() else []
        return [*settled, "territory", "threshold"] if obj and obj.editions.exists() else settled

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            copy_catalogue(campaign=obj, by=request.user, like=form.cleaned_data.get("like"))


def has_answers(campaign):
    return campaign.sheets.filter(version__gt=0).exists()


class OfACampaign(KeepsHistory):
    """Part of a campaign's catalogue: free until somebody answers, then only its words may be mended."""

    list_filter = ["campaign"]
    words = ()

    def get_readonly_fields(self, request, obj=None):
        if obj is None or not has_answers(obj.campaign):
            return ["campaign"] if obj else []
        return [field for field in self.fields_of(request, obj) if field not in self.words]

    def fields_of(self, request, obj):
        return [field.name for field in self.model._meta.fields if field.name != "id"]


@admin.register(Block)
class BlockAdmin(OfACampaign):
    list_display = ["label", "section", "does", "campaign"]
    fields = ["campaign", "section", "position", "code", "label", "does"]
    words = ("label", "does")


class BreakdownInline(admin.StackedInline):
    model = Breakdown
    extra = 0
    can_delete = False


@admin.register(Indicator)
class IndicatorAdmin(OfACampaign):
    list_display = ["label", "section", "block", "breakdown", "unit", "total", "campaign"]
    list_filter = ["campaign", "section", "block__label"]
    list_select_related = ["campaign", "block", "breakdown__indicator"]
    search_fields = ["label", "code", "definition", "synonyms"]
    fields = [
        "campaign",
        ("section", "block"),
        ("position", "code"),
        ("label", "unit"),
        "definition",
        "excluded",
        ("low", "high"),
        "total",
        "is_key",
        ("numerator", "denominator"),
        "breakdown",
        "synonyms",
    ]
    inlines = [BreakdownInline]
    words = ("label", "definition", "excluded", "low", "high", "synonyms", "is_key")

    def get_inlines(self, request, obj):
        return [BreakdownInline] if obj and not obj.breakdown_id and not has_answers(obj.campaign) else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only what belongs to the same campaign can be chosen."""
        number = request.resolver_match.kwargs.get("object_id", "")
        known = Indicator.objects.filter(pk=number).first() if number.isdigit() else None
        if known and db_field.name != "campaign":
            model = db_field.related_model
            owned = {"indicator__campaign": known.campaign} if model is Breakdown else {"campaign": known.campaign}
            kwargs["queryset"] = model.objects.filter(**owned)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
