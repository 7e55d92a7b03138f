from django.urls import include, path

from indicators.views import campaigns, files, filling, follow_up, library, reviewing, sheets, summaries

app_name = "indicators"

one_sheet = [
    path("", sheets.sheet, name="sheet"),
    path("cadre/", filling.frame, name="frame"),
    path("chiffres/<slug:part>/", filling.figures, name="figures"),
    path("recit/", filling.story, name="story"),
    path("rapport/", files.report, name="report"),
    path("rapport.pdf", sheets.report_pdf, name="report_pdf"),
    path("tableur/", files.from_workbook, name="from_workbook"),
    path("tableur.xlsx", files.workbook, name="workbook"),
    path("envoi/", filling.sending, name="sending"),
    path("partage/", sheets.sharing, name="sharing"),
    path("relire/", reviewing.review, name="review"),
    path("questions/", reviewing.questions, name="questions"),
    path("reponses/", reviewing.answers, name="answers"),
    path("rouvrir/", reviewing.reopen, name="reopen"),
    path("saisie/", reviewing.type_for_structure, name="type_for_structure"),
    path("confirmation/", reviewing.confirmation, name="confirmation"),
]

urlpatterns = [
    path("", campaigns.campaigns, name="campaigns"),
    path("annees-passees/", files.past, name="past"),
    path("annees-passees.xlsx", files.past_template, name="past_template"),
    path("confirmer/<str:token>/", reviewing.confirm_by_link, name="confirm_by_link"),
    path("<int:year>/fiche/", campaigns.own_sheets, name="own_sheets"),
    path("<int:year>/fiche-vierge/", campaigns.blank_sheet, name="blank_sheet"),
    path("<int:year>/fiche/<int:structure_id>/", include(one_sheet)),
    path("<int:year>/suivi/", follow_up.follow_up, name="follow_up"),
    path("<int:year>/suivi/rappels/", follow_up.reminders, name="reminders"),
    path("<int:year>/suivi/rappels/envoi/", follow_up.remind, name="remind"),
    path("<int:year>/suivi/appels/<int:structure_id>/", follow_up.note_call, name="note_call"),
    path("<int:year>/rapports/", library.library, name="library"),
    path("<int:year>/synthese/", summaries.summary, name="summary"),
    path("<int:year>/synthese/pdf/", summaries.summary_pdf_progress, name="summary_pdf_progress"),
    path("<int:year>/synthese.pdf", summaries.summary_pdf, name="summary_pdf"),
]
