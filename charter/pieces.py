"""What a structure signs, piece by piece, and what changed in each since it last signed."""

from dataclasses import dataclass, field

from charter.comparing import compare

HEADINGS = ("preface", "chapter", "article")


@dataclass
class Piece:
    """An article, or a chapter that has none: its heading, and the Parts that say it."""

    clause: object
    parts: list = field(default_factory=list)
    has_changed: bool = False
    is_new: bool = False

    @property
    def key(self):
        return self.clause.key


def pieces_of(version, before=None):
    """[Piece] of a version; `before` is the one that the structure last signed, if it is another one."""
    found = {clause.key: Piece(clause) for clause in version.text.signable}
    here = None
    for part in in_order(version.parts):
        if part.clause and part.clause.kind in HEADINGS:
            here = found.get(part.clause.key)
        if here:
            here.parts.append(part)
    if before:
        mark_changes(found, before, version)
    return list(found.values())


def in_order(parts):
    for part in parts:
        yield part
        yield from in_order(part.parts)


def mark_changes(found, before, version):
    """A piece has changed when anything under its heading has."""
    known, here = {clause.key for clause in before.text.clauses}, None
    for change in compare(before.text, version.text):
        if change.clause.kind in HEADINGS:
            here = found.get(change.clause.key)
        if here and not change.is_same:
            here.has_changed, here.is_new = True, here.key not in known


def told(version, positions):
    """[(heading, reservation)] in the order of the text; a piece that the text lacks keeps its identifier."""
    names = {clause.key: clause.heading for clause in version.text.clauses}
    order = {key: rank for rank, key in enumerate(names)}
    keys = sorted(positions, key=lambda key: order.get(key, len(order)))
    return [(names.get(key, key), positions[key]) for key in keys]


def is_whole(version, positions):
    """Whether every piece of the version is there."""
    return {clause.key for clause in version.text.signable} <= set(positions)
