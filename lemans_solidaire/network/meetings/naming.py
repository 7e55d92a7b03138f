"""What, in the words of a difficulty, may tell of one person: the network reads situations, never somebody."""

import re

FOUND = [
    (re.compile(r"\b(?:M\.|Mr\.?|Mmes?|Mlle|Monsieur|Madame|Mademoiselle)\s+[A-ZÀ-Þ]\S*"), "un nom"),
    (re.compile(r"(?<!\d)(?:\+33|0)\s?[1-9](?:[ .-]?\d{2}){4}(?!\d)"), "un numéro de téléphone"),
    (re.compile(r"\S+@\S+\.\w+"), "une adresse électronique"),
    (re.compile(r"(?<!\d)\d(?:[ .-]?\d){12,}(?!\d)"), "un long numéro"),
]


def told_of_somebody(*texts):
    """[« un nom : Mme Durand »], as they are written; a first name alone is not seen."""
    whole = "\n".join(texts)
    return [f"{kind}\u202f: {match.group()}" for pattern, kind in FOUND for match in pattern.finditer(whole)]
