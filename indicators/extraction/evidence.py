"""What may state a figure in a report: a cell of a table, a sentence, a big number; each with what surrounds it."""

import re
from dataclasses import dataclass
from functools import cached_property

from indicators.extraction.cells import TOTAL
from indicators.extraction.turns import turns_in
from indicators.extraction.values import GOING, Figure
from indicators.extraction.words import folded, placed_stems, stem, stems

MEANT = 0.9  # of a word that another turn of phrase says
FAR = 90  # characters between a figure and a word that names it
ASIDE = re.compile(r"\([^)]*\)")
COUNTING = re.compile(r"\d|(?<!\w)(?:dix|vingt|trente|quarante|cinquante|soixante|cents?|mille)(?!\w)", re.I)
OTHER_FIGURE = re.compile(r"[;]|(?<!\w)(?:quarts?|tiers|moitié|majorité)(?!\w)|\d\s?[%€]?\s?[\w]")
BACK = re.compile(r"[:;,]\s(?:il|elle|ils|elles)\s(?=[^\W\d])", re.I)  # the subject, said again
OF_ONE = re.compile(r"\bune?\s[^\W\d]+\s$", re.I)
NOT_A_FIGURE = re.compile(r"(?:19|20)\d\d|\d+/\d+/\d+|m3")
SMALL_WORDS = (
    "au aux a en et ou pour dont contre soit sur par est sont ont sous dans avec sans selon le la les l d de du "
    "des un une ce cette qui que se ne y il elle nous on depuis lors cet ces fois puis mais ainsi comme ete etait "
    "etaient "
)
NOT_NOUNS = set(SMALL_WORDS.split())


@dataclass(eq=False)
class Evidence:
    kind: str  # row, sentence or big
    figure: Figure
    page: int
    words: list  # what is quoted
    value_words: list
    text: str  # the label of a row, or the sentence
    header: str = ""
    heading: str = ""
    year: int | None = None
    columns: int = 1
    beside_total: bool = False  # its row has a total in another column
    is_sum: bool = False  # of the rows above it
    openings: set | None = None  # the first letters of its words
    is_share: bool = False  # of a figure before it in its sentence, which is the sum
    is_first: bool = False  # of its row

    @property
    def first_header(self):
        return self.header.split(" / ")[0]

    @property
    def is_total(self):
        return self.is_sum or bool(TOTAL.match(self.text))

    @cached_property
    def near(self):
        """{stem: 1 near the figure, less when another figure, a comma or many words stand between}"""
        if self.kind != "sentence":
            meant = [word for words, _, _ in turns_in(self.text) for word in words]
            return {**dict.fromkeys(meant, MEANT), **dict.fromkeys(stems(self.text), 1.0)}
        found = {}
        for words, start, end in turns_in(self.text):
            near = MEANT * nearness(self.text, self.figure, start, end)
            found |= {word: max(found.get(word, 0), near) for word in words}
        for word, start, end in placed_stems(self.text):
            if self.figure.value > 1 and is_singular_participle(self.text, start, end):
                continue
            found[word] = max(found.get(word, 0), nearness(self.text, self.figure, start, end))
        return found

    @cached_property
    def column_stems(self):
        return set(stems(self.header))

    @cached_property
    def heading_stems(self):
        return set(stems(self.heading))

    @cached_property
    def nouns(self):
        """The words that follow the figure at once, up to a small word or a sign."""
        return following_nouns(self.text[self.figure.end :]) if self.kind == "sentence" else []


def is_singular_participle(text, start, end):
    """« un séjour aidé » says nothing of the families that are counted."""
    return text[end - 1] == "é" and bool(OF_ONE.search(text[max(0, start - 30) : start]))


def before_and_after(evidence):
    """What the sentence says before and after the figure."""
    if evidence.kind != "sentence":
        return "", ""
    return evidence.text[: evidence.figure.start], evidence.text[evidence.figure.end :]


def nearness(text, figure, start, end):
    is_before = end <= figure.start
    if is_before and (back := BACK.search(text, end, figure.start)):
        return 0.8 if back.end() + FAR > figure.start else 0.4
    gap = GOING.sub("", text[end : figure.start]) if is_before else text[figure.end : start]
    if is_aside(text, figure, start):
        return 0.3
    near = 1.0 if len(gap) < FAR else 0.7 if len(gap) < 2 * FAR else 0.4
    if OTHER_FIGURE.search(NOT_A_FIGURE.sub("", gap)):
        near *= 0.75
    if is_before and "=" in gap:
        return 0.4 * near
    if is_before:
        return near * (0.8 if "," in gap else 1)
    return near * (0.6 if re.search(r",|\bet\b", gap) else 1)


def is_aside(text, figure, position):
    """In parentheses that hold another figure: « 335 familles (dont 177 nouvelles) »."""
    asides = (match for match in ASIDE.finditer(text) if match.start() < position < match.end())
    return any(not match.start() < figure.start < match.end() and COUNTING.search(match[0]) for match in asides)


def is_noun(word):
    is_verb = word.endswith(("aient", "èrent"))
    return not is_verb and folded(word) not in NOT_NOUNS and bool(stem(word)) and not re.match(r"\W*\d", word)


def following_nouns(after):
    after = re.sub(r"^\s?(?:de |d['’]|des )", " ", after)
    after = re.split(r"[^\w\s'’-]", after)[0] if not after[:1].isalnum() else ""
    found = []
    for word in after.split()[:3]:
        is_complement = found and re.match(r"[dl]['’]", word)
        if is_complement or not is_noun(word):
            break
        found.append(stem(re.sub(r"^.['’]", "", word)))
    return found
