"""/gestion/: what the CCAS keeps, by what one comes to do there."""

from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from lemans_solidaire.network import registry
from lemans_solidaire.network.state import views as state


@dataclass(frozen=True)
class Room:
    title: str
    what_for: str


ROOMS = {
    "people": Room("Les structures et les personnes", "Qui fait partie du réseau, et qui peut entrer dans le portail."),
    "campaign": Room(
        "La campagne de l’année", "Ouvrir la collecte, prendre des nouvelles, relire, publier la synthèse."
    ),
    "directory": Room("L’annuaire", "Tenir les pages à jour, et les mots qui font trouver."),
    "charter": Room("La charte", "Écrire une nouvelle version, suivre les signatures."),
    "meetings": Room(
        "Les rencontres", "Réunir le réseau, publier les comptes rendus, suivre les difficultés nouvelles."
    ),
    "files": Room(
        "Les dossiers\u202f: droits et textes",
        "Qui peut tenir des dossiers, et ce qui est dit aux personnes. Jamais ce qu’un dossier contient.",
    ),
    "portal": Room("Le portail", "Savoir s’il va bien, et que faire sinon."),
}


class GestionSite(admin.AdminSite):
    """Django's admin for the CCAS; signing in goes through the portal's own page and its second factor."""

    site_title = site_header = index_title = "Gestion"
    site_url = "/"
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request):
        return request.user.is_active and request.user.is_ccas_admin

    def login(self, request, extra_context=None):
        if request.user.is_authenticated and not self.has_permission(request):
            return redirect("dashboard")
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change_done(self, request, extra_context=None):
        return redirect("dashboard")

    def get_urls(self):
        own = [
            path("etat/", self.admin_view(state.state), name="state"),
            path("etat/taches/<int:job_id>/", self.admin_view(state.job), name="state_job"),
            path("etat/courriel/", self.admin_view(state.trial_mail), name="state_mail"),
        ]
        return own + super().get_urls()

    def index(self, request, extra_context=None):
        doors = registry.doors.ask(request.user)
        rooms = [(room, [door for door in doors if door.room == key]) for key, room in ROOMS.items()]
        context = {**self.each_context(request), "title": "Gestion", "rooms": [one for one in rooms if one[1]]}
        return TemplateResponse(request, "admin/index.html", context)

    def app_index(self, request, app_label, extra_context=None):
        return redirect("admin:index")
