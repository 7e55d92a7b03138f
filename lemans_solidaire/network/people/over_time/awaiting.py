"""What people over time ask of whom: a change to confirm or to stop, the yearly list; for the CCAS, who is stuck."""

from django.urls import reverse

from lemans_solidaire.network.models import Succession
from lemans_solidaire.network.people.over_time import permissions, roll_call
from lemans_solidaire.network.permissions import is_ccas_admin, structures_of
from lemans_solidaire.network.registry import Awaited
from lemans_solidaire.network.templatetags.french import plural


def people_awaiting(user):
    """Provider of registry.awaiting."""
    own = structures_of(user)
    for succession in Succession.objects.under_way().filter(structure__in=own).with_people():
        yield from changes(user, succession)
    for structure in roll_call.asked(user):
        yield Awaited(
            label="Dire qui est encore là",
            detail=structure.name,
            url=reverse("people:roll_call", args=[structure.pk]),
            action="Parcourir la liste",
            structure=structure.pk,
        )
    if is_ccas_admin(user):
        yield from stuck()


def changes(user, succession):
    facts = {
        "detail": succession.structure.name,
        "url": succession.get_absolute_url(),
        "structure": succession.structure_id,
    }
    if succession.state == Succession.State.PROPOSED and permissions.can_confirm(user, succession):
        label = f"Confirmer que {succession.person} devient responsable"
        yield Awaited(label=label, action="Lire la demande", **facts)
    elif succession.state == Succession.State.ANNOUNCED and is_replaced(user, succession):
        label = "Dire si vous êtes toujours là, comme responsable"
        yield Awaited(label=label, due=succession.effective_on, action="Répondre", **facts)


def is_replaced(user, succession):
    return permissions.is_responsable_there(user, succession.structure)


def stuck():
    """One line for the CCAS: what it can do is on one page."""
    silent, without = roll_call.to_reach()
    if count := len({one.pk for one, _ in silent} | {one.pk for one in without}):
        yield Awaited(
            label=f"Voir {count} structure{plural(count)} à joindre",
            detail="Sans responsable, ou qui n’a pas dit qui est encore là.",
            url=reverse("people:follow_up"),
            action="Voir la liste",
        )
