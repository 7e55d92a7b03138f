"""The register: what each structure has signed, as of any day, read from its acts in order."""

from dataclasses import dataclass, field

from charter.models import Act
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
            self.act, self.positions, self.withdrawn = act, dict(act.positions), {}
        else:
            for key in act.positions:
                self.positions.pop(key, None)
                self.withdrawn[key] = act.at


@dataclass
class Entry:
    """A structure in the register, under the name it last signed with."""

    structure_id: int
    name: str
    kind: str
    standings: list  # of the versions it has acts on, the latest version first

    @property
    def latest(self):
        return next((one for one in self.standings if one.is_signed), None)


def standing_of(structure, version, day=None):
    standing = Standing(version)
    acts = Act.objects.filter(structure=structure, version=version)
    for act in (acts.until(day) if day else acts).order_by("number"):
        standing.follow(act)
    return standing


def register(day):
    """[Entry] of those who have something signed that day, in alphabetical order; two queries."""
    standings, names = {}, {}
    for act in Act.objects.until(day).select_related("version").order_by("number"):
        standing = standings.setdefault((act.structure_id, act.version_id), Standing(act.version))
        standing.follow(act)
        names[act.structure_id] = (act.structure_name, act.structure_kind)
    entries = [
        Entry(structure, name, kind, sorted_standings(standings, structure))
        for structure, (name, kind) in names.items()
    ]
    return sorted((entry for entry in entries if entry.latest), key=lambda entry: alphabetical(entry.name))


def sorted_standings(standings, structure):
    mine = [standing for (one, _), standing in standings.items() if one == structure]
    return sorted(mine, key=lambda standing: -standing.version.number)


def broken_acts():
    """[(act, what is wrong)] when each seal, each text and each link of the chain is computed again."""
    found, before = [], None
    for act in Act.objects.select_related("version").order_by("number").iterator(chunk_size=500):
        found += [(act, words) for words in faults(act, before)]
        before = act
    return found


def faults(act, before):
    if act.seal != act.sealed():
        yield "son sceau ne correspond plus à ce qu’il dit"
    if act.previous_seal != (before.seal if before else ""):
        yield "il ne suit plus l’acte d’avant"
    if act.number != (before.number + 1 if before else 1):
        yield "un acte manque avant lui"
    if act.text_digest != act.version.digest or not act.version.is_exact:
        yield "le texte signé a changé"
