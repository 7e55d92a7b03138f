from django.urls import path

from consent.views import agents, person, rights

app_name = "consent"

urlpatterns = [
    path("dossiers/", agents.dossiers, name="dossiers"),
    path("dossiers/structure/", agents.hat, name="hat"),
    path("dossiers/nouveau/", agents.new, name="new"),
    path("dossiers/droits/<int:structure_id>/", rights.rights, name="rights"),
    path("dossiers/<slug:number>/", agents.dossier, name="dossier"),
    path("dossiers/<slug:number>/ligne/", agents.add_entry, name="add_entry"),
    path("dossiers/<slug:number>/mots/", agents.write_words, name="write_words"),
    path("dossiers/<slug:number>/partage/", agents.share, name="share"),
    path("dossiers/<slug:number>/partage/retirer/", agents.unshare, name="unshare"),
    path("dossiers/<slug:number>/carte/", agents.card, name="card"),
    path("dossiers/<slug:number>/carte/bloquer/", agents.block_card, name="block_card"),
    path("dossiers/<slug:number>/fin/", agents.end, name="end"),
    path("dossiers/<slug:number>/accord/", agents.renew, name="renew"),
    path("dossiers/<slug:number>/questions/<int:seq>/", agents.answer, name="answer"),
    path("mon-dossier/", person.own, name="own"),
    path("mon-dossier/mots/", person.words, name="own_words"),
    path("mon-dossier/partage/", person.unshare, name="own_unshare"),
    path("mon-dossier/lectures/<int:seq>/", person.question, name="own_question"),
    path("mon-dossier/remarques/<uuid:entry_id>/", person.remark, name="own_remark"),
    path("mon-dossier/arreter/", person.end, name="own_end"),
    path("mon-dossier/quitter/", person.leave, name="own_leave"),
    path("mon-dossier/copie.pdf", person.copy_pdf, name="own_copy_pdf"),
    path("mon-dossier/copie.json", person.copy_json, name="own_copy"),
]
