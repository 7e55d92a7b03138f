from django.urls import path

from lemans_solidaire.network.mail import views

app_name = "mail"

urlpatterns = [
    path("", views.unsent, name="unsent"),
    path("<int:mail_id>/renvoyer/", views.send_again, name="send_again"),
    path("<int:mail_id>/regle/", views.settle, name="settle"),
    path("arreter/<str:token>/", views.stop, name="stop"),
]
