"""Answers as people type them: « 1 200 », « 1200,5 », « environ 600 », « non compté »."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from indicators.models import Answer
from lemans_solidaire.network.templatetags.french import figure

Kind = Answer.Kind
WITHOUT_FIGURE = (Kind.NOT_COUNTED, Kind.NOT_ASKED)
WORDS = [
    (Kind.NOT_COUNTED, re.compile(r"(non|pas) compt[ée]e?s?|n\.? ?c\.?", re.IGNORECASE)),
    (Kind.NOT_ASKED, re.compile(r"(non|pas) demand[ée]e?s?|n\.? ?d\.?", re.IGNORECASE)),
]
ABOUT = re.compile(r"(?:~|≈|env\.|environ|près de|autour de|à peu près|approximativement)\s*(?=\d)", re.IGNORECASE)
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
NUMBER = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d+))?", re.ASCII)
LARGEST = 12  # digits before the comma that the database keeps


@dataclass(frozen=True)
class Reply:
    """What a structure answers to one indicator: `value` is a Decimal when counted or estimated, otherwise None."""

    kind: str
    value: Decimal | None = None
    word: str = ""

    def __str__(self):
        """« 1 200 », « environ 620 », « non compté »: the way it can be typed too."""
        if self.value is None:
            return Kind(self.kind).label
        return f"environ {figure(self.value)}" if self.kind == Kind.ESTIMATED else figure(self.value)

    @property
    def told(self):
        """With its word, for the history."""
        return f"{self} ({self.word})" if self.word else str(self)


def counted(value):
    return Reply(Kind.COUNTED, Decimal(value))


NOT_COUNTED = Reply(Kind.NOT_COUNTED)
NOT_ASKED = Reply(Kind.NOT_ASKED)


def plain(value):
    """« 1187.5 », without the zeros that the database adds."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_reply(text, kind=Kind.COUNTED, word=""):
    """A Reply, or None for nothing; ValidationError says in French what to change.

    What is written wins over the kind chosen beside it: « environ 600 » is an estimate, « non compté » is an answer.
    """
    text = SPACES.sub(" ", text).strip()
    for written, pattern in WORDS:
        if pattern.fullmatch(text):
            return Reply(written, None, word)
    if kind in WITHOUT_FIGURE:
        if text:
            raise ValidationError(
                f"Vous avez écrit « {text} » et choisi « {Kind(kind).label} » : gardez l’un des deux."
            )
        return Reply(kind, None, word)
    if not text:
        return None
    number = ABOUT.sub("", text, count=1) if ABOUT.match(text) else text
    return Reply(Kind.ESTIMATED if number != text else kind, parse_figure(number), word)


def parse_figure(text):
    """A Decimal; ValidationError says in French what to change."""
    text = SPACES.sub(" ", text).strip()
    if text[:1] in "-−–" and NUMBER.fullmatch(text[1:].strip()):
        raise ValidationError("Un nombre négatif ne convient pas ici. Écrivez 0 ou un nombre plus grand.")
    match = NUMBER.fullmatch(text)
    if not match:
        raise ValidationError(
            "Ce n’est pas un nombre que nous savons lire. Écrivez par exemple 1200 ou 1 200 ou 12,5 ; "
            "si vous ne le comptez pas, écrivez « non compté »."
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


def could_be_kept(number):
    """Whether the database could hold it: two digits after the comma, LARGEST before."""
    return number.is_finite() and -2 <= number.adjusted() < LARGEST and number.as_tuple().exponent >= -2


def packed(replies):
    """{code: Reply} as JSON-ready lists, for a page to say later what it had shown."""
    return {
        code: [reply.kind, None if reply.value is None else plain(reply.value), reply.word]
        for code, reply in replies.items()
    }


def unpacked(data):
    """The reverse; what was forged or broken is left out, as if it had not been seen."""
    replies = {}
    for code, item in data.items() if isinstance(data, dict) else ():
        try:
            kind, value, word = item
            number = None if value is None else Decimal(value)
            if number is not None and not could_be_kept(number):
                continue
            replies[code] = Reply(Kind(kind), number, str(word))
        except (TypeError, ValueError, InvalidOperation):
            continue
    return replies
