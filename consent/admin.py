"""The CCAS opens the part and each structure's, keeps its lists and notices; it reads no dossier here, nor anywhere."""

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from consent.models import Notice, Opening, StructureOpening, Term
from lemans_solidaire.network import registry
from lemans_solidaire.network.gestion.keeping import KeepsHistory
from lemans_solidaire.network.gestion.lists import bare, narrowed
from lemans_solidaire.network.registry import Door


@registry.doors.register
def doors(user):
    overview = reverse("consent:overview")
    yield Door(
        "files",
        "Vue d’ensemble",
        overview,
        "Qui tient des dossiers, les demandes qui attendent, les conventions à signer.",
    )
    opening = reverse("admin:consent_opening_changelist")
    yield Door("files", "Ouvrir la partie", opening, "Une fois l’analyse d’impact faite et les rôles réglés.")
    structures = reverse("admin:consent_structureopening_changelist")
    yield Door("files", "Les structures qui tiennent des dossiers", structures, "Celles qui ont signé leur convention.")
    notices = reverse("admin:consent_notice_changelist")
    yield Door("files", "Ce qui est dit aux personnes", notices, "Les notices, dans chaque langue.")
    terms = reverse("admin:consent_term_changelist")
    yield Door("files", "Les mots des listes", terms, "Les aides, les motifs, et ce qui peut être gardé.")


class SignsByItself(KeepsHistory):
    exclude = ["by"]

    def save_model(self, request, obj, form, change):
        obj.by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Opening)
class OpeningAdmin(SignsByItself):
    add_title = "Ouvrir la partie des dossiers"
    about = "Rien ne se garde avant ces trois dates\u202f: l’analyse d’impact, les rôles, l’ouverture."
    empty = "La partie est fermée. Ouvrez-la quand l’analyse d’impact est faite et les rôles réglés."
    list_display = ["opens_on", "assessed_on", "roles_on"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Opening.objects.exists()


@admin.register(StructureOpening)
class StructureOpeningAdmin(SignsByItself):
    add_title = "Ouvrir les dossiers d’une structure"
    about = "Chacune a signé la convention qui la rend responsable de ses dossiers."
    empty = "Faites signer sa convention à une structure, puis ouvrez-la ici."
    list_display = ["structure", "signed_on", "opens_on", "closed_on", "convention"]
    search_label = "Le nom de la structure"
    search_fields = bare("structure__name")
    list_filter = [
        narrowed("ouverture", "ouverture", oui=("ouvertes", Q(closed_on=None)), non=("fermées", ~Q(closed_on=None)))
    ]
    list_select_related = ["structure"]
    fields = ["structure", "signed_on", "duties", "opens_on", "closed_on"]

    def get_readonly_fields(self, request, obj=None):
        return ["structure"] if obj else []

    @admin.display(description="convention")
    def convention(self, opening):
        address = reverse("consent:convention", args=[opening.structure_id])
        return format_html('<a href="{}">PDF à signer</a>', address)

    def structure_of(self, obj):
        return obj.structure


@admin.register(Term)
class TermAdmin(KeepsHistory):
    """A code is what dossiers hold: it never changes. What may be kept is asked by a form: nothing is added there."""

    list_title = "Les mots des listes"
    add_title = "Ajouter un mot à une liste"
    about = "Un mot qui ne sert plus n’est plus proposé\u202f; ce qui a été écrit avec lui reste lisible."
    empty = "Ajoutez un premier mot."
    list_display = ["label", "list", "why", "rank", "offered"]
    list_filter = [
        "list",
        narrowed("choix", "propose", oui=("proposés", Q(is_offered=True)), non=("plus proposés", Q(is_offered=False))),
    ]
    search_label = "Un mot, ou sa raison"
    search_fields = bare("label", "why")
    fields = ["list", "code", "label", "why", "rank", "is_offered"]

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "code"] if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return ["list"] if obj else []

    @admin.display(description="proposé", ordering="is_offered")
    def offered(self, term):
        return "oui" if term.is_offered else "non"

    def formfield_for_choice_field(self, db_field, request, **options):
        if db_field.name == "list":
            options["choices"] = [choice for choice in Term.List.choices if choice[0] != Term.List.DATA]
        return super().formfield_for_choice_field(db_field, request, **options)


@admin.register(Notice)
class NoticeAdmin(KeepsHistory):
    """A text is not changed: a new version of it is written, from the last one."""

    list_title = "Ce qui est dit aux personnes"
    add_title = "Écrire une notice"
    about = "Ce que la personne lit, ou entend, avant de donner son accord. Chaque langue montre sa dernière version."
    empty = "Écrivez une première notice."
    list_display = ["title", "published_at", "checked_by", "offered"]
    list_filter = [
        "language",
        narrowed(
            "choix", "propose", oui=("proposées", Q(is_offered=True)), non=("plus proposées", Q(is_offered=False))
        ),
    ]
    told_without_words = ["text"]

    def get_fields(self, request, obj=None):
        return ["language", "text", "checked_by", "sound", "is_offered"]

    def get_readonly_fields(self, request, obj=None):
        return ["language", "text"] if obj else []

    @admin.display(description="notice", ordering="language")
    def title(self, notice):
        return str(notice)

    @admin.display(description="proposée", ordering="is_offered")
    def offered(self, notice):
        return "oui" if notice.is_offered else "non"

    def links(self, request, obj):
        again = f"{reverse('admin:consent_notice_add')}?language={obj.language}"
        return [
            ("Écrire une nouvelle version", again),
            ("La lire comme les personnes", reverse("consent:notice", args=[obj.language])),
        ]

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        last = Notice.objects.filter(language=initial.get("language", "")).first()
        return {"text": last.text, **initial} if last else initial
