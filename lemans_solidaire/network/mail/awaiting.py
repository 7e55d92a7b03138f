"""What mails ask of the CCAS."""

from django.urls import reverse

from lemans_solidaire.network.mail.permissions import can_see_unsent
from lemans_solidaire.network.models import UnsentMail
from lemans_solidaire.network.registry import Awaited, Place


def unsent_awaiting(user):
    """Provider of registry.awaiting: those that the portal tries no more."""
    if can_see_unsent(user) and (count := UnsentMail.objects.given_up().count()):
        label = "Un courriel n’est pas parti" if count == 1 else f"{count} courriels ne sont pas partis"
        yield Awaited(label, reverse("mail:unsent"), "Une adresse à corriger, peut-être.", action="Voir pourquoi")


def places(user):
    """Provider of registry.places."""
    if can_see_unsent(user):
        yield Place("Les courriels", reverse("mail:unsent"), "Ceux qui ne sont pas partis, et pourquoi.", "Le réseau")
