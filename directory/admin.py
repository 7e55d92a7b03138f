"""The CCAS keeps the words that find, the numbers to call, and what only it may settle about a service."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.db.models.functions import Greatest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from directory.actions import save_in_admin
from directory.editing import values
from directory.holding import hold
from directory.models import EmergencyCall, MissedSearch, Place, Service, Synonym
from lemans_solidaire.network import registry
from lemans_solidaire.network.gestion.forms import KeptForm
from lemans_solidaire.network.gestion.keeping import KeepsHistory, not_found
from lemans_solidaire.network.gestion.lists import bare, narrowed
from lemans_solidaire.network.registry import Door
from lemans_solidaire.network.templatetags.french import day

registry.verbs["structure_told"] = "a changé la page de la structure dans l’annuaire"
YEAR = timedelta(days=365)


@registry.doors.register
def doors(user):
    services = reverse("admin:directory_service_changelist")
    yield Door(
        "directory",
        "Chercher et corriger une page",
        reverse("directory:search"),
        "La trouver, puis «\u202fModifier\u202f»\u202f: par exemple quand quelqu’un propose une correction.",
    )
    yield Door(
        "directory",
        "Les services, du plus ancien au plus frais",
        f"{services}?o=3",
        "Ceux que personne n’a relus depuis longtemps, ou à vérifier.",
    )
    yield Door(
        "directory",
        "Échanger des fichiers",
        reverse("directory:exchanges"),
        "Reprendre un fichier de services, ou en donner un.",
    )
    yield Door(
        "directory",
        "Les mots que l’on tape",
        reverse("admin:directory_synonym_changelist"),
        "«\u202fbouffe\u202f» trouve l’aide alimentaire.",
    )
    yield Door(
        "directory",
        "Les recherches sans réponse",
        reverse("admin:directory_missedsearch_changelist"),
        "Ce qui manque\u202f: un mot, ou un service.",
    )
    yield Door(
        "directory",
        "Les numéros d’urgence",
        reverse("admin:directory_emergencycall_changelist"),
        "Montrés au-dessus des réponses.",
    )
    yield Door(
        "directory",
        "Les lieux",
        reverse("admin:directory_place_changelist"),
        "Quartiers et repères, pour chercher «\u202fprès de\u202f».",
    )


class ServiceForm(KeptForm):
    def clean_structure(self):
        structure = self.cleaned_data["structure"]
        if self.instance.pk and structure.pk != self.instance.structure_id and values.hides(self.instance):
            raise forms.ValidationError(
                "Son adresse est confidentielle\u202f: elle se lirait de nouveau dans la structure qu’il quitterait. "
                "Ajoutez-le dans l’autre structure, puis fermez celui-ci."
            )
        return structure


def not_read_for_a_year():
    year_ago = timezone.localdate() - YEAR
    return Q(read_on__lt=year_ago) | Q(read_on=None)


@admin.register(Service)
class ServiceAdmin(KeepsHistory):
    """What a page says is changed on the page itself; here, what only the CCAS settles."""

    form = ServiceForm
    about = (
        "Pour corriger ce que dit une page, ouvrez-la et choisissez «\u202fModifier\u202f». "
        "Pour ajouter un service, passez par sa structure."
    )
    empty = "Aucun service. Ouvrez une structure, puis «\u202fAjouter un service\u202f»."
    search_label = "Le nom du service, de sa structure ou de sa commune"
    tells_history = False  # its page does, and hides confidential places
    list_display = ["name", "structure", "city", "told_on", "state"]
    list_filter = [
        narrowed("fraîcheur", "fraicheur", ancien=("que personne n’a relus depuis un an", not_read_for_a_year)),
        narrowed("à vérifier", "a-verifier", oui=("quelque chose est à vérifier", ~Q(to_check=""))),
        narrowed("ouverture", "ouverture", oui=("ouverts", Q(closed_on=None)), non=("fermés", ~Q(closed_on=None))),
    ]
    list_select_related = ["structure"]
    search_fields = bare("name", "structure__name", "city")
    fields = ["structure", "to_check", "latitude", "longitude", "confirmed_on", "confirmed_by", "source", "source_url"]
    readonly_fields = ["confirmed_on", "confirmed_by", "source", "source_url"]

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(read_on=Greatest("confirmed_on", "updated_on"))

    @admin.display(description="relu le", ordering="read_on")
    def told_on(self, service):
        return day(service.told_on) if service.told_on else None

    @admin.display(description="état", ordering="closed_on")
    def state(self, service):
        return "fermé" if service.closed_on else "ouvert"

    def links(self, request, obj):
        elsewhere = registry.actions.ask(obj, request.user)
        return [("Voir sa page", obj.get_absolute_url()), *((link.label, link.url) for link in elsewhere)]

    def hold(self, object_id):
        """Its structure first, as all who write of services."""
        if object_id.isdecimal():
            hold(Service.objects.filter(pk=object_id).values_list("structure", flat=True))
        super().hold(object_id)

    def history_view(self, request, object_id, extra_context=None):
        service = self.get_object(request, object_id) or not_found()
        return redirect("directory:service_history", service.pk)

    def save_model(self, request, obj, form, change):
        """A confidential address is told in no Event, and searches know the hours at once."""
        if form.changed_data:
            save_in_admin(service=obj, names=form.changed_data, by=request.user)


@admin.register(Synonym)
class SynonymAdmin(KeepsHistory):
    list_title = "Les mots que l’on tape"
    add_title = "Ajouter un mot que l’on tape"
    about = "Ce que les gens tapent, et ce qu’il faut chercher à la place."
    empty = "Ajoutez un premier mot, par exemple parmi les recherches sans réponse."
    list_display = ["typed", "means"]
    search_label = "Ce que l’on tape, ou ce qu’il faut chercher"
    search_fields = bare("typed", "means")


@admin.register(EmergencyCall)
class EmergencyCallAdmin(KeepsHistory):
    add_title = "Ajouter un numéro d’urgence"
    about = "Montrés au-dessus des réponses, quand on cherche l’un de leurs mots."
    empty = "Ajoutez le 115, le 15, le 3919\u202f: ceux que l’on appelle d’abord."
    list_display = ["number", "label", "rank"]


@admin.register(Place)
class PlaceAdmin(KeepsHistory):
    add_title = "Ajouter un lieu"
    about = "Les noms que les gens donnent pour dire près de quoi."
    empty = "Ajoutez les quartiers et les repères que l’on nomme ici."
    list_display = ["name", "kind", "postcode"]
    list_filter = ["kind"]
    search_label = "Un nom ou un code postal"
    search_fields = [*bare("name"), "postcode"]


@admin.register(MissedSearch)
class MissedSearchAdmin(KeepsHistory):
    """To read: what a synonym, or a service, may be missing for."""

    about = "Cherchés trois jours au moins, et jamais trouvés\u202f: il manque un mot que l’on tape, ou un service."
    empty = "Rien pour l’instant\u202f: tout ce qui est cherché souvent trouve une réponse."
    list_display = ["words", "days", "last_day"]
    list_display_links = None

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(words="")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return obj is None and super().has_view_permission(request, obj)
