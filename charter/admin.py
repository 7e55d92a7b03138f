"""Nothing of the charter is changed in /gestion/: its screens are where the work is done."""

from django.urls import reverse

from lemans_solidaire.network import registry
from lemans_solidaire.network.registry import Door

registry.verbs["landmarks_saved"] = "a écrit les repères de la structure"


@registry.doors.register
def doors(user):
    yield Door(
        "charter", "Le projet de nouvelle version", reverse("charter:draft"), "L’écrire, le comparer, l’adopter."
    )
    followed = reverse("charter:follow_up")
    yield Door("charter", "Les signatures", followed, "Qui a signé, à qui le rappeler, les signatures sur papier.")
    yield Door(
        "charter",
        "Les versions",
        reverse("charter:versions"),
        "Celles qui ont été adoptées\u202f: elles ne changent plus.",
    )
