"""A Text written again as Markdown, for the next draft to start from: reading it gives the same Text."""

import re
from itertools import groupby


def as_markdown(text):
    blocks = [f"# {escaped(text.title)}"] if text.title else []
    groups = [(kind, list(clauses)) for kind, clauses in groupby(text.clauses, key=lambda clause: clause.kind)]
    for place, (kind, clauses) in enumerate(groups):
        after = groups[place + 1][1][0] if place + 1 < len(groups) else None
        if kind in ("commitment", "value"):
            blocks.append(as_list(clauses, "*" if after and re.match(r"\s*-\s", after.text) else "-"))
        else:
            blocks += [clause.text or as_heading(clause) for clause in clauses]
    return "\n\n".join(blocks) + "\n"


def as_list(clauses, bullet):
    """Two lists with the same bullets would be one."""
    items = [f"**{clause.text}**" if clause.kind == "value" else clause.text for clause in clauses]
    return "\n".join(f"{bullet} {indented(item)}" for item in items)


def indented(item):
    """What follows its first line stays in the item."""
    return re.sub(r"\n(?=[^\n])", "\n  ", item)


def as_heading(clause):
    title = escaped(clause.title)
    if clause.kind == "article":
        return f"### Article {clause.number} : {title}"
    if clause.kind == "section":
        return f"### {title}"
    return f"## {clause.number} – {title}" if clause.number else f"## {title}"


def escaped(title):
    """A title has no Markdown: what would be some is kept as it is read."""
    title = re.sub(r"([\\`*_<]|&(?=#?\w+;))", r"\\\1", title)
    return re.sub(r"(#+)$", r"\\\1", title)
