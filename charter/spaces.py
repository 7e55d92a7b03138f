"""What the CCAS's own space says of the draft."""

from django.urls import reverse

from charter.models import Draft
from charter.permissions import can_write_charter
from lemans_solidaire.network.registry import Place
from lemans_solidaire.network.templatetags.french import day_and_clock


def draft_places(user):
    if can_write_charter(user):
        draft = Draft.objects.defer("text", "summaries").first()
        detail = f"Un projet est en cours, enregistré le {day_and_clock(draft.saved_at)}." if draft else "Aucun projet."
        yield Place("Écrire la charte", reverse("charter:draft"), detail, "La charte")
