"""The CCAS opens the part and each structure's, keeps its lists and notices; it reads no dossier here, nor anywhere."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from consent.models import Notice, Opening, StructureOpening, Term
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
    list_display = ["structure", "signed_on", "opens_on", "closed_on", "convention"]

    @admin.display(description="convention")
    def convention(self, opening):
        address = reverse("consent:convention", args=[opening.structure_id])
        return format_html('<a href="{}">PDF à signer</a>', address)


@admin.register(Term)
class TermAdmin(KeepsHistory):
    """A code is what dossiers hold: it never changes. What may be kept is asked by a form: nothing is added there."""

    list_display = ["label", "list", "why", "rank", "is_offered"]
    list_filter = ["list", "is_offered"]
    fields = ["list", "code", "label", "why", "rank", "is_offered"]

    def get_readonly_fields(self, request, obj=None):
        return ["list", "code"] if obj else []

    def formfield_for_choice_field(self, db_field, request, **options):
        if db_field.name == "list":
            options["choices"] = [choice for choice in Term.List.choices if choice[0] != Term.List.DATA]
        return super().formfield_for_choice_field(db_field, request, **options)


@admin.register(Notice)
class NoticeAdmin(KeepsHistory):
    """A text is not changed: a new version of it is written, from the last one."""

    list_display = ["language", "version", "published_at", "checked_by", "is_offered"]
    list_filter = ["language", "is_offered"]

    def get_fields(self, request, obj=None):
        return ["language", "text", "checked_by", "sound", "is_offered", *(["new_version"] if obj else [])]

    def get_readonly_fields(self, request, obj=None):
        return ["language", "text", "new_version"] if obj else []

    @admin.display(description="changer le texte")
    def new_version(self, notice):
        address = f"{reverse('admin:consent_notice_add')}?language={notice.language}"
        return format_html('<a href="{}">Écrire une nouvelle version</a>', address)

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        last = Notice.objects.filter(language=initial.get("language", "")).first()
        return {"text": last.text, **initial} if last else initial
