"""A charter as text: Markdown in, clauses out, each with an identifier that stays when the text evolves."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from markdown_it import MarkdownIt

NOT_READ = ["image", "link", "reference", "autolink"]  # they would hide words, or take long


@dataclass
class Clause:
    key: str  # stays from one version to the next
    kind: str  # preface, chapter, section, article, commitment, value or text
    number: str  # « 4 », or nothing
    title: str  # of a heading
    text: str  # Markdown of a commitment, a value or a text

    @property
    def words(self):
        return f"{self.title}\n{self.text}".strip()

    @property
    def plain(self):
        """Its words, without the signs of Markdown."""
        return self.title or plain(self.text)

    @property
    def heading(self):
        """« Article 4 : Être vigilant… »."""
        name = {"article": "Article ", "chapter": ""}.get(self.kind)
        if name is None or not self.number:
            return self.title
        mark = "\u202f: " if self.kind == "article" else ". "
        return f"{name}{self.number}{mark}{self.title}"


@dataclass
class Text:
    title: str
    clauses: list

    def count(self, kind):
        return sum(clause.kind == kind for clause in self.clauses)

    @property
    def signable(self):
        """What a structure signs, piece by piece: each article, and each chapter that has none."""
        pieces, chapter = [], None
        for clause in self.clauses:
            if clause.kind == "chapter":
                chapter = clause
                pieces.append(clause)
            elif clause.kind == "article":
                if pieces and pieces[-1] is chapter:
                    pieces.pop()
                pieces.append(clause)
        return pieces

    def as_data(self):
        return {"title": self.title, "clauses": [asdict(clause) for clause in self.clauses]}

    @property
    def digest(self):
        """SHA-256 of the exact text, in the one way of writing it that anybody can repeat."""
        return digest_of(self.as_data())


def canonical(data):
    """The one way of writing it."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(data):
    return hashlib.sha256(canonical(data)).hexdigest()


def from_data(data):
    return Text(data["title"], [Clause(**clause) for clause in data["clauses"]])


@lru_cache(maxsize=2)
def markdown(*, html):
    """CommonMark without links nor images; with `html` so that it is seen, then refused."""
    return MarkdownIt("commonmark", {"html": html}).disable(NOT_READ)


def as_html(text):
    """Safe HTML of the Markdown of one clause."""
    return markdown(html=False).render(text)


def plain(text):
    """The words of a Markdown, on one line."""
    return " ".join(" ".join(said(token) for token in markdown(html=False).parse(text)).split())


def said(token):
    """The words of a token: softbreaks and signs are spaces or nothing."""
    if token.children:
        return "".join(said(child) for child in token.children)
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def in_words(text):
    """« 3 chapitres, 4 articles, 4 engagements, 6 valeurs »."""
    names = {"chapter": "chapitre", "article": "article", "commitment": "engagement", "value": "valeur"}
    counted = [(text.count(kind), name) for kind, name in names.items()]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counted if count)
