"""The rule of passwords, one for everybody: docs/decisions/0011-a-password-for-people-of-seventy.md."""

import math
import re
import unicodedata

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError

BITS = 50  # what the CNIL asks when tries are counted and limited (délibération 2022-100)
SHORTEST = 12
KINDS = {r"[a-z]": 26, r"[A-Z]": 26, r"[0-9]": 10, r"[^a-zA-Z0-9]": 33}
KEYBOARDS = (
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
)
# What guessers try first here, besides the list of common passwords: each counts for one letter.
EXPECTED = (
    "motdepasse", "password", "lemanssolidaire", "solidaire", "lemans", "sarthe", "association", "benevole",
    "bienvenue", "bonjour", "jetaime", "soleil", "loulou", "doudou", "chouchou", "azerty", "admin", "secret", "ccas",
    "cerisetabouretoragelundi",
)  # fmt: skip
RULE = (
    "Douze caractères au moins, difficiles à deviner. Le plus simple\u202f: quatre mots sans lien entre eux, avec ou "
    "sans espaces, majuscules ou accents. Pas votre nom ni votre adresse, pas seulement des chiffres."
)
TOO_SHORT = "Il est trop court\u202f: douze caractères au moins. Ajoutez un mot ou deux."
TOO_EASY = (
    "Il se devine trop vite\u202f: des suites, des répétitions ou des mots attendus. Ajoutez un ou deux mots sans lien "
    "avec le reste."
)
TOO_COMMON = "Beaucoup de gens ont choisi celui-ci\u202f: il est essayé en premier. Prenez-en un autre."
TOO_CLOSE = "Il ressemble trop à votre nom ou à votre adresse. Prenez des mots sans lien avec vous."


class HardToGuess:
    """Fifty bits at least, once what is foreseeable was taken off."""

    def __init__(self):
        self.common = CommonPasswordValidator()

    def validate(self, password, user=None):
        if len(password) < SHORTEST:
            raise ValidationError(TOO_SHORT, code="password_too_short")
        if self.is_common(password):
            raise ValidationError(TOO_COMMON, code="password_too_common")
        if bits(without(plain_words(user), password)) < BITS and bits(password) >= BITS:
            raise ValidationError(TOO_CLOSE, code="password_too_similar")
        if bits(password) < BITS:
            raise ValidationError(TOO_EASY, code="password_too_easy")

    def is_common(self, password):
        """Also with its spaces and signs taken off, and figures added at the end."""
        bare = re.sub(r"[^a-z0-9]", "", plain(password))
        return {password.lower().strip(), bare, bare.rstrip("0123456789")} & self.common.passwords

    def get_help_text(self):
        return RULE


class ResetLink(PasswordResetTokenGenerator):
    """Asked for before the account was closed, it chooses nothing."""

    def check_token(self, user, token):
        return bool(user and user.is_active) and super().check_token(user, token)


def bits(password):
    """How many bits a machine that knows our habits has to guess: its kinds of characters, what is foreseeable once."""
    size = sum(size for kind, size in KINDS.items() if re.search(kind, plain_but_case(password)))
    return math.log2(size) * len(surprises(password)) if size else 0


def surprises(password):
    """The password without what the eye foresees: expected words, runs of the keyboard, the same again."""
    text = without(EXPECTED, password)
    kept = "".join(letter for rank, letter in enumerate(text) if not is_foreseen(text[:rank], letter))
    return re.sub(r"(.{2,}?)\1+", r"\1", kept)


def is_foreseen(before, letter):
    if len(before) < 2:
        return False
    one, two = before[-2], before[-1]
    if one == two == letter:
        return True
    run = one + two + letter
    return any(run in row or run[::-1] in row for row in KEYBOARDS)


def without(words, password):
    """In small plain letters; each of these words becomes one letter."""
    text = plain(password)
    for word in sorted(words, key=len, reverse=True):
        spaced = r"[^a-z0-9]*".join(map(re.escape, word))
        text = re.sub(spaced, word[0], text)
    return text


def plain_words(user):
    """The names of the person and of their address, long enough to be recognised."""
    told = f"{getattr(user, 'full_name', '')} {getattr(user, 'email', '')}"
    return [word for word in re.split(r"[^a-z0-9]+", plain(told)) if len(word) > 3]


def plain(text):
    return plain_but_case(text).lower()


def plain_but_case(text):
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
