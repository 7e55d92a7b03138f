"""Words as the database compares them: lower case, without accents."""

import re
import unicodedata

LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss"})
LONGEST = 300


def plain(text):
    """« L’Épicerie, 2 » as « l epicerie 2 »."""
    decomposed = unicodedata.normalize("NFD", text[:LONGEST].lower().translate(LETTERS))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def town(text):
    """« LE MANS CEDEX 2 » as « le mans », « St-Calais » as « saint calais »: directory_city() does the same."""
    words = re.sub(r"\bcedex\b.*$", "", plain(text))
    return re.sub(r"\b(les|lez) ", "", re.sub(r"\bs(te?)\b", r"sain\1", words)).strip()
