"""Markdown in, a charter’s clauses out, each with the identifier it had before wherever it is still the same."""

import re

from charter.identity import keep_keys
from charter.text import Clause, Text, markdown, said

MOST_BYTES = 120_000
MOST_CLAUSES = 500
CHAPTER = re.compile(r"(?:chapitre\s+)?([0-9]{1,2}|[IVX]{1,4})\s*(?:[–—:.)-]|$)\s*(.*)", re.IGNORECASE)
ARTICLE = re.compile(r"article\s+([0-9]{1,3}|1er|premier)\s*(?:[–—:.-]|$)\s*(.*)", re.IGNORECASE)
LIKE_AN_ARTICLE = re.compile(r"article\s+(?:\d|premier\b)", re.IGNORECASE)
COMMITTED = re.compile(r"engageons?(?: à)? ?:?$", re.IGNORECASE)
VALUES = re.compile(r"\bvaleurs?\b", re.IGNORECASE)
BULLET = re.compile(r"[ \t]*(?:[-*+]|[0-9]+[.)])(?:[ \t]+|$)")
MARKS = re.compile(r"^[ \t]*(?:[-*+>]|[0-9]+[.)]|#)", re.MULTILINE)
MOST_MARKS = 4 * MOST_CLAUSES  # lists that are plain text have any number of items, within reason
KEY = re.compile(r"[a-z0-9-]+")
LISTS = ("bullet_list_open", "ordered_list_open")
EXPECTED = (
    "Un fichier Markdown (.md) est attendu : un titre « # », des chapitres « ## 1 – … », des articles "
    "« ### Article 1 : … » et des listes « - … »."
)
HAS_HTML = f"Ce texte contient du HTML, qui n’a pas sa place dans une charte. {EXPECTED}"
TOO_MANY = f"Ce texte a plus de {MOST_CLAUSES} parties. {EXPECTED}"


class NotACharter(Exception):
    """Why a text is not taken, in a French sentence."""


def with_line_feeds(text):
    return re.sub(r"\r\n?", "\n", text)


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
    return with_line_feeds(text)


def read(text, before=None, *older):
    """The Text that a Markdown says; identifiers are those of `before` (a Text) wherever a clause is still the same.

    `older` Texts, the latest first, keep theirs from being given to anything else. NotACharter says in French what
    was expected.
    """
    text = with_line_feeds(text)
    check_size(text)
    found = Reader(text).read()
    if before:
        keep_keys(found, before, older)
    return found


def check_size(text):
    """Before anything is read: nobody waits for what is no charter."""
    if len(text.encode()) > MOST_BYTES:
        raise NotACharter(f"Ce texte est trop long pour une charte. {EXPECTED}")
    if "<!" in text or "<?" in text:
        raise NotACharter(HAS_HTML)
    if sum(1 for _ in MARKS.finditer(text)) > MOST_MARKS:
        raise NotACharter(TOO_MANY)


class Reader:
    def __init__(self, text):
        self.lines = text.split("\n")
        self.tokens = markdown(html=True).parse(text)
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
        if kind == "hr":
            return
        if any(has_html(token) for token in block):
            raise NotACharter(HAS_HTML)
        if any(token.type == "fence" for token in block):
            raise NotACharter(f"Ce texte contient un bloc de code (``` ou ~~~), qui n’a pas sa place ici. {EXPECTED}")
        if kind == "heading_open":
            self.take_heading(int(block[0].tag[1]), " ".join(said(block[1]).split()))
        elif kind in LISTS and self.take_list(block):
            pass
        else:
            self.take_text(self.source(block[0]))
        self.said = " ".join(block[1].content.split()) if kind == "paragraph_open" else ""
        if len(self.text.clauses) > MOST_CLAUSES:
            raise NotACharter(TOO_MANY)

    def take_heading(self, level, title):
        article, chapter = ARTICLE.match(title), CHAPTER.match(title)
        if article:
            number = "1" if article[1].lower() in ("1er", "premier") else article[1]
            self.add("article", f"article-{number}", number, article[2])
        elif LIKE_AN_ARTICLE.match(title):
            raise NotACharter(
                f"Ce titre d’article ne se comprend pas\u202f: «\u202f{title[:80]}\u202f». Écrivez-le comme ceci, "
                "le numéro en chiffres, puis deux points\u202f: «\u202f### Article 2\u202f: Accueillir\u202f»."
            )
        elif level <= 2 and chapter and chapter[2]:
            self.add("chapter", f"chapitre-{chapter[1].lower()}", chapter[1], chapter[2])
        elif level == 1 and not self.text.title:
            self.text.title = title
        elif level <= 2 and self.text.count("chapter") == 0:
            self.add("preface", self.numbered("avant-propos"), "", title)
        elif level <= 2:
            self.add("chapter", self.numbered("chapitre-sans-numero"), "", title)
        else:
            self.add("section", self.numbered(f"{self.place('chapter', 'preface')}-partie"), "", title)

    def take_list(self, block):
        """Whether the list is of commitments or of values; otherwise it is text."""
        items = [item_text(self.source(one)) for one in block if one.type == "list_item_open" and one.level == 1]
        if COMMITTED.search(self.said):
            place = self.place("article", "chapter")
            for item in items:
                self.add("commitment", self.numbered(f"{place}-engagement"), "", "", item)
        elif tells_values(self.said) and all(re.fullmatch(r"\*\*.+\*\*", item.strip()) for item in items):
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
        if not all(KEY.fullmatch(key) for key in keys):
            raise NotACharter("Un numéro de chapitre ou d’article n’est pas en chiffres ordinaires\u202f: 1, 2, 3.")
        if any(clause.kind in ("commitment", "value") and not clause.text for clause in self.text.clauses):
            raise NotACharter("Un engagement ou une valeur n’a pas de mots\u202f: écrivez-les, ou enlevez son tiret.")
        if not self.text.count("chapter") or not self.text.count("article"):
            raise NotACharter(f"Aucun chapitre ou aucun article n’a été reconnu. {EXPECTED}")


def has_html(token):
    return token.type in ("html_block", "html_inline") or any(has_html(child) for child in token.children or ())


def tells_values(words):
    """Whether the last sentence speaks of values, and a list follows."""
    return words.endswith(":") and VALUES.search(words.rpartition(".")[2]) is not None


def item_text(source):
    """What an item of a list says, without its mark nor the indent that goes with it."""
    first, *others = source.expandtabs(4).split("\n")
    mark = BULLET.match(first)[0]
    width = len(mark) if len(mark) < len(first) else len(mark.rstrip()) + 1
    return "\n".join([first[len(mark) :], *(re.sub(f"^ {{1,{width}}}", "", line) for line in others)])
