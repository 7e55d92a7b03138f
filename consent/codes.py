"""The numbers and codes of dossiers, cards and receipts: drawn, printed, read as they are typed."""

import hmac
import secrets

from consent.identity import derived_key

NUMBER_DIGITS, CODE_DIGITS = 8, 20


def new_number():
    """« 4821-0937 »: says nothing of how many there are."""
    digits = f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}"
    return f"{digits[:4]}-{digits[4:]}"


def new_card_number():
    return f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}"


def new_code():
    """Twenty digits in groups of four, for a numeric keypad."""
    return in_groups(f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}")


def code_of_receipt(request_id):
    """Twenty digits in groups of four, the same for the same request: sent twice, it has one receipt."""
    drawn = int.from_bytes(hmac.digest(derived_key("receipt"), request_id.bytes, "sha256"))
    return in_groups(f"{drawn % 10**CODE_DIGITS:0{CODE_DIGITS}}")


def in_groups(digits):
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def digits_of(text):
    """What was typed, without spaces, dots or hyphens."""
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def digest_of_code(code):
    """All that is kept of a card's or a receipt's code, however it was typed."""
    return hmac.digest(derived_key("card"), digits_of(code).encode(), "sha256")
