from django.urls import path

from charter.views import drafting, evidence, follow_up, landmarks, links, papers, register, text
from charter.views import signing as signing_views

app_name = "charter"

the_text = [
    path("", text.charter, name="charter"),
    path("charte.pdf", text.current_pdf, name="current_pdf"),
    path("articles/<slug:key>/", text.article, name="article"),
    path("versions/", text.versions, name="versions"),
    path("versions/<int:version>/", text.version, name="version"),
    path("versions/<int:version>.pdf", text.pdf, name="pdf"),
    path("versions/<int:version>.json", text.data, name="data"),
    path("versions/<int:before>..<int:after>/", text.comparison, name="comparison"),
    path("projet/", drafting.draft, name="draft"),
    path("projet/apercu/", drafting.preview, name="preview"),
    path("projet/comparaison/", drafting.draft_comparison, name="draft_comparison"),
    path("projet/en-clair/", drafting.summaries, name="summaries"),
    path("projet/adopter/", drafting.adoption, name="adoption"),
    path("projet/abandonner/", drafting.drop, name="drop_draft"),
]

signing = [
    path("signer/", signing_views.choose, name="choose"),
    path("signer/<int:structure_id>/", signing_views.sign, name="sign"),
    path("signer/<int:structure_id>/retirer/", signing_views.withdraw, name="withdraw"),
    path("signer/<int:structure_id>/lien/", links.ask_link, name="ask_link"),
    path("signer/<int:structure_id>/lien/<int:link_id>/annuler/", links.cancel_link, name="cancel_link"),
    path("signer/<int:structure_id>/papier/", papers.enter_paper, name="enter_paper"),
    path("papiers/<int:paper_id>/", papers.paper, name="paper"),
    path("papiers/<int:paper_id>/scan/", papers.paper_scan, name="paper_scan"),
    path("lien/<str:token>/", links.sign_by_link, name="sign_by_link"),
    path("lien/<str:token>/attestation.pdf", links.certificate_by_link, name="certificate_by_link"),
    path("attestations/<str:code>.pdf", evidence.certificate, name="certificate"),
    path("verifier/", evidence.verify, name="verify"),
    path("verifier/<str:code>/", evidence.verification, name="verification"),
    path("signataires/", register.signatories, name="register"),
    path("signataires.csv", register.signatories_csv, name="register_csv"),
    path("signatures/", follow_up.follow_up, name="follow_up"),
    path("signatures/rappels/", follow_up.remind, name="remind"),
]

its_landmarks = [
    path("reperes/", landmarks.landmarks, name="landmarks"),
    path("reperes/<int:structure_id>/<int:of_year>/", landmarks.landmarks_of, name="landmarks_of"),
]

urlpatterns = [*the_text, *signing, *its_landmarks]
