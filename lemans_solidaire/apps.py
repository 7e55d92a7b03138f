from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class Gestion(AdminConfig):
    default_site = "lemans_solidaire.gestion.GestionSite"


class StaticFiles(StaticFilesConfig):
    """Leaves out what no page loads: the many variants of Bootstrap and htmx, the companions of Leaflet."""

    ignore_patterns = StaticFilesConfig.ignore_patterns + [
        "*.rtl.*",
        "bootstrap-*",
        "bootstrap.css*",
        "bootstrap*.js*",
        "htmax*",
        "htmx-2.js",
        "ext",
        "leaflet-src.*",
        "leaflet.extras.*",
        "leaflet.forms.*",
        "leaflet_django.*",
        "Control.MiniMap.*",
        "proj4*",
        "draw",
    ]
