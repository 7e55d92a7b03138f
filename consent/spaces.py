"""What the portal's common pages say of dossiers, to whoever they concern."""

from django.urls import reverse

from consent import permissions
from lemans_solidaire.network.registry import Place


def places(user):
    """The list, for who has the right; who has it, for who gives it."""
    if not permissions.is_part_open():
        return
    if permissions.hats(user).exists():
        yield Place("Les dossiers", reverse("consent:dossiers"), "Ceux de votre structure, et ceux partagés avec elle.")
    for structure in permissions.structures_giving_rights(user):
        label = f"Qui peut ouvrir les dossiers\u202f: {structure}"
        yield Place(label, reverse("consent:rights", args=[structure.pk]), "Vous le décidez, par leur nom.")
