"""Another responsable: proposed and confirmed by two members, or named by the CCAS; told, then done by a daily job."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event, Membership, Structure, Succession
from lemans_solidaire.network.people.leaving import end_membership
from lemans_solidaire.network.people.over_time import permissions
from lemans_solidaire.network.people.over_time.mails import tell
from lemans_solidaire.network.saving import NotPossible, make_once

NOTICE, CCAS_NOTICE = timedelta(days=14), timedelta(days=7)
UNANSWERED = timedelta(days=30)  # a proposal that nobody confirmed is dropped
State = Succession.State


def still_held(structure):
    """Under lock: one change at a time in a structure."""
    return Structure.objects.select_for_update().get(pk=structure.pk)


@transaction.atomic
def propose(*, structure, typed, key, by):
    """`typed`: person, former, then, word. A second member has to confirm it."""
    structure, former = still_held(structure), typed["former"]
    made = already(key, structure)
    if made is None and not permissions.can_ask(by, structure, former):
        raise NotPossible("Il faut deux membres de la structure, sans compter la personne remplacée.")
    status = membership_of(typed["person"], structure).status
    return begin(made, structure, {**typed, "status": status}, key, by, "succession_proposed")


@transaction.atomic
def name(*, structure, typed, key, by):
    """`typed`: person, status, former, then, at_once, word. By the CCAS: after a notice, or at once for a reason."""
    structure = still_held(structure)
    made, today = already(key, structure), timezone.localdate()
    effective_on = today if typed["at_once"] else today + CCAS_NOTICE
    state = {"by_ccas": True, "state": State.ANNOUNCED, "effective_on": effective_on}
    succession = begin(made, structure, typed, key, by, "succession_named", **state)
    if made is None and succession.at_once:
        finish(succession, by=by)
    return succession


def already(key, structure):
    return Succession.objects.filter(key=key, structure=structure).first()


def begin(made, structure, typed, key, by, verb, **state):
    if made is None and structure.successions.under_way().exists():
        raise NotPossible("Un changement est déjà en cours pour cette structure\u202f: le voici.")
    if made is None:
        check(structure, typed)
    succession, is_new = make_once(Succession, key, typed, structure=structure, made_by=by, **state)
    if is_new:
        changes = {name: getattr(succession, f"{name}_id") for name in ("person", "former")}
        record(by=by, verb=verb, about=succession, structure=structure, changes=changes)
        tell(succession)
    return succession


def check(structure, typed):
    person, former = typed["person"], typed["former"]
    responsables = {one.user_id for one in structure.memberships.current().responsable()}
    if person.pk in responsables:
        raise NotPossible("Cette personne est déjà responsable de la structure.")
    if former and former.user_id not in responsables:
        raise NotPossible("La personne à remplacer n’est plus responsable\u202f: la page a été mise à jour.")


def membership_of(person, structure):
    found = permissions.people_of(structure).filter(user=person).first()
    if found is None:
        raise NotPossible("Choisissez une personne qui fait partie de la structure.")
    return found


@transaction.atomic
def confirm(*, succession, by):
    """The second person; the responsable is told, and has a fortnight to say that they are still there."""
    still_held(succession.structure)
    succession = locked(succession)
    if succession.state == State.ANNOUNCED and succession.confirmed_by_id == by.pk:
        return succession
    if succession.state != State.PROPOSED:
        raise NotPossible("Ce changement n’attend plus de confirmation\u202f: voici où il en est.")
    if has_left(succession):
        raise NotPossible("La personne proposée ne fait plus partie de la structure\u202f: proposez quelqu’un d’autre.")
    if not permissions.can_confirm(by, succession):
        raise NotPossible("Une autre personne de la structure doit le confirmer.")
    succession.state, succession.confirmed_by, succession.confirmed_at = State.ANNOUNCED, by, timezone.now()
    succession.effective_on = timezone.localdate() + NOTICE
    succession.save(update_fields=["state", "confirmed_by", "confirmed_at", "effective_on"])
    record(by=by, verb="succession_confirmed", about=succession, structure=succession.structure)
    tell(succession)
    return succession


@transaction.atomic
def stop(*, succession, by, why=""):
    """« Je suis toujours là », or whoever asked thinks otherwise. Stopped twice, it is stopped once."""
    succession = locked(succession)
    if succession.state == State.STOPPED:
        return succession
    if succession.state == State.DONE:
        raise NotPossible("C’est déjà fait\u202f: le CCAS peut nommer quelqu’un d’autre.")
    is_person = not isinstance(by, Event.Actor)
    succession.state, succession.ended_at, succession.ended_why = State.STOPPED, timezone.now(), why
    succession.ended_by = by if is_person else None
    succession.save(update_fields=["state", "ended_at", "ended_why", "ended_by"])
    record(by=by, verb="succession_stopped", about=succession, structure=succession.structure, changes={"why": why})
    tell(succession)
    return succession


def locked(succession):
    return Succession.objects.select_for_update(of=["self"]).with_people().get(pk=succession.pk)


@transaction.atomic
def take_effect(succession):
    """By the daily job, once the notice is over; twice changes nothing."""
    still_held(succession.structure)
    succession = locked(succession)
    if succession.state != State.ANNOUNCED or succession.effective_on > timezone.localdate():
        return succession
    if not succession.person.is_active or not succession.structure.is_open:
        why = "Le compte de la personne, ou la structure, a fermé entre-temps."
        return stop(succession=succession, by=Event.Actor.JOB, why=why)
    if has_left(succession):
        why = "La personne proposée ne fait plus partie de la structure."
        return stop(succession=succession, by=Event.Actor.JOB, why=why)
    return finish(succession, by=Event.Actor.JOB)


def has_left(succession):
    """Members propose one of their own; the CCAS names whoever has an account."""
    people = permissions.people_of(succession.structure)
    return not (succession.by_ccas or people.filter(user=succession.person).exists())


def finish(succession, by):
    raise_to_responsable(succession, by)
    if succession.former:
        let_go(succession.former, succession.then, by)
    succession.state, succession.ended_at = State.DONE, timezone.now()
    succession.save(update_fields=["state", "ended_at"])
    record(by=by, verb="succession_done", about=succession, structure=succession.structure)
    tell(succession)
    return succession


def raise_to_responsable(succession, by):
    own = succession.structure.memberships.current().filter(user=succession.person, until=None).first()
    own = own or Membership(user=succession.person, structure=succession.structure, status=succession.status)
    before, own.role = own.pk and own.role, Membership.Role.RESPONSABLE
    own.save()
    changes = {"role": [before, own.role], "user": own.user_id}
    record(by=by, verb="became_responsable", about=own, structure=own.structure, changes=changes)


def let_go(former, then, by):
    """Still responsable until now: they stay as a member, or leave. Who left meanwhile is left alone."""
    former = Membership.objects.current().responsable().filter(pk=former.pk).first()
    if former is None:
        return
    former.role = Membership.Role.MEMBER
    former.save(update_fields=["role"])
    changes = {"role": [Membership.Role.RESPONSABLE.value, former.role.value], "user": former.user_id}
    record(by=by, verb="role_changed", about=former, structure=former.structure, changes=changes)
    if then == Succession.Then.LEFT:
        end_membership(membership=former, by=by)


def day_by_day():
    """What the daily job does: what is due takes effect, what nobody confirmed is dropped."""
    for succession in Succession.objects.to_take_effect().with_people():
        take_effect(succession)
    old = Succession.objects.filter(state=State.PROPOSED, made_at__lt=timezone.now() - UNANSWERED)
    for succession in old.with_people():
        stop(succession=succession, by=Event.Actor.JOB, why="Personne ne l’a confirmé en trente jours.")
