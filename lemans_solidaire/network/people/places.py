"""What the portal's common pages say of people."""

from django.urls import reverse

from lemans_solidaire.network.models import Membership, Structure
from lemans_solidaire.network.people.permissions import are_enough_administrators, sees_people
from lemans_solidaire.network.permissions import is_ccas_admin, own_structures
from lemans_solidaire.network.registry import Awaited, Place


def places(user):
    """Provider of registry.places: for who invites."""
    if is_ccas_admin(user):
        yield place(
            "Les personnes du réseau", reverse("people:structures"), "Qui est responsable de quoi, qui inviter."
        )
        return
    for structure in own_structures(user, Membership.Role.RESPONSABLE):
        url = reverse("people:people", args=[structure.pk])
        yield place(f"Les personnes\u202f: {structure}", url, "Inviter, changer un rôle, retirer quelqu’un.")


def place(label, url, detail):
    return Place(label, url, detail, "Le réseau")


def second_administrator_awaited(user):
    """Provider of registry.awaiting: the first administrator's first task."""
    if is_ccas_admin(user) and not are_enough_administrators():
        yield Awaited(
            "Avoir deux administrateurs du CCAS",
            reverse("people:administrators"),
            "Si l’un perd son téléphone, l’autre l’aide à rentrer.",
            action="Voir qui manque",
        )


def links(obj, user):
    """Provider of registry.actions: on the page of a structure."""
    if isinstance(obj, Structure) and user.is_authenticated and sees_people(user, obj):
        yield Place("Les personnes", reverse("people:people", args=[obj.pk]))
