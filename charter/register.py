"""The register: what each structure has signed, as of any day, read from its acts in order."""

from dataclasses import dataclass, field

from charter.models import Act, Version
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.names import alphabetical


@dataclass
class Standing:
    """What stands of one structure on one version. `positions` {clause key: reservation or ""} of what is signed."""

    version: object
    act: Act | None = None  # the last signature
    positions: dict = field(default_factory=dict)
    withdrawn: dict = field(default_factory=dict)  # {clause key: when}

    @property
    def is_signed(self):
        return bool(self.positions)

    @property
    def reservations(self):
        return {key: text for key, text in self.positions.items() if text}

    def follow(self, act):
        """As an act changes it; a signature says all that is signed from then on."""
        if act.is_signature:
            gone = self.withdrawn | dict.fromkeys(self.positions, act.at)
            self.act, self.positions = act, dict(act.positions)
            self.withdrawn = {key: at for key, at in gone.items() if key not in self.positions}
        else:
            for key in act.positions:
                self.positions.pop(key, None)
                self.withdrawn[key] = act.at


@dataclass
class Entry:
    """A structure in the register, under the name that its last act gave it."""

    structure_id: int
    name: str
    kind: str
    standings: list  # of the versions it has acts on, the latest version first

    @property
    def latest(self):
        return next((one for one in self.standings if one.is_signed), None)


def standing_of(structure, version):
    standing = Standing(version)
    for act in Act.objects.filter(structure=structure, version=version).order_by("number"):
        standing.follow(act)
    return standing


def register(day):
    """[Entry] of those open that day that have something signed, in alphabetical order; three queries."""
    closed = set(Structure.objects.filter(closed_on__lte=day).values_list("pk", flat=True).order_by())
    known = standings_by_structure(day)
    entries = [Entry(structure_id, *told) for structure_id, told in known.items() if structure_id not in closed]
    return sorted((entry for entry in entries if entry.latest), key=lambda entry: alphabetical(entry.name))


def standings_by_structure(day=None):
    """{structure id: (name, kind, [Standing, the latest version first])}; two queries, whatever their number."""
    versions, found = Version.objects.in_bulk(), {}
    acts = Act.objects.until(day) if day else Act.objects.all()
    for act in acts.order_by("number"):
        act.version = versions[act.version_id]
        mine = found.setdefault(act.structure_id, {"standings": {}})
        mine["name"], mine["kind"] = act.structure_name, act.structure_kind
        mine["standings"].setdefault(act.version_id, Standing(act.version)).follow(act)
    return {
        structure_id: (mine["name"], mine["kind"], newest_first(mine["standings"].values()))
        for structure_id, mine in found.items()
    }


def newest_first(standings):
    return sorted(standings, key=lambda standing: -standing.version.number)


def with_versions(acts):
    """[Act], the text of each version read once."""
    acts = list(acts)
    versions = Version.objects.in_bulk({act.version_id for act in acts})
    for act in acts:
        act.version = versions[act.version_id]
    return acts


def standings_of(structure):
    """[Standing] of one structure on each version that it has acts on, the latest version first."""
    found = {}
    for act in with_versions(structure.charter_acts.order_by("number")):
        found.setdefault(act.version_id, Standing(act.version)).follow(act)
    return newest_first(found.values())
