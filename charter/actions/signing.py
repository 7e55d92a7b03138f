"""Signing and withdrawing: one act at a time in the whole network, sealed with the one before."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from charter.models import Act, Way
from charter.register import standing_of, standings_of
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event, Structure

ONE_ACT = 1_906_211  # any number of ours: the advisory lock under which acts follow each other


class AlreadySigned(Exception):
    """The same pieces are already signed in the same way; `act` is the one that stands."""

    def __init__(self, act):
        super().__init__(str(act))
        self.act = act


class SignedMeanwhile(Exception):
    """Something was signed or withdrawn after the page was opened; `act` says what."""

    def __init__(self, act):
        super().__init__(str(act))
        self.act = act


class NotSigned(Exception):
    """There is nothing to withdraw."""


@transaction.atomic
def sign(*, version, structure, positions, signer, power, by, way=Way.ACCOUNT, evidence=None, seen=None, at=None):
    """The act; `positions` {clause key: reservation or ""}, `signer` (name, function), `power` (body, date).

    `seen`: the number of the last act that the page had shown on this version, 0 for none. AlreadySigned when this
    would change nothing: a second click; SignedMeanwhile when two people sign at once, each in their own way.
    PermissionDenied once the structure is closed. `at` is for the demonstration alone: everywhere else, it is now.
    """
    alone()
    check_open(structure)
    check_pieces(version, positions)
    standing = standing_of(structure, version)
    if standing.positions == positions:
        raise AlreadySigned(standing.act)
    check_seen(structure.charter_acts.filter(version=version).last(), seen)
    return add(
        kind=Act.Kind.SIGNED,
        version=version,
        structure=structure,
        positions=positions,
        signer=signer,
        power=power,
        by=by,
        way=way,
        evidence=evidence or {},
        at=at,
    )


def check_open(structure):
    if not Structure.objects.open().filter(pk=structure.pk).exists():
        raise PermissionDenied("structure closed")


def check_seen(last, seen):
    """`last`: the act that a page opened now would know of, or None."""
    if last and seen is not None and seen != last.number:
        raise SignedMeanwhile(last)


@transaction.atomic
def withdraw(*, version, structure, keys, signer, by, seen=None, at=None):
    """From today these pieces are no longer signed, of this version nor of those before it: an act for each.

    `seen`: the number of the last act of the structure that the page knew of. NotSigned when none of them is signed
    any more: a second click; SignedMeanwhile when something else came between.
    """
    alone()
    reached = [one for one in standings_of(structure) if one.version.number <= version.number]
    taken = [(one.version, [key for key in keys if key in one.positions]) for one in reached]
    return take_back(structure, taken, signer, by, seen, at)


@transaction.atomic
def withdraw_all(*, structure, signer, by, seen=None):
    """From today nothing of any version is signed any more: one act for each, the latest version first."""
    alone()
    taken = [(one.version, list(one.positions)) for one in standings_of(structure)]
    return take_back(structure, taken, signer, by, seen)


def take_back(structure, taken, signer, by, seen, at=None):
    """[Act]; `taken`: [(version, its keys)]."""
    taken = [(version, keys) for version, keys in taken if keys]
    if not taken:
        raise NotSigned
    check_seen(structure.charter_acts.last(), seen)
    return [
        add(
            kind=Act.Kind.WITHDRAWN,
            version=version,
            structure=structure,
            positions=dict.fromkeys(keys, ""),
            signer=signer,
            power=("", None),
            by=by,
            way=Way.ACCOUNT,
            evidence={},
            at=at,
        )
        for version, keys in taken
    ]


def alone():
    """Until the transaction ends, nobody else adds an act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_ACT])


def check_pieces(version, positions):
    known = {piece.key for piece in version.text.signable}
    if not positions or not set(positions) <= known:
        raise ValueError("pieces of another version")


def add(*, kind, version, structure, positions, signer, power, by, way, evidence, at):
    last = Act.objects.order_by("-number").first()
    act = Act(
        number=last.number + 1 if last else 1,
        kind=kind,
        version=version,
        structure=structure,
        structure_name=structure.name,
        structure_kind=structure.kind,
        signer_name=signer[0],
        signer_function=signer[1],
        power_body=power[0],
        power_on=power[1],
        positions=positions,
        way=way,
        evidence=evidence,
        text_digest=version.digest,
        at=at or timezone.now(),
        by=by,
        previous_seal=last.seal if last else "",
    )
    act.seal = act.sealed()
    act.save(force_insert=True)
    changes = {"act": act.number, "version": version.number, "pieces": sorted(positions)}
    record(by=by or Event.Actor.LINK, verb=f"charter_{kind}", about=act, structure=structure, changes=changes)
    return act
