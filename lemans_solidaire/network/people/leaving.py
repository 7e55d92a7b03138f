"""Somebody leaves a structure: one function, whoever says so."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Membership


@transaction.atomic
def end_membership(*, membership, by):
    """At once: the last day is the day before, and what the apps gave with it ends too.

    Whether the person was still there: a second time changes nothing.
    """
    membership = Membership.objects.select_for_update(of=["self"]).select_related("structure").get(pk=membership.pk)
    today = timezone.localdate()
    if membership.until is not None and membership.until < today:
        return False
    membership.until = today - timedelta(days=1)
    membership.since = min(membership.since, membership.until)  # who came today leaves today
    membership.save(update_fields=["since", "until"])
    record(by=by, verb="membership_ended", about=membership, structure=membership.structure)
    registry.left.ask(membership, by)
    return True
