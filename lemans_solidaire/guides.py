"""The guides of docs/guides/, read once, shown to anybody at /aide/; links and pictures hold there and in the files."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import slugify
from markdown_it import MarkdownIt
from PIL import Image

FOLDER = settings.BASE_DIR / "docs" / "guides"
PICTURES = settings.BASE_DIR / "static" / "img" / "guides"
DENSITY = 1.5  # pixels of a picture for one of the screen it was taken on
LINK = re.compile(r"([a-z-]+)\.md(#[a-z0-9-]+)?")


@dataclass(frozen=True)
class Guide:
    slug: str
    audience: str  # « Pour… »
    sentence: str  # what it is for, in one sentence
    is_easy: bool = False  # easy to read: large, and as discreet as the person's own pages

    def get_absolute_url(self):
        return reverse("guide", args=[self.slug])

    @property
    def page(self):
        return read(self.slug)


@dataclass(frozen=True)
class Part:
    anchor: str
    title: str
    parts: list


@dataclass(frozen=True)
class Page:
    title: str
    parts: list
    pictures: list  # their file names, in order
    links: list  # as they are followed from the page
    introduction: str  # HTML, before its first part
    html: str  # and after

    @property
    def anchors(self):
        return {part.anchor for whole in self.parts for part in (whole, *whole.parts)}


GUIDES = {
    guide.slug: guide
    for guide in [
        Guide(
            "la-personne",
            "Pour la personne qui a une carte",
            "Mon dossier, qui l’a lu, arrêter, la carte perdue. Facile à lire.",
            is_easy=True,
        ),
        Guide(
            "association",
            "Pour les bénévoles et les responsables d’une structure",
            "Entrer, remplir la fiche en une soirée, l’envoyer, signer la charte, tenir ses pages. Deux feuilles.",
        ),
        Guide(
            "travailleur-social",
            "Pour qui accueille et oriente",
            "Trouver la bonne porte, remettre une fiche, tenir un dossier avec l’accord de la personne.",
        ),
        Guide(
            "ccas",
            "Pour le CCAS",
            "La semaine, l’année, et que faire quand… Tout se fait dans le navigateur.",
        ),
        Guide(
            "rencontres",
            "Pour les membres du réseau et qui anime un groupe",
            "Préparer une rencontre, inviter, rendre compte, suivre décisions et difficultés.",
        ),
        Guide(
            "annuaire",
            "Pour qui tient l’annuaire",
            "Ce que la recherche comprend, décrire ses services, échanger des fichiers.",
        ),
        Guide(
            "charte",
            "Pour qui écrit la charte et suit les signatures",
            "Écrire la prochaine version, enregistrer son adoption, faire signer, vérifier.",
        ),
    ]
}


@cache
def markdown(*, breaks):
    """CommonMark without the HTML of authors; with `breaks` a line of the file is a line of the page."""
    return MarkdownIt("commonmark", {"html": False, "breaks": breaks})


@cache
def read(slug):
    """The Page of docs/guides/<slug>.md."""
    reader = markdown(breaks=GUIDES[slug].is_easy)
    tokens = reader.parse((FOLDER / f"{slug}.md").read_text(encoding="utf-8"))
    inlines = [child for token in tokens for child in token.children or []]
    parts = parts_of(tokens)
    pictures = [show(token) for token in inlines if token.type == "image"]
    links = [follow(token) for token in inlines if token.type == "link_open"]
    first = next(place for place, token in enumerate(tokens) if token.tag == "h2")
    introduction, html = (
        reader.renderer.render(some, reader.options, {}) for some in (tokens[3:first], tokens[first:])
    )
    return Page(tokens[1].content, parts, pictures, links, introduction, html)  # its title stands apart


def parts_of(tokens):
    """Its headings, each with an anchor from now on; paragraphs of pictures are marked."""
    parts = []
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open" and opening.tag != "h1":
            part = Part(slugify(inline.content.replace("’", " ")), inline.content, [])
            opening.attrSet("id", part.anchor)
            (parts if opening.tag == "h2" else parts[-1].parts).append(part)
        elif opening.type == "paragraph_open" and all(one.type in ("image", "softbreak") for one in inline.children):
            opening.attrSet("class", "pictures")
    return parts


def show(image):
    """Has a picture fetched only when it is scrolled to, its room kept; gives the name of its file."""
    name = image.attrGet("src").rpartition("/")[2]
    with Image.open(PICTURES / name) as picture:
        width, height = picture.size
    image.attrSet("src", static(f"img/guides/{name}"))
    image.attrSet("width", str(round(width / DENSITY)))
    image.attrSet("height", str(round(height / DENSITY)))
    image.attrSet("loading", "lazy")
    return name


def follow(link):
    """Turns the file of another guide into its address."""
    found = LINK.fullmatch(link.attrGet("href"))
    if found:
        link.attrSet("href", reverse("guide", args=[found[1]]) + (found[2] or ""))
    return link.attrGet("href")
