from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from lemans_solidaire import views
from lemans_solidaire.network.mail.views import choose_rhythm

urlpatterns = [
    path("", views.home, name="home"),
    path("mon-espace/", views.dashboard, name="dashboard"),
    path("annuaire/", include("directory.urls")),
    path("api/v1/", include("directory.api_urls")),
    path("charte/", include("charter.urls")),
    path("indicateurs/", include("indicators.urls")),
    path("rencontres/", include("lemans_solidaire.network.meetings.urls")),
    path("courriels/", include("lemans_solidaire.network.mail.urls")),
    path("personnes/", include("lemans_solidaire.network.people.urls")),
    path("", include("consent.urls")),
    # Before allauth's own: an address is the key of an account, the CCAS changes it.
    path("compte/email/", views.own_address, name="account_email"),
    path("compte/courriels/", choose_rhythm, name="mail_rhythm"),
    path("compte/codes-imprimes/", views.printed_codes, name="printed_codes"),
    path("compte/aide/", views.help_to_enter, name="help_to_enter"),
    path("compte/", include("allauth.urls")),
    path("gestion/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("gestion/", admin.site.urls),
    path("aide/", views.guides, name="guides"),
    path("aide/<slug:guide>/", views.guide, name="guide"),
    path("composants/", views.components, name="components"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("confidentialite/", views.privacy, name="privacy"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

handler400 = "lemans_solidaire.errors.bad_request"
handler403 = "lemans_solidaire.errors.permission_denied"
handler404 = "lemans_solidaire.errors.not_found"
handler429 = "lemans_solidaire.errors.too_many_tries"
handler500 = "lemans_solidaire.errors.server_error"
