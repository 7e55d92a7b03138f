from django.db import transaction
from django.utils import timezone

from charter.landmarks import merge, said_by
from charter.models import Landmark
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Structure


class NewerLandmarks(Exception):
    """Somebody saved something else after the page was opened; `conflicts` is {key: Said}, what they saved."""

    def __init__(self, conflicts):
        super().__init__("repères plus récents")
        self.conflicts = conflicts


@transaction.atomic
def save_landmarks(*, structure, year, typed, seen, by):
    """{key: Said}; what becomes empty goes. The history tells that it was done, never what was said."""
    Structure.objects.select_for_update().get(pk=structure.pk)
    changes, conflicts = merge(stored=said_by(structure).get(year, {}), seen=seen, typed=typed)
    if conflicts:
        raise NewerLandmarks(conflicts)
    for key, said in changes.items():
        told = {"level": said.level, "note": said.note, "action": said.action, "action_on": said.action_on or None}
        if any(told.values()):
            told |= {"saved_by": by, "saved_at": timezone.now()}
            Landmark.objects.update_or_create(structure=structure, year=year, key=key, defaults=told)
        else:
            Landmark.objects.filter(structure=structure, year=year, key=key).delete()
    if changes:
        record(by=by, verb="landmarks_saved", about=structure, structure=structure, changes={"year": year})
