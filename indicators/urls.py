from django.urls import path

from indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("<int:year>/fiche/", views.own_sheets, name="own_sheets"),
    path("<int:year>/fiche/<int:structure_id>/", views.sheet, name="sheet"),
    path("<int:year>/fiche/<int:structure_id>/relire/", views.review, name="review"),
    path("<int:year>/suivi/", views.follow_up, name="follow_up"),
    path("<int:year>/synthese/", views.summary, name="summary"),
    path("<int:year>/synthese/pdf/", views.summary_pdf_progress, name="summary_pdf_progress"),
    path("<int:year>/synthese.pdf", views.summary_pdf, name="summary_pdf"),
]
