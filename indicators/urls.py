from django.urls import include, path

from indicators.views import (
    annexes,
    campaigns,
    files,
    filling,
    follow_up,
    library,
    overview,
    preparing,
    reviewing,
    sheets,
    summaries,
)

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
    path("synthese/", annexes.annex, name="annex"),
    path("fait-marquant/", annexes.highlight, name="highlight"),
]

preparing_a_summary = [
    path("", preparing.preparation, name="preparation"),
    path("pages/", preparing.send_annexes, name="send_annexes"),
    path("textes/<slug:place>/", preparing.summary_text, name="summary_text"),
    path("difficultes/", preparing.problem_states, name="problem_states"),
    path("faits-marquants/", preparing.highlights, name="highlights"),
    path("apercu/", preparing.preview, name="summary_preview"),
    path("epreuve/", preparing.proof, name="proof"),
    path("epreuve/<slug:audience>.<slug:format>", preparing.proof_file, name="proof_file"),
    path("publication/", preparing.publication, name="publication"),
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
    path("<int:year>/bilan/", overview.year_overview, name="year_overview"),
    path("syntheses/", summaries.summaries, name="summaries"),
    path("<int:year>/synthese/", summaries.summary, name="summary"),
    path("<int:year>/synthese/structures/<int:structure_id>/", summaries.structure_page, name="summary_structure"),
    path("<int:year>/synthese.<slug:format>", summaries.summary_file, name="summary_file"),
    path("<int:year>/synthese/preparation/", include(preparing_a_summary)),
]
