"""The CCAS opens a campaign and keeps its questions."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse

from indicators.actions import copy_catalogue
from indicators.models import Block, Breakdown, Campaign, Indicator
from lemans_solidaire.network import registry
from lemans_solidaire.network.gestion.forms import KeptForm
from lemans_solidaire.network.gestion.keeping import KeepsHistory, PlainInline
from lemans_solidaire.network.gestion.lists import bare, narrowed
from lemans_solidaire.network.registry import Door

registry.verbs |= {
    "campaign_opened": "a ouvert la campagne et copié la liste des questions",
    "annexes_sent": "a envoyé leur page aux structures",
    "summary_text_saved": "a écrit un texte de la synthèse",
    "problem_states_saved": "a dit où en sont les difficultés",
    "proof_requested": "a demandé l’épreuve de la synthèse",
    "summary_published": "a publié la synthèse",
    "structure_reminded": "a rappelé la fiche à une structure",
    "structure_called": "a appelé une structure",
    "report_received": "a déposé un rapport reçu",
    "received_report_dropped": "a retiré un rapport reçu",
    "words_answered": "a répondu sur les mots d’un rapport",
    "past_figures_kept": "a repris des chiffres d’avant le portail",
}


@registry.doors.register
def doors(user):
    campaign = Campaign.objects.first()
    if campaign:
        yield from doors_of(campaign)
    dates = reverse("admin:indicators_campaign_changelist")
    yield Door(
        "campaign", "Ouvrir et fermer une campagne", dates, "Les dates de chaque année, et les règles de sa synthèse."
    )
    past = reverse("indicators:past")
    yield Door("campaign", "Reprendre les années passées", past, "Les chiffres d’avant le portail, depuis un tableur.")


def doors_of(campaign):
    def address(name):
        return reverse(f"indicators:{name}", args=[campaign.year])

    year, chosen = campaign.year, f"?campaign__id__exact={campaign.pk}"
    yield Door(
        "campaign",
        f"Suivi des réponses {year}",
        address("follow_up"),
        "Qui a répondu\u202f; relire une fiche, la saisir.",
    )
    yield Door(
        "campaign",
        f"Rappels et appels {year}",
        address("reminders"),
        "Écrire à celles qui n’ont pas répondu, ou les appeler.",
    )
    received = address("received_reports")
    yield Door("campaign", f"Rapports reçus {year}", received, "Déposer les rapports d’activité envoyés au CCAS.")
    yield Door(
        "campaign", f"Préparer la synthèse {year}", address("preparation"), "Ses textes, son épreuve, sa publication."
    )
    questions = reverse("admin:indicators_indicator_changelist") + chosen
    yield Door(
        "campaign", f"Les questions de la fiche {year}", questions, "Corriger les mots d’une question, ses bornes."
    )
    blocks = reverse("admin:indicators_block_changelist") + chosen
    yield Door(
        "campaign",
        f"Les blocs de la fiche {year}",
        blocks,
        "«\u202fNous servons des repas\u202f»\u202f: ce qui n’est demandé qu’à certaines.",
    )


class CampaignForm(KeptForm):
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

    add_title = "Ouvrir une campagne"
    about = "Une par an. Pour l’ouvrir ou la fermer plus tôt, changez ses dates."
    empty = "Ouvrez la première campagne\u202f: la liste des questions y sera copiée."
    list_display = ["year", "opens_on", "due_on", "closes_on", "state"]

    @admin.display(description="en ce moment")
    def state(self, campaign):
        return "ouverte" if campaign.is_open else "fermée"

    def links(self, request, obj):
        return [
            ("Suivi des réponses", reverse("indicators:follow_up", args=[obj.year])),
            ("Préparer la synthèse", reverse("indicators:preparation", args=[obj.year])),
            ("Ses questions", f"{reverse('admin:indicators_indicator_changelist')}?campaign__id__exact={obj.pk}"),
        ]

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
    ordering = ["-campaign__year", "position"]
    words = ()

    def get_readonly_fields(self, request, obj=None):
        if obj is None or not has_answers(obj.campaign):
            return ["campaign"] if obj else []
        return [field for field in self.fields_of(request, obj) if field not in self.words]

    def fields_of(self, request, obj):
        return [field.name for field in self.model._meta.fields if field.name != "id"]


@admin.register(Block)
class BlockAdmin(OfACampaign):
    list_title = "Les blocs de la fiche"
    add_title = "Ajouter un bloc"
    about = "Un bloc ne concerne que certaines structures. Dès la première réponse, seuls ses mots changent."
    empty = "Ouvrez d’abord une campagne\u202f: ses blocs y seront copiés."
    list_display = ["label", "section", "does", "campaign"]
    list_select_related = ["campaign"]
    search_label = "Un mot du bloc"
    search_fields = bare("label", "does")
    fields = ["campaign", "section", "position", "code", "label", "does"]
    words = ("label", "does")


class BreakdownInline(PlainInline):
    model = Breakdown
    extra = 1


@admin.register(Indicator)
class IndicatorAdmin(OfACampaign):
    list_title = "Les questions de la fiche"
    add_title = "Ajouter une question"
    about = "Les mots d’une question se corrigent à tout moment\u202f; le reste ne change plus dès la première réponse."
    empty = "Ouvrez d’abord une campagne\u202f: ses questions y seront copiées."
    search_label = "Un mot de la question, de sa définition, ou une autre façon de le dire"
    list_display = ["label", "section", "asked_to", "unit", "campaign"]
    list_filter = [
        "campaign",
        "section",
        narrowed(
            "sorte",
            "sorte",
            essentiel=("l’essentiel", Q(block=None, breakdown=None)),
            blocs=("les blocs", ~Q(block=None)),
            parts=("les parts d’une répartition", ~Q(breakdown=None)),
        ),
    ]
    list_select_related = ["campaign", "block", "breakdown__indicator"]
    search_fields = bare("label", "definition", "synonyms")
    fieldsets = [
        ("Les mots de la question", {"fields": ["label", "unit", "definition", "excluded", "synonyms"]}),
        ("Ce qui surprendrait", {"fields": ["low", "high"]}),
        ("Dans la synthèse", {"fields": ["is_key", "total", "numerator", "denominator"]}),
        ("Sa place dans la fiche", {"fields": ["campaign", "section", "block", "position", "code", "breakdown"]}),
    ]
    inlines = [BreakdownInline]
    words = ("label", "definition", "excluded", "low", "high", "synonyms", "is_key")

    @admin.display(description="demandé", ordering="block__label")
    def asked_to(self, indicator):
        if indicator.breakdown_id:
            return f"part de {indicator.breakdown}"
        return f"bloc {indicator.block}" if indicator.block_id else "à toutes"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in ("definition", "excluded"):
            kwargs["widget"] = forms.Textarea
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_inlines(self, request, obj):
        return [BreakdownInline] if obj and not obj.breakdown_id and not has_answers(obj.campaign) else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only what belongs to the same campaign can be chosen."""
        number = request.resolver_match.kwargs.get("object_id", "")
        known = Indicator.objects.filter(pk=number).first() if number.isdecimal() else None
        if known and db_field.name != "campaign":
            model = db_field.related_model
            owned = {"indicator__campaign": known.campaign} if model is Breakdown else {"campaign": known.campaign}
            kwargs["queryset"] = model.objects.filter(**owned)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
