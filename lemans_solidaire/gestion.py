from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect


class GestionSite(admin.AdminSite):
    """Django's admin for the CCAS; signing in goes through the portal's own page and its second factor."""

    site_title = "Gestion · Le Mans Solidaire"
    site_header = "Le Mans Solidaire : gestion"
    index_title = "Gestion du réseau"
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request):
        return request.user.is_active and request.user.is_ccas_admin

    def login(self, request, extra_context=None):
        if request.user.is_authenticated and not self.has_permission(request):
            return redirect("dashboard")
        return redirect_to_login(request.GET.get("next", request.get_full_path()))
