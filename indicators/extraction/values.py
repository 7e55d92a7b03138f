"""The figures of a French text (« 1 187 », « 12,5 % », « 3 k€ », « quatre-vingts », « une centaine »)."""

import re
import unicodedata
from dataclasses import dataclass, field

SPACE = "[ \u00a0\u202f\u2009]"
NUMBER = re.compile(
    r"(?<![\w.,/°])(?:(?P<sign>[+\u2212–-])\s?)?"
    rf"(?P<digits>\d{{1,3}}(?:{SPACE}\d{{3}})+(?!\d)|\d{{1,3}}(?:['’]\d{{3}})+(?!\d)|\d{{1,3}}(?:\.\d{{3}}){{2,}}(?!\d)|\d+)"
    r"(?P<decimals>\s?,\d+|\.\d+)?(?![\d])"
)
UNITS = {
    "%": "%", "pour cent": "%", "‰": "‰",
    "k€": "k€", "keuros": "k€", "m€": "m€", "€": "€", "euros": "€", "euro": "€", "eur": "€",
    "€/m3": "€/m3", "m3": "m3", "m2": "m2", "km": "km", "ml": "m", "m": "m", "kwh": "kwh", "mg/l": "mg/l",
    "tms": "tms", "tonnes": "t", "tonne": "t", "t": "t", "kg": "kg", "kilos": "kg", "litres": "l",
    "heures": "h", "heure": "h", "h": "h", "minutes": "min", "jours": "j", "jour": "j", "mois": "mois",
    "semaines": "sem", "ans": "an", "an": "an", "points": "point", "point": "point", "etp": "etp",
}  # fmt: skip
SCALES = {"k€": ("€", 1000), "m€": ("€", 1_000_000)}
UNIT = re.compile(
    r"\s?(?P<unit>(?:h\.?t\.?|t\.?t\.?c\.?)?\s?"
    r"(?:%|‰|pour cent|[km]\s?€|€\s?(?:h\.?t\.?|t\.?t\.?c\.?)?\s?"
    r"(?:/\s?m[3³&]?|(?:par|le|du|au)\s(?:m[3³](?!\w)|mètres?\scubes?))?|k?euros?\b|eur\b|m[23³²](?!\w)"
    r"|km(?!\w)|kwh\b|mg/l|tms\b|tonnes?\b|kg\b|kilos\b|litres\b|heures?\b|h(?![\w])|minutes\b|jours?\b|mois\b"
    r"|équivalents?[ -]temps[ -]pleins?\b"
    r"|semaines?\b|ans?\b|points?\b|etp\b|ml\b|[mt](?![\w’'°])))",
    re.I,
)
MILLIONS = re.compile(r"\s?(millions?|milliers?|milliards?)\b(?:\s(?:d['’]|de\b))?", re.I)
TIMES = {"million": 10**6, "millier": 10**3, "milliard": 10**9}
MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|janv|fév|sept|oct|nov|déc"
)
NO_VALUES = [
    re.compile(pattern, re.I)
    for pattern in (
        r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}\b",  # dates
        r"\b(?:au|le|du|jusqu['’]au)\s\d{1,2}[/.](?:0\d|1[0-2])\b\.?(?!\d)",
        r"(?<![\d,])\d{1,2}(?:\.\d{1,2}){2,}\.?(?!\d)",  # numbering
        rf"\b(?:1er|\d{{1,2}})\s(?:{MONTHS})\b\.?(?:\s(?:19|20)?\d{{2}}\b)?",
        rf"\b(?:{MONTHS})\s(?:19|20)\d{{2}}\b",
        r"(?:\+\s?33[ .]?|\b0)\d(?:[ .-]?\d{2}){4}\b",  # phones
        r"(?:siret|siren|rna|naf|ape|iban|fax|tél\w*)\W{0,4}(?:n°\s?)?[\d ]{5,}",
        r"\b\d{3} \d{3} \d{3} \d{5}\b",
        r"\b\d{5}\s(?=[A-ZÉÈ][\w-]+)(?-i:(?=[A-ZÉÈ]))",  # postcodes
        r"\b(?:19|20)\d{2}\s?[/–-]\s?(?:19|20)?\d{2}\b",  # seasons
        r"\b(?:articles?|art\.|n°s?|numéros?|page|pages|p\.|chapitre|tableau|figure|annexe|alinéa|étape|fiche|lot|phase|axe"
        r"|partie|titre|objectif|salle|bâtiment|arrondissement|loi|décret|parties)\s?(?:n°\s?)?[a-z]?\d[\d.-]*(?![\d€%])",
        r"\b\d{1,4}(?:\s?(?:bis|ter))?,?\s(?=(?:rue|avenue|place|boulevard|bd|allée|chemin|impasse|route|quai|square)\b)",
        r"\b\d{1,2}\s?h\s?\d{2}\b|\b\d{1,2}\s?h(?:eures?)?\s?(?:à|-|–|et|/)\s?\d{1,2}\s?h(?:eures?)?(?:\d{2})?\b",
        r"(?:^|(?<=[.;•] ))\W*\d{1,2}\s?h,\s|\bà\s\d{1,2}\s?h(?!\w)",  # « 11 h, l'atelier »
        r"\b\d+(?:er|ère|re|e|è|ème|eme|ième|nd|nde)s?\b",  # ranks
        r"\((?:\d{1,2}|\*)\)",  # notes
        r"\b(?-i:[A-Z]{1,4})[. ]{0,2}\d+(?:[.-]\d+)+\w?\b|\b(?-i:[A-Z]{1,3})\.? ?\d{3,}(?:[.-]\d+)*\b",  # codes
        r"\b(?:le|au|du)\s(?:115|119|3919)\b",  # helplines
        r"\bN\s?[-+]\s?\d\b",
        r"\b(?-i:[A-Z])\. ?\d{3}\.\d\b",
        r"\b(?:19|20)\d{2}\b(?![ \u00a0\u202f]\d{3}\b)(?!\s?(?:%|€|heures))(?![.,]\d)",  # years
    )
]
AROUND = re.compile(
    r"(?:près de|environ|plus de|moins de|presque|quelque|autour de|à peu près|au moins|au minimum|au maximum|≈|~"
    r"|env\.)(?:\sd[eu']\s?:?)?\s*$",
    re.I,
)
RANGE_AFTER = re.compile(r"^(?:\s?[%€]|\s[\w]{1,9})?\s?(?:à|-|–|—|ou)\s?\+?\s?\d")
BETWEEN = re.compile(r"\bentre\s$", re.I)
GOING = re.compile(r"\bpass\w+\s(?:\w+\s)?de\s(?:\d[\d\s.,%€]*(?:[^\W\d]+\s)?à\s)?$", re.I)
RANGE_BEFORE = re.compile(
    r"(?:\b(?:de|entre)\s[\d\s.,%€]+(?:[\w]{1,9}\s)?(?:à|et)\s|\d\s?(?:[%€]\s?)?[-–—]\s?|(?<![\d.,])\d{1,3}\sà\s|\bou\s)$",
    re.I,
)
FRACTION = re.compile(r"^\s?/\s?(?P<most>\d+)(?![\d/])")


@dataclass(slots=True)
class Figure:
    start: int
    end: int  # its unit included
    value: float
    unit: str = ""  # "" when none is written beside it
    marks: set = field(default_factory=set)  # approximate, range, signed, word, year, dotted, HT, TTC
    most: float | None = None  # « 75/120 » is 75 out of 120


def figures_in(text):
    text = unicodedata.normalize("NFC", text)
    taken = blind_spots(text)
    found = [figure for figure in [*digit_figures(text), *word_figures(text)] if is_clear(figure, taken)]
    return sorted(found, key=lambda figure: figure.start)


def blind_spots(text):
    return [match.span() for pattern in NO_VALUES for match in pattern.finditer(text)]


def is_clear(figure, taken):
    return not any(start < figure.end and figure.start < end for start, end in taken)


def digit_figures(text):
    position = 0
    while match := NUMBER.search(text, position):
        position = match.end()
        figure = figure_of(match)
        if figure.marks & {"out"}:
            continue
        if with_fraction(figure, text) and with_unit(figure, text):
            mark(figure, text)
            yield figure
        position = max(position, figure.end)


def figure_of(match):
    digits, decimals = re.sub(r"\D", "", match["digits"]), (match["decimals"] or "").strip()
    figure = Figure(match.start("digits"), match.end(), float(digits + decimals.replace(",", ".")))
    if decimals.startswith(".") and len(decimals) == 4 and digits != "0" and len(digits) <= 3:
        figure.marks.add("dotted")  # 1.234 is one, or a thousand
    if match["sign"]:
        figure.marks.add("signed")
        figure.value *= -1 if match["sign"] != "+" else 1
    return figure


def with_fraction(figure, text):
    if match := FRACTION.match(text[figure.end :]):
        figure.most = float(match["most"])
        figure.end += match.end()
    return True


def with_unit(figure, text):
    """Takes in the unit; False when a letter sticks to the number, which is then a name (12bis, 4L)."""
    if match := MILLIONS.match(text, figure.end):
        figure.value *= TIMES[match[1].lower().rstrip("s")]
        figure.end = match.end()
    if match := UNIT.match(text, figure.end):
        figure.end = match.end()
        read_unit(figure, match["unit"])
        return True
    return not re.match(r"[^\W\d_]", text[figure.end : figure.end + 1])


def read_unit(figure, written):
    plain = written.lower().replace("³", "3").replace("²", "2").replace("&", "3")
    plain = re.sub(r"(?:par|le|du|au)\s(?:m3|mètres?\scubes?)", "/m3", plain)
    for tax in ("HT", "TTC"):
        if re.search(r"\.?".join(tax.lower()), plain):
            figure.marks.add(tax)
    plain = re.sub(r"h\.?t\.?|t\.?t\.?c\.?|\s", "", plain) if "€" in plain else plain.strip()
    figure.unit = "etp" if plain.startswith("équivalent") else UNITS.get(plain.rstrip("/"), plain)
    if figure.unit in SCALES:
        figure.unit, times = SCALES[figure.unit]
        figure.value *= times


def mark(figure, text):
    before, after = text[max(0, figure.start - 40) : figure.start], text[figure.end : figure.end + 40]
    if AROUND.search(before[-24:]):
        figure.marks.add("approximate")
    if GOING.search(before):
        return
    if RANGE_AFTER.match(after) or BETWEEN.search(before) or RANGE_BEFORE.search(before[-24:]):
        figure.marks.add("range")


WORDS = {
    "zéro": 0, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20,
    "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "octante": 80,
    "nonante": 90, "cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6, "un": 1, "une": 1,
}  # fmt: skip
ABOUT = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
}  # fmt: skip
WORD = "|".join(sorted(WORDS, key=len, reverse=True))
SPELLED = re.compile(rf"(?<![\w-])(?:{WORD})(?:(?:[ -]|[ -]et[ -])(?:{WORD}))*(?![\w-])", re.I)
SPELLED_ABOUT = re.compile(
    rf"(?<!\w)(?:(?P<times>{WORD}|quelques|plusieurs)\s)?(?P<about>{'|'.join(ABOUT)})s?(?!\w)", re.I
)


PRONOUN = re.compile(r"\b(?:aux|les|des|ces|nos|leurs)\s$", re.I)


def word_figures(text):
    for match in SPELLED_ABOUT.finditer(text):
        times = WORDS.get((match["times"] or "un").lower())
        if times:
            value = float(times * ABOUT[match["about"].lower()])
            yield spelled(text, match.start(), match.end(), value, {"word", "approximate"})
    for match in SPELLED.finditer(text):
        value = number_in_words(match[0])
        if PRONOUN.search(text[: match.start()][-12:]) and not re.match(r"\s?[^\W\d]", text[match.end() :]):
            continue  # « venus aux deux »
        after_digits = re.search(r"\d\s?$", text[: match.start()][-3:])
        if value is not None and not after_digits and not SPELLED_ABOUT.match(text, match.start()):
            yield spelled(text, match.start(), match.end(), float(value), {"word"})


def spelled(text, start, end, value, marks):
    figure = Figure(start, end, value, marks=marks)
    with_unit(figure, text)
    mark(figure, text)
    return figure


def number_in_words(text):
    """« deux cent quatre-vingt-seize » is 296; None for « un » and « une » alone, which are rarely counts."""
    words = [word for word in re.split(r"[ -]", text.lower()) if word != "et"]
    if words in (["un"], ["une"]):
        return None
    total = hundreds = 0
    for word in words:
        value = WORDS[word]
        if value >= 1000:
            total, hundreds = total + max(hundreds, 1) * value, 0
        elif value == 100 or (word in ("vingt", "vingts") and hundreds % 100 == 4):
            hundreds = (
                hundreds - hundreds % 100 + (hundreds % 100 or 1) * value if value == 20 else max(hundreds, 1) * 100
            )
        else:
            hundreds += value
    return total + hundreds


STATES = re.compile(
    r"(?<!\w)(?P<no>non[\s-]conformes?|(?:n['’]est|ne sont)\s(?:pas|plus)\sconformes?|ne\srépond(?:ent)?\spas)"
    r"|(?<!\w)(?P<yes>conformes?)(?!\w|\saux?\sarticle)",
    re.I,
)
ANSWERS = {"oui": True, "o": True, "non": False, "n": False, "conforme": True, "conformes": True, "non conforme": False}
NONE = re.compile(r"(?<!\w)(?:aucune?s?|pas (?:eu )?(?:de|d['’])|ni(?= ))\s?(?!autres?\b)(?=\w)", re.I)
LEFT_OUT = re.compile(r"(?:int[èe]gr|compren|inclu|comptabilis|concern)\w*\s(?:pas|plus)\b", re.I)  # of a report
