"""What the portal's common pages offer of the charter, to whoever it concerns."""

from django.urls import reverse

from charter.models import Version
from lemans_solidaire.network.permissions import own_structures
from lemans_solidaire.network.registry import Place


def places(user):
    """Their repères, for the members of a structure, once there is a charter."""
    if own_structures(user) and Version.objects.exists():
        yield Place(
            "Nos repères",
            reverse("charter:landmarks"),
            "Où en sommes-nous de nos engagements ? Pour nous seuls.",
            "La charte",
        )
