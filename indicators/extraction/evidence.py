"""What may state a figure in a report: a cell of a table, a sentence, a big number; each with what surrounds it."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from indicators.extraction.layout import A_CODE, NUMBERED, paragraphs_of, pieces
from indicators.extraction.tables import REST, TOTAL, Table, column_year, corner_of, is_total, on_a_row, right_of
from indicators.extraction.turns import turns_in
from indicators.extraction.values import GOING, LEFT_OUT, NONE, STATES, Figure, figures_in
from indicators.extraction.words import folded, placed_stems, stem, stems

ABBREVIATION = re.compile(r"(?:\b(?:art|cf|p|n|M|Mme|env|etc|R|L|D|St|av|bd|tél|max|min|hab|H\.T|T\.T\.C|[A-Z]))\.$")
CONTENTS = re.compile(r"\W*(?:sommaire|table des mati[èe]res|plan du rapport)\W*", re.I)
LAST_NUMBER = re.compile(r"\D\s?(\d{1,3})\s*$")
LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:p\.?\s?)?(\d{1,3})\s*$")
WINDOW = 400  # characters kept on each side of a figure
MOST_FIGURES = 60  # of one sentence, beyond which it is a list of numbers
LEAST_RUNNING, LONGEST_NAME = 14, 32  # words
MEANT = 0.9  # of a word that another turn of phrase says
FAR = 90  # characters between a figure and a word that names it
ASIDE = re.compile(r"\([^)]*\)")
COUNTING = re.compile(r"\d|(?<!\w)(?:dix|vingt|trente|quarante|cinquante|soixante|cents?|mille)(?!\w)", re.I)
OTHER_FIGURE = re.compile(r"[;]|(?<!\w)(?:quarts?|tiers|moitié|majorité)(?!\w)|\d\s?[%€]?\s?[\w]")
ANAPHORA = re.compile(r"\W*(?:ils|elles|leurs?|ceux-ci|celles-ci)(?!\w)", re.I)
THAT_IS = re.compile(r",?\ssoit\s\d.*$", re.I)  # « 11 salariés, soit 9,4 ETP »
DONT = re.compile(r"\W*dont\s", re.I)
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


def around(evidence):
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


def evidence_of(pages_of_cells, pages):
    """All the evidence of a document, in its order."""

    found, heading, carried, contents = [], "", None, False
    for page, cells in zip(pages, pages_of_cells, strict=True):
        table = Table(cells, carried, page.across)
        contents = is_contents(page.text, len(pages), contents)
        if contents:
            continue
        prose = [cell for cell in table.cells if not table.is_value(cell) and is_prose(cell, table)]
        paragraphs = paragraphs_of(prose)
        heads = true_headings(paragraphs, table)
        table.headings = {id(cell) for head in heads for cell in head.cells}
        table.prose = {id(cell) for paragraph in paragraphs if is_running(paragraph) for cell in paragraph.cells}
        for head, paragraph in under_headings(paragraphs, heading):
            found += sentences_of(paragraph, head)
        for cell in table.values:
            found += rows_of(cell, table, heading_before(cell, heads, heading))
        heading = heads[-1].text if heads else heading
        carried, table.before = table, None
    return found


def carry_subjects(evidence):
    carry_pronouns(evidence)
    carry_dont(evidence)


def counted_by(e):
    return " ".join(e.text[e.figure.end :].split()[:2]) if e.nouns else ""


def carry_dont(evidence):
    """« dont chauds » beside « Repas servis »"""
    before = None
    for e in (e for e in evidence if e.kind != "sentence"):
        if DONT.match(e.text) and before and e.page == before.page:
            e.heading = f"{e.heading} / {before.text}"
        elif re.match(r"\W*[^\W\d_]{4}", e.text):
            before = e


def carry_pronouns(evidence):
    """« Ils déclarent 4 870 heures »: those that the sentence before counts."""
    counted = ""
    for _, sentence in groupby((e for e in evidence if e.kind == "sentence"), key=lambda e: (e.page, e.text)):
        sentence = list(sentence)
        if ANAPHORA.match(sentence[0].text):
            for e in sentence:
                e.heading = f"{e.heading} / {counted}"
        else:
            counted = counted_by(sentence[0]) or counted


def is_running(paragraph):
    """Lines of a text, which never are the heading of a column."""
    return not paragraph.is_heading and len(paragraph.cells) > 1 and len(paragraph.words) > LEAST_RUNNING


def true_headings(paragraphs, table):
    """Headings stand alone on their line; side by side, they are those of columns."""
    firsts = {id(paragraph.cells[0]) for paragraph in paragraphs if paragraph.is_heading}
    for paragraph in paragraphs:
        mates = table.mates(paragraph.cells[0])
        is_column = len(mates) > 1 or any(id(mate) in firsts for mate in mates) or is_split(paragraph)
        code = code_beside(paragraph.cells, table)
        is_named = bool(code) and len(paragraph.words) <= LONGEST_NAME and not has_values(paragraph.cells, table)
        paragraph.is_heading = (paragraph.is_heading or is_named) and not is_column
        if paragraph.is_heading:
            paragraph.words = [*code, *paragraph.words]
    return [paragraph for paragraph in paragraphs if paragraph.is_heading]


def has_values(cells, table):
    top, bottom = cells[0].box[1] - 6, cells[-1].box[3] + 6
    return any(top < (value.box[1] + value.box[3]) / 2 < bottom for value in table.values)


def code_beside(cells, table):
    """An indicator's code in its own frame, at the left of its name."""
    left, top, bottom = cells[0].box[0], cells[0].box[1], cells[-1].box[3]
    codes = [cell for cell in table.cells if A_CODE.fullmatch(cell.text) and cell.box[2] < left]
    return next((cell.words for cell in codes if top - 3 < (cell.box[1] + cell.box[3]) / 2 < bottom + 3), [])


def is_split(paragraph):
    """Two titles on a line, and not a number and its title."""
    first, *others = paragraph.cells
    return any(on_a_row(first, other) for other in others) and bool(re.search(r"[^\W\d_]{3}", first.text))


def under_headings(paragraphs, heading):
    for paragraph in paragraphs:
        yield heading, paragraph
        if paragraph.is_heading:
            heading = paragraph.text


def heading_before(cell, heads, heading):
    before = [head for head in heads if head.place < cell.place]
    return before[-1].text if before else heading


def is_contents(text, count, goes_on=False):
    """A table of contents: lines that end with the number of a page, in order, after dots or under its title."""
    lines = [line.strip() for line in text.splitlines()]
    dotted = [match for match in map(LEADERS.search, lines) if match]
    titled = any(CONTENTS.fullmatch(line) for line in lines[:6])
    ending = [match for match in map(LAST_NUMBER.search, lines) if match] if titled else dotted
    numbers = [int(match[1]) for match in ending]
    few = 1 if goes_on else 4
    return len(dotted if not titled else ending) >= few and max(numbers) <= count + 5 and is_rising(numbers)


def is_rising(numbers):
    return sum(later >= earlier for earlier, later in pairwise(numbers)) >= 0.8 * (len(numbers) - 1)


def is_prose(cell, table):
    if not cell.is_ruled:
        return not table.is_label(cell)
    return len(cell.words) >= 4 and bool(re.search(r"[^\W\d]{3}", cell.text))


def rows_of(cell, table, heading):
    figure = table.figures[id(cell)]
    label = table.label_cells(cell)
    is_big = not label and table.is_big(cell)
    own = REST.sub(" ", cell.text[: figure.start] + cell.text[figure.end :]).strip()
    if is_big and not re.search(r"[^\W\d_]{3}", own):
        label = right_of(cell, table) or table.captions(cell)
    headers = [] if is_big else table.headers(cell)
    mates = [other for other in table.mates(cell) if table.is_value(other)]
    between = [] if is_big else [other for other in mates if other.frame[2] <= cell.frame[0] + 3]
    words = [word for part in [*label, *between] for word in part.words]
    header = " / ".join(other.text for other in headers[:3])
    heading = f"{heading} / {corner_of(headers, table)}".strip(" /")
    text = THAT_IS.sub("", " ".join([*(part.text for part in label), own]).strip())
    beside_total = not is_total(headers) and any(is_total(table.headers(mate)) for mate in mates)
    yield Evidence(
        "big" if is_big else "row", figure, cell.page, [*words, *cell.words], cell.words, text, header, heading,
        column_year(headers), len(mates) + 1, beside_total, is_first=not between,
    )  # fmt: skip


def sentences_of(paragraph, heading):
    for words in sentence_words(paragraph):
        spans, text = [], ""
        for word, piece in pieces(words):
            spans.append((len(text), len(text) + len(piece), word))
            text += piece
        number = NUMBERED.match(text)
        figures = [*figures_in(text), *states_in(text), *nothing_in(text)]
        figures = [figure for figure in figures if not number or figure.start >= number.end()]
        figures = figures if re.search(r"[^\W\d]{3}|=", text) else []
        for figure in figures[:MOST_FIGURES]:
            yield sentence_evidence(figure, figures, spans, text, heading)


def sentence_evidence(figure, figures, spans, text, heading):
    """The sentence, or what stands around the figure when it is very long."""
    start, end = max(0, figure.start - WINDOW), figure.end + WINDOW
    words = [word for first, last, word in spans if start < last and first < end]
    inside = [word for first, last, word in spans if first < figure.end and figure.start < last]
    moved = replace(figure, start=figure.start - start, end=figure.end - start)
    return Evidence("sentence", moved, inside[0].page, words, inside, text[start:end], "", heading, None, len(figures))


def sentence_words(paragraph):
    """The paragraph's words, sentence by sentence."""
    sentence = []
    for word, following in zip(paragraph.words, [*paragraph.words[1:], None], strict=True):
        sentence.append(word)
        if following is None or (len(sentence) > 2 and ends(word.text, following.text)):
            yield sentence
            sentence = []


def ends(text, following):
    stops = (
        not text.endswith("..") and text.endswith((".", "!", "?", ";", "!»", ".»")) and not ABBREVIATION.search(text)
    )
    return (stops and bool(re.match(r"[A-ZÀ-ÝŒ•«\"\d(]", following))) or bool(
        re.match(r"[•▪➢→✓■\uf000-\uf0ff]", following)
    )


def states_in(text):
    for match in STATES.finditer(text):
        yield Figure(match.start(), match.end(), 0.0 if match["no"] else 100.0, marks={"state"})


def nothing_in(text):
    for match in NONE.finditer(text):
        if LEFT_OUT.search(text, 0, match.start()):
            continue
        yield Figure(match.start(), match.start() + len(match[0].rstrip()), 0.0, marks={"none"})
