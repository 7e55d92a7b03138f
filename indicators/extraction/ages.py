"""Age classes: « moins de 18 ans », « 18-25 ans », « 60 ans et plus »."""

import re

AGE = re.compile(
    r"(?:moins\s(?:de\s)?|(?<!\w)-\s?(?:de\s)?|<\s?)(?P<below>\d{1,2})\sans(?!\w)"
    r"|(?:entre\s)?(?<!\d)(?P<low>\d{1,2})(?:\sans)?\s?(?:à|-|–|—|/|et|a)\s?(?P<high>\d{1,2})\sans(?!\w)"
    r"|(?P<older>\d{1,2})\s?(?:ans\s?(?:et|ou)\s?(?:plus|\+|au[- ]del[aà])|\+\sans|ans\s?\+)"
    r"|(?:plus\sde|\+\s?de|>)\s?(?P<over>\d{1,2})\sans(?!\w)"
    r"|(?<!\w)(?P<minors>mineure?s?)(?!\w)"
    r"|moins\sde\s(?P<months>\d{1,2})\smois(?!\w)",
    re.I,
)


def age_of(match):
    """(from, to), both included, in years; None for no limit."""
    if match["months"]:
        return 0, int(match["months"]) / 12
    if match["minors"]:
        return 0, 17
    if match["below"]:
        return 0, int(match["below"]) - 1
    if match["low"]:
        return int(match["low"]), int(match["high"])
    return int(match["older"] or match["over"]), None


def ages_in(text):
    return [age_of(match) for match in AGE.finditer(text)]


def with_ages_as_words(text):
    """Each age class as one word, as long as it was: « âge0x17xxxx »."""
    return AGE.sub(as_word, text) if "ans" in text or "mois" in text else text


def as_word(match):
    if match["minors"]:
        return match[0]
    low, high = age_of(match)
    return f"âge{low:g}x{high or 0:g}".replace(".", "x").ljust(len(match[0]), " ")[: max(len(match[0]), 1)]
