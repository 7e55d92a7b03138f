"""A charter as text: Markdown in, clauses out, each with an identifier that stays when the text evolves."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from markdown_it import MarkdownIt

MOST_BYTES = 500_000
MOST_CLAUSES = 500
CHAPTER = re.compile(r"(?:chapitre\s+)?(\d{1,2}|[IVX]{1,4})\s*(?:[–—:.)-]|$)\s*(.*)", re.IGNORECASE | re.DOTALL)
ARTICLE = re.compile(r"article\s+(\d{1,3}|1er|premier)\s*(?:[–—:.-]|$)\s*(.*)", re.IGNORECASE | re.DOTALL)
COMMITTED = re.compile(r"engageons?\s*(?:à)?\s*:?\s*$", re.IGNORECASE)
VALUES = re.compile(r"\bvaleurs?\b[^.]*:\s*$", re.IGNORECASE)
BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
EXPECTED = (
    "Un fichier Markdown (.md) est attendu : un titre « # », des chapitres « ## 1 – … », des articles "
    "« ### Article 1 : … » et des listes « - … »."
)
SAME_PLACE, ELSEWHERE = 0.4, 0.6  # how alike two clauses must be to be the same one


class NotACharter(Exception):
    """Why a text is not taken, in a French sentence."""


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

    @property
    def commitments(self):
        return [clause for clause in self.clauses if clause.kind == "commitment"]

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


@lru_cache(maxsize=1)
def markdown():
    """CommonMark without HTML."""
    return MarkdownIt("commonmark", {"html": True})  # so that it is seen, then refused


def as_html(text):
    """Safe HTML of the Markdown of one clause."""
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink", "html_inline"]).render(text)


def decoded(content):
    """Text of the bytes of a file; NotACharter says what was expected."""
    if len(content) > MOST_BYTES:
        raise NotACharter(f"Ce fichier est trop lourd pour une charte. {EXPECTED}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotACharter(f"Ce fichier n’est pas du texte UTF-8. {EXPECTED}") from None
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        raise NotACharter(f"Ce fichier n’est pas du texte. {EXPECTED}")
    return text


def read(text, before=None):
    """The Text that a Markdown says; identifiers are those of `before` (a Text) wherever a clause is still the same.

    NotACharter says in French what was expected.
    """
    if len(text.encode()) > MOST_BYTES:
        raise NotACharter(f"Ce texte est trop long pour une charte. {EXPECTED}")
    reader = Reader(text.replace("\r\n", "\n"))
    found = reader.read()
    if before:
        keep_keys(found, before)
    return found


class Reader:
    def __init__(self, text):
        self.lines = text.split("\n")
        self.tokens = markdown().parse(text)
        self.text = Text("", [])
        self.said = ""  # by the paragraph just before, which says what a list is
        self.counts = {}

    def read(self):
        for block in self.blocks():
            self.take(block)
        self.check()
        return self.text

    def blocks(self):
        """[tokens] of each block of the first level."""
        block, depth = [], 0
        for token in self.tokens:
            block.append(token)
            depth += token.nesting
            if depth == 0:
                yield block
                block = []

    def take(self, block):
        kind = block[0].type
        if any(has_html(token) for token in block):
            raise NotACharter(f"Ce texte contient du HTML, qui n’a pas sa place dans une charte. {EXPECTED}")
        if kind == "heading_open":
            self.take_heading(int(block[0].tag[1]), block[1].content.strip())
        elif kind == "bullet_list_open" and self.take_list(block):
            pass
        elif kind != "hr":
            self.take_text(self.source(block[0]))
        self.said = block[1].content if kind == "paragraph_open" else ""

    def take_heading(self, level, title):
        article, chapter = ARTICLE.match(title), CHAPTER.match(title)
        if level == 1 and not self.text.title:
            self.text.title = title
        elif article:
            number = "1" if article[1].lower() in ("1er", "premier") else article[1]
            self.add("article", f"article-{number}", number, article[2])
        elif level <= 2 and chapter and chapter[2]:
            self.add("chapter", f"chapitre-{chapter[1].lower()}", chapter[1], chapter[2])
        elif level <= 2 and self.text.count("chapter") == 0:
            self.add("preface", self.numbered("avant-propos"), "", title)
        elif level <= 2:
            self.add("chapter", self.numbered("chapitre-sans-numero"), "", title)
        else:
            self.add("section", self.numbered(f"{self.place('chapter', 'preface')}-partie"), "", title)

    def take_list(self, block):
        """Whether the list is of commitments or of values; otherwise it is text."""
        items = [self.source(token) for token in block if token.type == "list_item_open" and token.level == 1]
        items = [BULLET.sub("", item, count=1) for item in items]
        if COMMITTED.search(self.said.strip()):
            place = self.place("article", "chapter")
            for item in items:
                self.add("commitment", self.numbered(f"{place}-engagement"), "", "", item)
        elif VALUES.search(self.said.strip()) and all(re.fullmatch(r"\*\*.+\*\*", item.strip()) for item in items):
            for item in items:
                self.add("value", self.numbered("valeur"), "", "", item.strip().strip("*").strip())
        else:
            return False
        return True

    def take_text(self, source):
        last = self.text.clauses[-1] if self.text.clauses else None
        if last and last.kind == "text":
            last.text += f"\n\n{source}"
        else:
            place = self.place("section", "article", "chapter", "preface") or "debut"
            self.add("text", self.numbered(f"{place}-texte"), "", "", source)

    def add(self, kind, key, number, title, text=""):
        self.text.clauses.append(Clause(key, kind, number, " ".join(title.split()), text.strip()))

    def numbered(self, name):
        """« valeur-1 », « valeur-2 »."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return f"{name}-{self.counts[name]}"

    def place(self, *kinds):
        """The key of the heading that one is under."""
        return next((clause.key for clause in reversed(self.text.clauses) if clause.kind in kinds), "")

    def source(self, token):
        first, last = token.map
        return "\n".join(self.lines[first:last]).strip("\n")

    def check(self):
        keys = [clause.key for clause in self.text.clauses]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            named = ", ".join(key.replace("-", " ") for key in twice)
            raise NotACharter(f"Le même numéro revient deux fois : {named}. Chaque chapitre, chaque article a le sien.")
        if not self.text.count("chapter") or not self.text.count("article"):
            raise NotACharter(f"Aucun chapitre ou aucun article n’a été reconnu. {EXPECTED}")
        if len(keys) > MOST_CLAUSES:
            raise NotACharter(f"Ce texte a plus de {MOST_CLAUSES} parties. {EXPECTED}")


def has_html(token):
    return token.type in ("html_block", "html_inline") or any(has_html(child) for child in token.children or ())


def keep_keys(text, before):
    """Clauses that are still the same take the identifier that they had; new ones take one that nobody had."""
    olds = {clause.key: clause for clause in before.clauses}
    news = list(text.clauses)
    for find in (with_same_words, with_same_key, alike_elsewhere):
        for new in list(news):
            old = find(new, olds)
            if old:
                new.key = olds.pop(old.key).key
                news.remove(new)
    used = {clause.key for clause in before.clauses} | {one.key for one in text.clauses if one not in news}
    for new in news:
        new.key = fresh(new.key, used)
        used.add(new.key)


def with_same_words(new, olds):
    """The same key first: « Nous nous engageons : » comes back in several articles."""
    same = [old for old in olds.values() if (old.kind, old.words) == (new.kind, new.words)]
    return next((old for old in same if old.key == new.key), same[0] if same else None)


def with_same_key(new, olds):
    old = olds.get(new.key)
    return old if old and old.kind == new.kind and likeness(new, old, SAME_PLACE) else None


def alike_elsewhere(new, olds):
    scored = [(likeness(new, old, ELSEWHERE), old) for old in olds.values() if old.kind == new.kind]
    best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] else None


def likeness(new, old, least):
    """From 0 to 1; 0 when less than `least`."""
    matcher = SequenceMatcher(None, new.words.split(), old.words.split())
    for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio):  # the quick ones are never less
        found = ratio()
        if found < least:
            return 0
    return found


def fresh(key, used):
    """« article-3 » when it is free, otherwise « article-3-2 »."""
    number, name = 2, key
    while name in used:
        name, number = f"{key}-{number}", number + 1
    return name


def in_words(text):
    """« 3 chapitres, 4 articles, 4 engagements, 6 valeurs »."""
    names = {"chapter": "chapitre", "article": "article", "commitment": "engagement", "value": "valeur"}
    counted = [(text.count(kind), name) for kind, name in names.items()]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counted if count)
