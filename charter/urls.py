from django.urls import path

from charter.views import landmarks

app_name = "charter"

the_text = []

signing = []

its_landmarks = [
    path("reperes/", landmarks.landmarks, name="landmarks"),
    path("reperes/<int:structure_id>/<int:of_year>/", landmarks.landmarks_of, name="landmarks_of"),
]

urlpatterns = [*the_text, *signing, *its_landmarks]
