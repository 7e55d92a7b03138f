"""The indicators to look for: their words, codes, units and bounds, from any catalogue."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from indicators.extraction.words import OPENING, PLAIN, PREPOSED, folded, stems

PLAUSIBLE = 3  # times the highest figure that the portal finds usual
A_CODE = re.compile(r"(?=\w*\d)[\w.-]{4,}")
CODE_PARTS = re.compile(r"[A-Za-z]+|\d+")
PATTERN_SIGNS = re.compile(r"\\[sdwb]|[\[\]|*+?^$]")  # of a keyword that is a regular expression
UNBOUNDED = re.compile(r"(?<!\\)[*+{]")
SLOW = re.compile(r"\)[*+?{]|\\\d|\(\?P?[=<!]")  # a repeated group, a group said again or looked for aside
MOST_UNBOUNDED, LONGEST_PATTERN = 2, 100
RATIOS = re.compile(r"/|‰|%|\bpar\b|taux|moyenne", re.I)
FAMILIES = {
    "%": {"%", "pourcent", "pourcentage", "pct", "‰"},
    "€": {"€", "euro", "euros", "eur", "k€"},
    "h": {"h", "heure", "heures"},
    "j": {"jour", "jours", "j"},
    "an": {"an", "ans", "annee", "annees"},
    "point": {"point", "points", "pt", "pts"},
    "t": {"t", "tonne", "tonnes", "tms"},
    "kg": {"kg", "kilo", "kilos"},
    "km": {"km"},
    "m3": {"m3"},
    "etp": {"etp"},
    "mois": {"mois"},
}


@dataclass
class Phrase:
    weights: dict  # stem: weight
    text: str  # as the catalogue writes it
    is_label: bool = False
    is_shared: bool = False  # a keyword of several indicators
    own: set = field(default_factory=set)  # its words that no other indicator uses
    is_definition: bool = False  # two words of the definition
    pattern: re.Pattern | None = None  # of a keyword that is a regular expression

    @cached_property
    def reversed(self):
        """« accueil de jour » is not « jours d’accueil »."""
        match = re.fullmatch(r"([^\W\d]+) (?:de |d['’]|du |des )([^\W\d]+)", self.text, re.I)
        turned = match and rf"\b{match[2].rstrip('sx')}\w?\s(?:de |d['’]|du |des ){match[1].rstrip('sx')}"
        return re.compile(turned, re.I) if turned else None

    @property
    def first(self):
        """The first word that is its own: what it counts."""
        words = self.weights if self.is_definition else stems(self.text)
        return next((word for word in words if word not in PLAIN and not word.startswith(PREPOSED)), "")

    @cached_property
    def parting(self):
        """Its words that make a part of what is counted: « premières », « nouveaux »."""
        return [word for word in self.weights if word.startswith(("premi", "nouve"))]

    @property
    def total(self):
        return sum(self.weights.values())


@dataclass
class Indicator:
    code: str
    label: str
    unit: str = ""
    decimals: int | None = None
    low: float | None = None
    high: float | None = None
    phrases: list = field(default_factory=list)
    code_pattern: re.Pattern | None = None
    names: str = ""  # its label and keywords, folded
    telling: set = field(default_factory=set)  # the words that it alone says, or that only its label begins with
    part_of: str = ""  # the code of the whole, for a part of a breakdown
    dimension: str = ""

    @cached_property
    def family(self):
        plain = folded(self.unit).strip()
        return next((name for name, words in FAMILIES.items() if plain in words), "")

    @cached_property
    def unit_stems(self):
        return {"h": {"heur"}, "an": {"an", "anne", "dure"}, "etp": {"etp", "equival"}}.get(self.family, set())

    @property
    def first_word(self):
        first = next(iter(stems(self.label)), "")
        return "" if first.startswith(PREPOSED) else first

    @cached_property
    def head(self):
        """The first word of its label, and its unit."""
        return {self.first_word} - {""} | self.unit_words

    @cached_property
    def openings(self):
        return {word[:OPENING] for phrase in self.phrases for word in phrase.weights}

    @cached_property
    def firsts(self):
        """What it counts, in each way of saying it."""
        return {phrase.first for phrase in self.phrases} | self.unit_words

    @cached_property
    def unit_words(self):
        return set(stems(self.unit))

    @cached_property
    def is_ratio(self):
        return bool(
            RATIOS.search(self.unit)
            or re.search(r"\btaux\b|\bpar (?:jour|mois|semaine|personne|an)\b|moyen", folded(self.label))
        )

    @cached_property
    def is_plain(self):
        """Its label is one word alone: « Contacts »."""
        return len(set(stems(self.label)) - PLAIN) == 1

    @cached_property
    def is_share(self):
        """Of another indicator: « Dont repas chauds »."""
        return folded(self.label).startswith("dont ")

    @cached_property
    def is_rate(self):
        """So many for so many: « /100 km »."""
        return bool(re.search(r"/ ?1000?", self.unit))

    @cached_property
    def is_state(self):
        """« conforme » or « non conforme », given as 100 or 0."""
        return self.family == "%" and folded(self.label).startswith("conformite")

    @cached_property
    def vocabulary(self):
        said = {stem for phrase in self.phrases if not phrase.is_definition for stem in phrase.weights}
        return said | set(stems(self.unit))

    def accepts(self, value):
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def read_catalogue(entries):
    """Indicators from a list of {"code", "label", "unit", "decimals", "min", "max", "keywords"}, or the portal's.

    A part of a breakdown also has "part_of" (the code of its whole) and "dimension".
    """
    if isinstance(entries, dict):
        entries = [flat for entry in entries["indicators"] for flat in portal_entries(entry)]
    texts = [(entry, [entry["label"], *(entry.get("keywords") or [])]) for entry in entries]
    wholes = [(entry, said) for entry, said in texts if not entry.get("part_of")]
    spread = Counter(stem for _, said in wholes for stem in set(stems(" ".join(said))))
    lone = Counter(min(found) for _, said in wholes for found in map(set, map(stems, said)) if len(found) == 1)
    made = [indicator(entry, said, spread, lone, len(wholes)) for entry, said in texts]
    clauses = [
        [clause.strip() for clause in re.split(r"[,;:.]|\b(?:et|ou)\b", entry.get("definition") or "")]
        for entry, _ in texts
    ]
    often = Counter(pair for said in clauses for clause in said for pair in pairwise(stems(clause)))
    begins = Counter(one.first_word for one in made if not one.part_of)
    for one, said in zip(made, clauses, strict=True):
        one.telling = {
            word for word in one.vocabulary if spread[word] == 1 or (word == one.first_word and begins[word] == 1)
        }
        one.phrases += defining_phrases(said, one, made, spread, often)
    return made


COMMON = PLAIN | set(  # words of any definition
    stems(
        "compte compter comptent compté compris comprise même seul seule quand prend pris fois chacun chacune personne"
        " personnes jour jours deux trois quatre cinq dix cent reste fait font faire déjà quel quelqu temps pouvez"
        " suffit convient longue petit grand plein prix façon habituelle aller allée rencontre donné donnée payé partie"
        " période plusieurs parce auxquelles pu lieu enfants enfant adulte vit moins sous fin mi"
    )
)


def defining_phrases(clauses, made, indicators, spread, often):
    """Two words that follow one another in a definition, one of which no other indicator says: « jamais venues »."""
    others = [set(phrase.weights) for other in indicators if other is not made for phrase in other.phrases]
    for clause in clauses:
        for pair in pairwise(stems(clause)):
            is_told = often[pair] == 1 and any(spread[word] == 0 for word in pair) and not COMMON & set(pair)
            if is_told and not any(set(pair) <= words for words in others):
                yield Phrase(dict.fromkeys(pair, 1.0), clause, is_definition=True)


def portal_entries(entry):
    """An indicator of the portal, then the parts of its breakdowns; a ratio is computed, not read."""
    if entry.get("total") == "ratio":
        return
    yield portal_entry(entry)
    for breakdown in entry.get("breakdowns", ()):
        for part in breakdown["parts"]:
            whole = {"unit": entry["unit"], "high": entry.get("high"), "part_of": entry["code"]}
            yield portal_entry({**whole, **part, "dimension": breakdown["dimension"]})


def portal_entry(entry):
    names = {"code": entry["code"], "label": entry["label"], "unit": entry["unit"], "decimals": 0}
    most = entry.get("high") and entry["high"] * PLAUSIBLE
    names |= {name: entry[name] for name in ("part_of", "dimension", "definition") if name in entry}
    return {**names, "min": 0, "max": most, "keywords": entry.get("synonyms", [])}


def indicator(entry, texts, spread, lone, count):
    made = Indicator(
        entry["code"],
        entry["label"],
        entry.get("unit") or "",
        entry.get("decimals"),
        entry.get("min"),
        entry.get("max"),
    )
    said = Counter(stem for text in texts for stem in set(stems(text)))
    characteristic = {*stems(made.label), *stems(made.unit), *(stem for stem, times in said.items() if times > 1)}
    for position, text in enumerate(texts):
        if PATTERN_SIGNS.search(text):
            made.phrases += pattern_phrases(text)
        elif found := set(stems(re.sub(r"\([^)]*\)", "", text))):
            shared = len(found) == 1 and lone[min(found)] > 1
            own = {stem for stem in found & characteristic if spread[stem] == 1}
            weights = {stem: weight(stem, spread, count) for stem in found}
            made.phrases.append(Phrase(weights, text, position == 0, shared, own))
    made.part_of, made.dimension = entry.get("part_of") or "", entry.get("dimension") or ""
    made.names = folded(" / ".join(texts))
    made.phrases += wider(made, spread, count)
    made.code_pattern = code_pattern(made.code)
    return made


def pattern_phrases(text):
    """A keyword that is a regular expression, unless it is wrong or could take long."""
    if len(text) > LONGEST_PATTERN or SLOW.search(text) or len(UNBOUNDED.findall(text)) > MOST_UNBOUNDED:
        return
    try:
        yield Phrase({}, text, pattern=re.compile(text, re.I))
    except re.error:
        return


def wider(made, spread, count):
    """The head of a long label, and single keywords together: both say more than one word alone."""
    head = list(dict.fromkeys(stems(made.label)))
    lone = {
        stem: weight for phrase in made.phrases if len(phrase.weights) == 1 for stem, weight in phrase.weights.items()
    }
    if len(head) > 5:
        yield Phrase({stem: weight(stem, spread, count) for stem in head[:3]}, made.label, True)
    if len(lone) > 1:
        yield Phrase(lone, made.label, True)


def weight(stem, spread, count):
    """A word says the more, the fewer indicators use it."""
    rare = 1 - 0.6 * math.log(max(spread[stem], 1)) / math.log(max(count, 2))
    return 0.25 * rare if stem in PLAIN else rare


def code_pattern(code):
    """« D.202.0 » is D202.0, « P202.2 » is P202.2B; a code without figures is too plain to be looked for."""
    if not A_CODE.fullmatch(code):
        return None
    *parts, last = CODE_PARTS.findall(code)
    ending = f"(?:{re.escape(last)})?" if last.isalpha() else rf"[ .]?{re.escape(last)}"
    return re.compile(r"(?<!\w)" + r"[ .]?".join(map(re.escape, parts)) + ending + r"(?![\w]|\.\d)", re.I)
