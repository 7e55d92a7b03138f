"""Somebody leaves a structure: one function, whoever says so."""

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Membership


@transaction.atomic
def end_membership(*, membership, by):
    """From tomorrow on; what the apps gave with it ends at once. A second time changes nothing."""
    membership = Membership.objects.select_for_update(of=["self"]).select_related("structure").get(pk=membership.pk)
    today = timezone.localdate()
    if membership.until is not None and membership.until <= today:
        return membership
    before, membership.until = membership.until, max(today, membership.since)
    membership.save(update_fields=["until"])
    changes = {"until": [before and str(before), str(membership.until)], "user": membership.user_id}
    record(by=by, verb="membership_ended", about=membership, structure=membership.structure, changes=changes)
    registry.left.ask(membership, by)
    return membership
