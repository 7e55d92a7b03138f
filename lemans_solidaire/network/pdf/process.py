"""The process that renders and ends: a task in JSON on stdin, the result on stdout, « step N » on stderr.

No Django here. A task is a page to lay out as PDF/UA-1 with its attachments, or charts (SVG) to make pictures of.
"""

import base64
import gc
import io
import json
import logging
import mimetypes
import re
import sys
import unicodedata
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
from fontTools.ttLib import TTFont
from weasyprint import HTML, Attachment
from weasyprint.urls import URLFetcher, URLFetcherResponse

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROJECT = Path(__file__).resolve().parents[3]
FONTS = Path(find_spec("fontpkg_atkinson_hyperlegible").origin).with_name("files")
OTHER_FONTS = {
    name: Path(find_spec(f"fontpkg_{name}").origin).with_name("files") for name in ("noto_sans", "noto_sans_arabic")
}
RESOURCES = {
    "print.css": (PROJECT / "templates/pdf/print.css", "text/css"),
    "slip.css": (PROJECT / "templates/pdf/slip.css", "text/css"),
    "frieze.svg": (PROJECT / "static/img/frieze.svg", "image/svg+xml"),
    "regular.ttf": (FONTS / "AtkinsonHyperlegible-Regular.ttf", "font/ttf"),
    "bold.ttf": (FONTS / "AtkinsonHyperlegible-Bold.ttf", "font/ttf"),
    "italic.ttf": (FONTS / "AtkinsonHyperlegible-Italic.ttf", "font/ttf"),
    "noto.ttf": (OTHER_FONTS["noto_sans"] / "NotoSans[wdth,wght].ttf", "font/ttf"),
    "noto-arabic.ttf": (OTHER_FONTS["noto_sans_arabic"] / "NotoSansArabic[wdth,wght].ttf", "font/ttf"),
}
# Atkinson has no narrow space, and the one made up for it is too thin to tell « 1 200 000 » at a glance.
WRITTEN_AS = {"\u202f": "\u00a0", "\u2011": "-", "→": "->", "←": "<-", "✓": "oui", "✔": "oui", "\ufe0f": ""}


class OwnResourcesOnly(URLFetcher):
    """Serves portail:NAME from the list above; every other URL is refused."""

    def __init__(self):
        super().__init__(allowed_protocols=("portail",), allow_redirects=False)

    def fetch(self, url, headers=None):
        name = url.removeprefix("portail:")
        if not url.startswith("portail:") or name not in RESOURCES:
            raise ValueError(f"adresse refusée : {url}")
        path, mime = RESOURCES[name]
        return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": mime})


class Steps(logging.Handler):
    def emit(self, entry):
        step = re.match(r"Step (\d)", entry.getMessage())
        if step:
            print("step", step.group(1), file=sys.stderr, flush=True)


def ancestor_kinds(element, by_reference):
    while isinstance(element, dict) and "P" in element:
        parent = element["P"]
        element = by_reference.get(parent.decode() if isinstance(parent, bytes) else parent)
        if element:
            yield element.get("S")


def complete_tags(document, pdf):
    """Adds what PDF/UA asks and WeasyPrint leaves out: the scope of table headings, nothing spoken for ornaments."""
    by_reference = {f"{o.number} {o.generation} R": o for o in pdf.objects if hasattr(o, "number")}
    for element in (o for o in pdf.objects if isinstance(o, dict)):
        if element.get("S") == "/TH":
            in_head = "/THead" in ancestor_kinds(element, by_reference)
            element["A"]["Scope"] = "/Column" if in_head else "/Row"
        elif element.get("S") == "/Figure" and not element.get("Alt"):
            element["S"] = "/NonStruct"
            element.pop("A", None)


def with_our_letters(html):
    """What the font lacks is written as it can be; a letter that it cannot write at all stays, as an empty box."""
    known = TTFont(RESOURCES["regular.ttf"][0], lazy=True).getBestCmap()
    for letter in {letter for letter in html if ord(letter) not in known and not letter.isspace()} | set(WRITTEN_AS):
        alike = WRITTEN_AS.get(letter, unicodedata.normalize("NFKD", letter))
        if all(ord(one) in known for one in alike):
            html = html.replace(letter, alike)
    return html


def lay_out(task):
    """The PDF of one page; nothing in it depends on the day it is made, nor on the machine's fonts."""
    html = with_our_letters(task["html"])
    day = task["day"] and datetime.fromisoformat(task["day"]).replace(tzinfo=UTC)
    attachments = [
        Attachment(
            string=base64.b64decode(one["content"]),
            name=one["name"],
            description=one["description"],
            relationship="Data",
            created=day,
            modified=day,
        )
        for one in task["attachments"]
    ]
    mimetypes.init([])  # not the machine's own list, so that the bytes are the same on another one
    mimetypes.add_type(WORKBOOK, ".xlsx")
    return HTML(string=html, url_fetcher=OwnResourcesOnly()).write_pdf(
        pdf_variant="pdf/ua-1",
        pdf_identifier=bytes.fromhex(task["identifier"]),
        attachments=attachments,
        finisher=complete_tags,
    )


def draw(svgs):
    """One page as large as each chart, then its picture: two dots for each unit of the drawing."""
    sizes = [re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups() for svg in svgs]
    pages = "".join(
        f"@page p{number} {{ size: {width}px {height}px; margin: 0 }} .p{number} {{ page: p{number} }}"
        for number, (width, height) in enumerate(sizes)
    )
    sheets = "".join(f'<div class="p{number}">{svg}</div>' for number, svg in enumerate(svgs))
    style = f'<link rel="stylesheet" href="portail:print.css"><style>{pages} svg {{ display: block }}</style>'
    html = f'<html lang="fr"><head>{style}</head><body>{sheets}</body></html>'
    pdf = pypdfium2.PdfDocument(HTML(string=with_our_letters(html), url_fetcher=OwnResourcesOnly()).write_pdf())
    for page in pdf:
        picture = io.BytesIO()
        page.render(scale=2 * 4 / 3).to_pil().save(picture, "PNG")  # PDF counts in points, SVG in pixels
        yield base64.b64encode(picture.getvalue()).decode()


def main():
    gc.disable()  # the process ends soon: looking for what could be given back costs more than it gives
    progress = logging.getLogger("weasyprint.progress")
    progress.setLevel(logging.INFO)
    progress.addHandler(Steps())
    task = json.load(sys.stdin.buffer)
    answer = json.dumps(list(draw(task["pictures"]))).encode() if "pictures" in task else lay_out(task)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
