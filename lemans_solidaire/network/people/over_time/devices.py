"""Trusted devices: allauth's cookie says that a browser gave a code lately; here, how to make all of them forget it."""

from django.db import transaction

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import User


@transaction.atomic
def forget_devices(*, user):
    """The cookie is bound to the numbers of the second factors: numbered anew, the same ones, it serves no more."""
    User.objects.select_for_update().get(pk=user.pk)
    for authenticator in user.authenticator_set.order_by("pk"):
        authenticator.delete()
        authenticator.pk = None
        authenticator.save(force_insert=True)
    record(by=user, verb="devices_forgotten", about=user)
