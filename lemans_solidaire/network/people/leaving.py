"""Somebody leaves a structure: one function, whoever says so."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Membership


@transaction.atomic
def end_membership(*, membership, by, at_once=False):
    """From tomorrow on, or at once (the last day is then the day before); what the apps gave with it ends at once.

    Whether the person was still there: a second time changes nothing.
    """
    membership = Membership.objects.select_for_update(of=["self"]).select_related("structure").get(pk=membership.pk)
    today = timezone.localdate()
    last_day = today - timedelta(days=1) if at_once else max(today, membership.since)
    if membership.until is not None and membership.until <= last_day:
        return False
    before, membership.until = membership.until, last_day
    membership.since = min(membership.since, last_day)  # who came today may leave today
    membership.save(update_fields=["since", "until"])
    changes = {"until": [before and str(before), str(membership.until)], "user": membership.user_id}
    record(by=by, verb="membership_ended", about=membership, structure=membership.structure, changes=changes)
    registry.left.ask(membership, by)
    return True
