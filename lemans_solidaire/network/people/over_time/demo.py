"""The fictional network has a past: people there for more than a year, and one who is in two structures."""

from datetime import timedelta

from django.utils import timezone

from lemans_solidaire.network.models import Membership, User


def load(structures):
    """Once: what people did since stays. The Panier is asked who is still there, and has members enough to decide."""
    panier, jean = structures["panier"], User.objects.filter(email="mots@demo.test").first()
    if jean is None or jean.memberships.filter(structure=panier).exists():
        return
    Membership.objects.create(user=jean, structure=panier, status=Membership.Status.VOLUNTEER)
    panier.memberships.update(since=timezone.localdate() - timedelta(days=400))
