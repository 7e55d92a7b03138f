"""From the text of a mail to its HTML: paragraphs, lists, links, and a button for the page to open."""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string

ADDRESS = re.compile(r"https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)]")
LEADS_TO = re.compile(rf"(?:(?P<label>[^\n]{{1,60}}?)\s*:\s*)?(?P<url>{ADDRESS.pattern})")
ITEM = re.compile(r"(?P<mark>[-–]|\d+\.)\s+(?P<words>.+)")
OPEN = "Ouvrir la page"


@dataclass
class Part:
    """What the template draws: a paragraph or a list (lines of pieces), or a button (words and an address)."""

    kind: str
    lines: list = field(default_factory=list)
    words: str = ""
    url: str = ""


def html_of(text, title):
    return render_to_string("network/mail/layout.html", {"parts": parts_of(text), "title": title})


def parts_of(text):
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.strip())]
    return [part for block in blocks if block for part in parts_of_block(block)]


def parts_of_block(block):
    """A button leads to the portal only: whatever else is written in a mail stays a link whose address is seen."""
    alone = LEADS_TO.fullmatch(block)
    if alone and alone["url"].startswith(f"{settings.PUBLIC_URL}/"):
        return [Part("button", words=alone["label"] or OPEN, url=alone["url"])]
    parts = []
    for line in block.splitlines():
        item = ITEM.fullmatch(line.strip())
        kind = "paragraph" if not item else "steps" if item["mark"][0].isdigit() else "list"
        if not parts or parts[-1].kind != kind:
            parts.append(Part(kind))
        parts[-1].lines.append(pieces_of(item["words"] if item else line.strip()))
    return parts


def pieces_of(line):
    """[(words, address or "")]: what is to be clicked, and what is not."""
    pieces, end = [], 0
    for found in ADDRESS.finditer(line):
        pieces += [(line[end : found.start()], ""), (found.group(), found.group())]
        end = found.end()
    return [piece for piece in [*pieces, (line[end:], "")] if piece[0]]
