from django.urls import path

from directory import views
from directory.exchange import views as exchange

app_name = "directory"

urlpatterns = [
    path("echanges/", exchange.exchanges, name="exchanges"),
    path("echanges/<int:exchange_id>/", exchange.exchange, name="exchange"),
    path("echanges/<int:exchange_id>/importer/", exchange.confirm, name="confirm_exchange"),
    path("echanges/<int:exchange_id>/abandonner/", exchange.drop, name="drop_exchange"),
    path("echanges/telecharger/<slug:format>/", exchange.download, name="export"),
    path("", views.search_page, name="search"),
    path("images/", views.pictures, name="pictures"),
    path("services/<int:service_id>/", views.service, name="service"),
    path("services/<int:service_id>/fiche.pdf", views.service_slip, name="slip"),
    path("structures/<int:structure_id>/", views.structure, name="structure"),
]
