from django.urls import path

from charter.views import drafting, landmarks, text

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

signing = []

its_landmarks = [
    path("reperes/", landmarks.landmarks, name="landmarks"),
    path("reperes/<int:structure_id>/<int:of_year>/", landmarks.landmarks_of, name="landmarks_of"),
]

urlpatterns = [*the_text, *signing, *its_landmarks]
