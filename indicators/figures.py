"""Figures as people type them: « 1 200 », « 1200,5 », « non compté »."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError

NOT_COUNTED = "non compté"
NOT_COUNTED_WORDS = re.compile(r"(non|pas) compt[ée]e?s?|n\.? ?c\.?", re.IGNORECASE)
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
NUMBER = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d+))?", re.ASCII)
LARGEST = 12  # digits before the comma that the database keeps


def parse_figure(text):
    """A Decimal, NOT_COUNTED, or None for nothing typed; ValidationError says in French what to change."""
    text = SPACES.sub(" ", text).strip()
    if not text:
        return None
    if NOT_COUNTED_WORDS.fullmatch(text):
        return NOT_COUNTED
    if text[0] in "-−–" and NUMBER.fullmatch(text[1:].strip()):
        raise ValidationError("Un nombre négatif ne convient pas ici. Écrivez 0 ou un nombre plus grand.")
    return decimal_of(text)


def decimal_of(text):
    match = NUMBER.fullmatch(text)
    if not match:
        raise ValidationError(
            "Ce n’est pas un nombre que nous savons lire. Écrivez par exemple 1200 ou 1 200 ou 12,5 ; "
            "si vous ne le comptez pas, cochez la case dessous."
        )
    whole, decimals = match.group(1).replace(" ", ""), match.group(2) or ""
    if "." in text and len(decimals) == 3:
        other = f"{whole},{decimals.rstrip('0') or 0}"
        raise ValidationError(f"« {text} » peut se lire de deux façons. Écrivez {whole}{decimals}, ou {other}.")
    if len(decimals) > 2:
        raise ValidationError("Deux chiffres après la virgule suffisent.")
    if len(whole.lstrip("0")) > LARGEST:
        raise ValidationError("Ce nombre est trop grand. Vérifiez s’il n’y a pas un chiffre de trop.")
    return Decimal(f"{whole}.{decimals or 0}")
