from django.urls import path

from directory import api

app_name = "directory_api"

urlpatterns = [
    path("", api.description, name="description"),
    path("services", api.records, {"kind": "services"}, name="services"),
    path("structures", api.records, {"kind": "structures"}, name="structures"),
]
