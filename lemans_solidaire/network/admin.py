from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from lemans_solidaire.network import registry
from lemans_solidaire.network.gestion.keeping import KeepsHistory
from lemans_solidaire.network.gestion.lists import bare, narrowed
from lemans_solidaire.network.mail.jobs import send_address_changed
from lemans_solidaire.network.models import Membership, Structure, User
from lemans_solidaire.network.registry import Door

registry.verbs |= {
    "added_in_admin": "a ajouté",
    "changed_in_admin": "a changé",
    "imported": "a repris d’un fichier",
    "codes_printed": "a imprimé une liste de codes",
    "second_factor_taken_away": "a retiré la double vérification, pour un téléphone perdu",
    "account_invited": "a envoyé une invitation",
    "account_invitation_sent_again": "a renvoyé une invitation",
    "account_invitation_cancelled": "a annulé une invitation",
    "account_invitation_accepted": "a accepté une invitation",
    "account_opened": "a ouvert son compte",
    "account_closed": "a fermé le compte",
    "account_erased": "a effacé le compte",
    "address_shared": "a dit si plusieurs personnes lisent l’adresse",
    "devices_forgotten": "a oublié les appareils de confiance",
    "own_details_changed": "a changé ses informations",
    "member_changed": "a changé un rôle ou un statut",
    "membership_ended": "a mis fin à une appartenance",
    "became_responsable": "a rendu responsable",
    "role_changed": "a changé un rôle",
    "roll_called": "a dit qui est encore là",
    "succession_confirmed": "a confirmé un changement de responsable",
    "succession_done": "a fait prendre effet un changement de responsable",
    "succession_stopped": "a arrêté un changement de responsable",
    "mail_sent_again": "a fait repartir un courriel",
    "mail_settled": "a réglé un courriel qui ne partait pas",
    "job_done_again": "a relancé une tâche",
    "job_given_up": "a abandonné une tâche",
}


@registry.doors.register
def doors(user):
    structures, accounts = reverse("admin:network_structure_changelist"), reverse("admin:network_user_changelist")
    yield Door(
        "people", "Les structures", structures, "Chercher, corriger une adresse, fermer, voir qui en fait partie."
    )
    people = reverse("people:structures")
    yield Door("people", "Inviter, voir qui manque", people, "Les personnes de chaque structure, leurs invitations.")
    changes = reverse("people:follow_up")
    yield Door("people", "Qui change, qui manque", changes, "Responsables qui partent, structures sans nouvelles.")
    added = reverse("admin:network_structure_add")
    yield Door("people", "Ajouter une structure", added, "Son nom suffit pour commencer.")
    yield Door(
        "people", "Les comptes", accounts, "Changer une adresse, fermer un compte, aider pour un téléphone perdu."
    )
    places = reverse("admin:network_membership_changelist")
    yield Door("people", "Qui est dans quelle structure", places, "Le rôle de chaque personne, et jusqu’à quand.")
    yield Door("meetings", "Les rencontres", reverse("network:meetings"), "Préparer, inviter, écrire le compte rendu.")
    yield Door("meetings", "Les groupes de travail", reverse("network:groups"), "Qui les anime, qui en fait partie.")
    problems = reverse("network:problems")
    yield Door(
        "meetings", "Les difficultés nouvelles", problems, "Ce que les structures rencontrent, et où en est la réponse."
    )
    state = reverse("admin:state")
    yield Door(
        "portal",
        "L’état du portail",
        state,
        "Courriels, sauvegardes, place, tâches\u202f: ce qui va, ce qui est à faire.",
    )


def listed(lines):
    """Links, one a line; in words when there is none."""
    items = format_html_join("", '<li><a href="{}">{}</a>{}</li>', lines)
    return format_html('<ul class="plain-list">{}</ul>', items) if items else "personne pour l’instant"


def address(name, *args, **query):
    return reverse(f"admin:{name}", args=args, query=query or None)


@admin.register(Structure)
class StructureAdmin(KeepsHistory):
    add_title = "Ajouter une structure"
    about = (
        "Toutes celles du réseau. Une structure qui s’arrête se ferme, avec sa date\u202f: ses chiffres passés restent."
    )
    empty = "Ajoutez une première structure\u202f: son nom suffit pour commencer."
    search_label = "Son nom, sa commune, son adresse électronique ou son SIRET"
    list_display = ["name", "kind", "city", "phone", "state"]
    list_filter = [
        narrowed(
            "ouverture", "ouverture", ouvertes=("ouvertes", Q(closed_on=None)), fermees=("fermées", ~Q(closed_on=None))
        ),
        narrowed("à vérifier", "a-verifier", oui=("quelque chose est à vérifier", ~Q(to_check=""))),
        "kind",
    ]
    search_fields = [*bare("name", "city"), "siret", "email"]
    readonly_fields = ["people"]
    told_without_words = ["address", "postcode", "city", "to_check"]  # perhaps those of a refuge that it keeps
    fieldsets = [
        (None, {"fields": ["name", "kind", "mission"]}),
        ("La joindre", {"fields": ["email", "phone", "website"]}),
        ("Où elle est", {"fields": ["address", "postcode", "city"]}),
        ("Pour le CCAS", {"fields": ["siret", "is_sensitive", "to_check", "closed_on"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        people = [("Les personnes", {"fields": ["people"]})] if obj else []
        return [*self.fieldsets, *people]

    @admin.display(description="ouverture", ordering="closed_on")
    def state(self, structure):
        return "ouverte" if structure.is_open else "fermée"

    @admin.display(description="qui en fait partie")
    def people(self, structure):
        current = structure.memberships.current().select_related("user").order_by("user__full_name")
        return listed(
            (address("network_membership_change", one.pk), one.user, f", {one.get_role_display()}") for one in current
        )

    def links(self, request, obj):
        elsewhere = [(link.label, link.url) for link in registry.actions.ask(obj, request.user)]
        return [("Y ajouter une personne", address("network_membership_add", structure=obj.pk)), *elsewhere]

    def beside(self, obj):
        return obj.memberships.select_related("user", "structure")

    def structure_of(self, obj):
        return obj


@admin.register(User)
class UserAdmin(KeepsHistory):
    """A new account chooses its own password through « mot de passe oublié »."""

    add_title = "Ajouter un compte"
    about = (
        "Pour un nouveau compte, invitez plutôt la personne depuis sa structure\u202f: elle l’ouvre elle-même. "
        "Qui s’en va\u202f: fermez le compte, ce qu’il a écrit reste."
    )
    empty = "Ajoutez un premier compte."
    search_label = "Un nom ou une adresse électronique"
    list_display = ["full_name", "email", "state", "last_login"]
    list_filter = [
        narrowed("comptes", "comptes", ouverts=("ouverts", Q(is_active=True)), fermes=("fermés", Q(is_active=False))),
        narrowed("administration", "ccas", oui=("administrent pour le CCAS", Q(is_ccas_admin=True))),
        narrowed("connexion", "connexion", jamais=("ne sont jamais entrés", Q(last_login=None))),
    ]
    search_fields = [*bare("full_name"), "email"]
    fields = ["full_name", "email", "is_active", "is_ccas_admin", "is_shared"]
    told_without_words = ["full_name", "email"]  # an account may be erased, a line of history may not
    about_the_account = ["places", "date_joined", "last_login"]

    def get_fields(self, request, obj=None):
        return [*self.fields, *(self.about_the_account if obj else [])]

    def get_readonly_fields(self, request, obj=None):
        """Nobody closes or lowers their own account: the portal would be left without an administrator."""
        own = ["is_active", "is_ccas_admin"] if obj == request.user else []
        return [*self.about_the_account, *own]

    def lookup_allowed(self, lookup, value, request):
        """A list narrowed by the address of its page tells nothing of a password, letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    @admin.display(description="état", ordering="is_active")
    def state(self, user):
        if not user.is_active:
            return "fermé"
        return "ouvert, administre pour le CCAS" if user.is_ccas_admin else "ouvert"

    @admin.display(description="dans quelles structures")
    def places(self, user):
        current = user.memberships.current().select_related("structure")
        lines = [
            (address("network_membership_change", one.pk), one.structure, f", {one.get_role_display()}")
            for one in current
        ]
        return listed(lines) if lines else "aucune pour l’instant"

    def links(self, request, obj):
        added = ("L’ajouter à une structure", address("network_membership_add", user=obj.pk))
        lost = ("Téléphone perdu", reverse("people:restore_second_factor", args=[obj.pk]))
        return [added, lost] if obj != request.user else [added]

    def beside(self, obj):
        return obj.memberships.select_related("user", "structure")

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            send_address_changed.defer(user_id=obj.pk, to=form.initial["email"])


@admin.register(Membership)
class MembershipAdmin(KeepsHistory):
    list_title = "Qui est dans quelle structure"
    add_title = "Ajouter une personne à une structure"
    about = "Qui s’en va\u202f: écrivez la date de fin. Une personne peut faire partie de plusieurs structures."
    empty = "Ajoutez d’abord une structure et un compte, puis reliez-les ici."
    search_label = "Une personne ou une structure"
    list_display = ["user", "structure", "role", "status", "since", "until"]
    list_filter = [
        narrowed("en ce moment", "moment", oui=("en font partie", Q(until=None)), non=("sont partis", ~Q(until=None))),
        "role",
        "status",
    ]
    list_select_related = ["user", "structure"]
    search_fields = [*bare("user__full_name", "structure__name"), "user__email"]
    fields = ["user", "structure", "role", "status", "since", "until"]

    def get_readonly_fields(self, request, obj=None):
        """Another person, another structure: another line, so that the history stays true."""
        return ["user", "structure"] if obj else []

    def structure_of(self, obj):
        return obj.structure
