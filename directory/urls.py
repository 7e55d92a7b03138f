from django.urls import path

from directory import views

app_name = "directory"

urlpatterns = [
    path("", views.search_page, name="search"),
    path("images/", views.pictures, name="pictures"),
    path("services/<int:service_id>/", views.service, name="service"),
    path("services/<int:service_id>/fiche.pdf", views.service_slip, name="slip"),
    path("structures/<int:structure_id>/", views.structure, name="structure"),
]
