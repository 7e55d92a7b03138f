"""Rights over dossiers: given by name by a responsable, taken back at any time. What is in a dossier is `kept.py`'s."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consent.models import DossierRight
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event

YEAR = timedelta(days=365)


@transaction.atomic
def give_right(*, user, structure, signed_on, by):
    """For twelve months; given again, it starts again. From now on the account signs in with a second factor."""
    today = timezone.localdate()
    right, is_new = DossierRight.objects.select_for_update().get_or_create(
        user=user,
        structure=structure,
        ended_at=None,
        defaults={"signed_on": signed_on, "since": today, "until": today + YEAR, "given_by": by},
    )
    if not is_new:
        right.signed_on, right.until, right.given_by = signed_on, today + YEAR, by
        right.save(update_fields=["signed_on", "until", "given_by"])
    if not user.second_factor_asked:
        user.second_factor_asked = True
        user.save(update_fields=["second_factor_asked"])
    record(by=by, verb="dossier_right_given", about=right, structure=structure, changes={"user": user.pk})
    return right


@transaction.atomic
def end_right(*, right, by):
    """`by`: an account, or Event.Actor.JOB."""
    who = None if isinstance(by, Event.Actor) else by
    ended = DossierRight.objects.filter(pk=right.pk, ended_at=None).update(ended_at=timezone.now(), ended_by=who)
    if ended:
        changes = {"user": right.user_id}
        record(by=by, verb="dossier_right_ended", about=right, structure=right.structure, changes=changes)


def end_rights_of(membership, by):
    """Provider of registry.left: whoever leaves a structure no longer opens its dossiers."""
    rights = DossierRight.objects.filter(user=membership.user_id, structure=membership.structure_id, ended_at=None)
    for right in rights.select_related("structure"):
        end_right(right=right, by=by)
