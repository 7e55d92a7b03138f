from lemans_solidaire.network.people.over_time import urls as over_time

app_name = "people"

urlpatterns = [*over_time.urlpatterns]
