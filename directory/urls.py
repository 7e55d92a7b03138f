from django.urls import path

from directory import views
from directory.editing import views as editing
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
    path("services/<int:service_id>/modifier/", editing.edit_service, name="edit_service"),
    path("services/<int:service_id>/confirmer/", editing.confirm_service, name="confirm_service"),
    path("services/<int:service_id>/fermer/", editing.close_service, name="close_service"),
    path("services/<int:service_id>/rouvrir/", editing.reopen_service, name="reopen_service"),
    path("services/<int:service_id>/historique/", editing.service_history, name="service_history"),
    path("services/<int:service_id>/historique/<int:event_id>/annuler/", editing.undo_change, name="undo_change"),
    path("structures/<int:structure_id>/ajouter/", editing.add_service, name="add_service"),
    path("structures/<int:structure_id>/modifier/", editing.edit_structure, name="edit_structure"),
    path("structures/<int:structure_id>/fermetures/", editing.closures, name="closures"),
    path("structures/<int:structure_id>/fermetures/<int:closure_id>/", editing.edit_closure, name="edit_closure"),
    path(
        "structures/<int:structure_id>/fermetures/<int:closure_id>/retirer/",
        editing.remove_closure,
        name="remove_closure",
    ),
]
