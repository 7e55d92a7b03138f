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
    """A piece has changed when anything under its heading has, or in what introduces it: its chapter, the preface."""
    known, reach = {clause.key for clause in before.text.clauses}, reach_of(found, version)
    reached = list(found.values())
    for change in compare(before.text, version.text):
        if change.clause.kind == "preface":
            reached = list(found.values())
        elif change.clause.kind in HEADINGS:
            reached = reach.get(change.clause.key, [])
        if not change.is_same:
            for piece in reached:
                piece.has_changed, piece.is_new = True, piece.key not in known


def reach_of(found, version):
    """{key of a chapter or an article: [Piece]} that what is written right under this heading bears on."""
    reach, chapter = {}, []
    for clause in version.text.clauses:
        if clause.kind == "chapter":
            chapter = reach[clause.key] = []
        if clause.key in found:
            reach[clause.key] = [found[clause.key]]
            chapter.append(found[clause.key])
    return reach


def told(version, positions):
    """[(heading, reservation)] in the order of the text; a piece that the text lacks keeps its identifier."""
    names = {clause.key: clause.heading for clause in version.text.clauses}
    order = {key: rank for rank, key in enumerate(names)}
    keys = sorted(positions, key=lambda key: order.get(key, len(order)))
    return [(names.get(key, key), positions[key]) for key in keys]


def is_whole(version, positions):
    """Whether every piece of the version is there."""
    return {clause.key for clause in version.text.signable} <= set(positions)
