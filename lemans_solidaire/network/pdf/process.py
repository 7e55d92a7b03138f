"""The process that renders one PDF and ends: HTML on stdin, PDF on stdout, « step N » on stderr. No Django here."""

import logging
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

PROJECT = Path(__file__).resolve().parents[3]
FONTS = Path(find_spec("fontpkg_atkinson_hyperlegible").origin).with_name("files")
RESOURCES = {
    "print.css": (PROJECT / "templates/pdf/print.css", "text/css"),
    "frieze.svg": (PROJECT / "static/img/frieze.svg", "image/svg+xml"),
    "regular.ttf": (FONTS / "AtkinsonHyperlegible-Regular.ttf", "font/ttf"),
    "bold.ttf": (FONTS / "AtkinsonHyperlegible-Bold.ttf", "font/ttf"),
    "italic.ttf": (FONTS / "AtkinsonHyperlegible-Italic.ttf", "font/ttf"),
}


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


def main():
    progress = logging.getLogger("weasyprint.progress")
    progress.setLevel(logging.INFO)
    progress.addHandler(Steps())
    # Atkinson has no narrow space, and the one made up for it is too thin to tell « 1 200 000 » at a glance.
    html = sys.stdin.buffer.read().decode().replace("\u202f", "\u00a0")
    pdf = HTML(string=html, url_fetcher=OwnResourcesOnly()).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=bytes.fromhex(sys.argv[1]), finisher=complete_tags
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
