"""A Text as its pages show it: parts, then blocks, each with what explains it beside."""

from dataclasses import dataclass, field
from itertools import groupby

from charter.text import as_html

EXPLAINED = ("chapter", "article", "commitment")  # what has a summary in plain French
TOP, INNER = ("preface", "chapter"), ("article", "section")


@dataclass
class Block:
    """Paragraphs (`html`), or a list: [(clause, html, plain)] of commitments or values."""

    kind: str
    html: str = ""
    items: list = field(default_factory=list)


@dataclass
class Part:
    """A chapter or an article: its heading (None before the first one), its blocks, then the parts in it."""

    clause: object = None
    plain: str = ""
    blocks: list = field(default_factory=list)
    parts: list = field(default_factory=list)

    @property
    def articles(self):
        return [part for part in self.parts if part.clause.kind == "article"]

    @property
    def explanations(self):
        """[(clause, plain)] of this part, those in it left aside."""
        own = [(self.clause, self.plain)] if self.plain else []
        return own + [(clause, plain) for block in self.blocks for clause, _, plain in block.items if plain]


def parts_of(text, summaries):
    """[Part] of the first level; `summaries` {clause key: plain French}."""
    found, place = [], None
    for kind, clauses in groupby(text.clauses, key=lambda clause: clause.kind):
        if kind in TOP + INNER:
            for clause in clauses:
                place = Part(clause, summaries.get(clause.key, ""))
                level_of(kind, found).append(place)
        else:
            place = place or first_of(found)
            place.blocks += blocks_of(kind, list(clauses), summaries)
    return found


def level_of(kind, found):
    """The list that a part of this kind joins."""
    return found if kind in TOP else (found[-1] if found else first_of(found)).parts


def first_of(found):
    found.append(Part())
    return found[0]


def blocks_of(kind, clauses, summaries):
    if kind == "text":
        return [Block(kind, as_html(clause.text)) for clause in clauses]
    items = [(clause, in_line(clause.text), summaries.get(clause.key, "")) for clause in clauses]
    return [Block(kind, items=items)]


def in_line(text):
    """HTML of an item, without its paragraph when it has only that."""
    html = as_html(text).strip()
    is_one = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return html[3:-4] if is_one else html


def explained(text):
    """The clauses that may have a summary."""
    return [clause for clause in text.clauses if clause.kind in EXPLAINED]
