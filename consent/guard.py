"""What no text of a dossier holds: numbers that open everything, and words of health, which need certified hosting."""

import re
import unicodedata

NIR = re.compile(
    r"(?<!\d)([12378])\s?(\d{2})\s?(\d{2})\s?(\d[\dAB])\s?(\d{3})\s?(\d{3})\s?(\d{2})(?!\d)", re.IGNORECASE
)
LONG = re.compile(r"(?<!\d)(?:\d[ \-.\u00a0\u202f]?){13,19}(?!\d)")
HEALTH = (
    "maladie", "malade", "medecin", "medical", "diagnostic", "medicament", "ordonnance", "hopital", "hospitalis",
    "psychiatr", "psychologue", "depression", "depressi", "addiction", "alcoolique", "toxicoman", "cancer", "diabete",
    "vih", "hepatite", "epilep", "schizophr", "bipolaire", "handicap", "enceinte", "grossesse", "ivg", "cardiaque",
    "ald", "mdph", "rqth", "aah",
)  # fmt: skip
WORD = re.compile(r"\b(" + "|".join(HEALTH) + r")\w*", re.IGNORECASE)
SHORT = {"ald", "vih", "ivg", "aah", "rqth", "mdph"}


def is_social_security_number(match):
    """Thirteen characters and their key, 97 less the rest; Corsica counts 2A as 19 and 2B as 18."""
    *parts, key = match.groups()
    body = "".join(parts).upper().replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(key)


def luhn(digits):
    doubled = [int(d) * (2 if n % 2 else 1) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def refused_number(text):
    """What is in the text and may not be there, in words; « » when all is well."""
    if any(is_social_security_number(match) for match in NIR.finditer(text)):
        return "un numéro de sécurité sociale"
    for match in LONG.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if digits[0] in "3456" and luhn(digits):
            return "un numéro de carte bancaire"
    return ""


def health_words(text):
    """The words that may tell of somebody's health, as they are written, each once."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if len(plain) != len(text):  # composed letters only: each keeps its place
        text = unicodedata.normalize("NFC", text)
        plain = "".join(unicodedata.normalize("NFD", c)[0] for c in text)
    found = [
        text[match.start() : match.end()]
        for match in WORD.finditer(plain)
        if match.group(1).lower() not in SHORT or match.group().lower() == match.group(1).lower()
    ]
    return list(dict.fromkeys(found))
