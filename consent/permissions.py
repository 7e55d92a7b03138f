"""Who may what with dossiers. What is inside a dossier is decided by the database: migration 0002."""

from django.db.models import Q
from django.utils import timezone

from consent.models import DossierRight, Opening, StructureOpening
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.permissions import is_ccas_admin, is_responsable


def is_part_open():
    return Opening.objects.filter(opens_on__lte=timezone.localdate()).exists()


def may_keep():
    """The structures that may keep dossiers: not those whose name alone tells of health."""
    return Structure.objects.open().filter(is_sensitive=False)


def openings():
    today = timezone.localdate()
    return StructureOpening.objects.filter(Q(closed_on=None) | Q(closed_on__gt=today), opens_on__lte=today)


def open_structures():
    """Those that keep dossiers today."""
    return may_keep().filter(pk__in=openings().values("structure"))


def hats(user):
    """The structures whose dossiers the account may open today, by name."""
    if not is_part_open():
        return Structure.objects.none()
    rights = DossierRight.objects.current().filter(user=user).values("structure")
    return open_structures().filter(pk__in=rights)


def gives_rights(user, structure):
    return is_responsable(user, structure) and open_structures().filter(pk=structure.pk).exists()


def structures_giving_rights(user):
    mine = user.memberships.current().responsable().values("structure")
    return open_structures().filter(pk__in=mine)


def reads_convention(user, structure):
    return is_ccas_admin(user) or is_responsable(user, structure)
