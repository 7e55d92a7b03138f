"""Which year a text, a column or a figure speaks of."""

import re
from collections import Counter

BEFORE = -1  # « l'année précédente », whatever the year
MONTH = (
    r"(?:jan\w*\.?|f[ée]v\w*\.?|mars|avr\w*\.?|mai|juin|juil\w*\.?|ao[uû]t|sept\w*\.?|oct\w*\.?|nov\w*\.?|d[ée]c\w*\.?)"
)
YEARS = re.compile(
    r"(?<![\d.,])(?P<day>\d{1,2}|1er)\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<date>(?:19|20)\d{2}|\d{2})(?!\d|\s\d{3})"
    r"|(?P<first>1er|1)\s+jan\w*\.?\s+(?P<opening>20\d{2})"
    r"|(?<!\d)(?P<season>(?:19|20)\d{2})\s?[/–-]\s?(?P<until>(?:19|20)?\d{2})(?!\d)"
    r"|(?<![\d.,/-])(?P<year>(?:19|20)\d{2})(?![\d%€]|[.,]\d|\s\d{3}(?!\d))"
    r"|(?P<previous>\bN\s?[-–]\s?1\b|(?:an(?:née)?|exercice)\s(?:précédent|dernier|passé|antérieur)\w*"
    r"|année d['’]avant|\b(?:un|l['’])\s?an (?:plus tôt|auparavant|d['’]avant))",
    re.I,
)
DATED = re.compile(
    rf"(?<!\w)(?!31 d[ée]c)(?:1er|\d{{1,2}})\s+{MONTH}\s+20\d\d|(?<!\d)(?!31.12)\d{{1,2}}[/.]\d{{1,2}}[/.](?:20)?\d\d"
    r"|\b(?:objectifs?|perspectives?|souhaits?|projets?|horizon|budget)(?:\s\w+){0,2}\s20\d\d",
    re.I,
)
OF_SOMETHING_ELSE = re.compile(
    r"(?:(?:sans (?:changement|[ée]volution)|inchang\w+|stables?) depuis (?:le |l['’]an )?"
    r"|factur\w+ (?:\w+ ){0,3}?(?:de |d['’]|en )?(?:l['’])?|au titre de (?:l['’])?|mill[ée]sime |insee )$",
    re.I,
)  # « les factures de l’année précédente », « sans changement depuis 2016 »
SEASON = re.compile(rf"20\d\d\s?(?:[/–-]|(?:[–-]|à|et|au)\s{MONTH})\s?(20\d\d)", re.I)
TITLES = re.compile(
    r"(?:exercice|rapport|bilan|ann[ée]e|activit[ée]s?|indicateurs|chiffres[- ]cl[ée]s)\W+(?:\w+\W+){0,5}?"
    r"((?:19|20)\d{2})(?!\d)",
    re.I,
)


def years_in(text):
    """(year, start, end); the state on 1 January is that of the end of the year before."""
    for match in YEARS.finditer(text):
        if OF_SOMETHING_ELSE.search(text, 0, match.start()):
            continue
        yield year_of(match), match.start(), match.end()


def year_of(match):
    if match["previous"]:
        return BEFORE
    if match["opening"]:
        return int(match["opening"]) - 1
    if match["date"]:
        year = int(match["date"]) + (2000 if len(match["date"]) == 2 else 0)
        is_opening = match["day"].strip("er") in ("1", "01") and match["month"] in ("1", "01")
        return year - is_opening
    if match["season"]:
        until = match["until"]
        return int(until) if len(until) == 4 else int(match["season"][:2] + until)
    return int(match["year"])


def report_year(texts):
    """What a report is about: its titles say it, and its first pages more than the others; its own date does not."""
    votes = Counter()
    for position, text in enumerate(SEASON.sub(r"\1", DATED.sub(" ", " ".join(text.split()))) for text in texts):
        importance = 12 if position == 0 else 4 if position < 3 else 1
        for match in TITLES.finditer(text):
            votes[int(match[1])] += 3 * importance
        for year, _, _ in years_in(text):
            if 1990 < year < 2100:
                votes[year] += importance
    return max(votes, key=lambda year: (votes[year], year), default=None)
