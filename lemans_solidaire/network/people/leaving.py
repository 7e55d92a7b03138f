"""Somebody leaves a structure: one function, whoever says so."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import AccountInvitation, Membership


@transaction.atomic
def end_membership(*, membership, by):
    """At once: the last day is the day before, and what the apps gave with it ends too. A link that waited is dead.

    Whether the person was still there: a second time changes nothing.
    """
    waiting = AccountInvitation.objects.waiting().filter(
        structure=membership.structure_id, email__iexact=membership.user.email
    )
    for invitation in waiting.select_for_update(of=["self"]):
        close_invitation(invitation, by)
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


def close_invitation(invitation, by):
    invitation.cancelled_at = timezone.now()
    invitation.save(update_fields=["cancelled_at"])
    record(by=by, verb="account_invitation_cancelled", about=invitation, structure=invitation.structure)
