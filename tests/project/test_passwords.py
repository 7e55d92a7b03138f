"""The rule of passwords: what it lets pass, what it stops, and in which words (docs/decisions/0011)."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lemans_solidaire.network import demo
from lemans_solidaire.network.models import User
from lemans_solidaire.passwords import BITS, RULE, SHORTEST, TOO_CLOSE, TOO_COMMON, TOO_EASY, TOO_SHORT, bits
from tests.cast import PASSWORD

ODILE = User(email="odile.marchand@panier.test", full_name="Odile Marchand")


@pytest.mark.parametrize(
    "good",
    [
        "girafe parapluie samedi buvard",
        "girafeparapluie",
        "Trois Losanges de Brique",
        "éléphant œuvre été",
        "GIRAFE PARAPLUIE",
        "xK4$mQ9!vL2w",
        "7401935528461907",  # sixteen figures drawn at random
        demo.PASSWORD,
        PASSWORD,
        "мне нравится суп",
    ],
)
def test_what_passes(good):
    validate_password(good, ODILE)


@pytest.mark.parametrize(
    ("bad", "because"),
    [
        ("", TOO_SHORT),
        ("girafe", TOO_SHORT),
        ("Xk4$mQ9!vL2", TOO_SHORT),
        ("740193552846", TOO_EASY),  # figures alone
        ("aaaaaaaaaaaaaaaa", TOO_EASY),
        ("abcabcabcabcabcabc", TOO_EASY),
        ("azertyuiopqsdfghjklm", TOO_EASY),
        ("abcdefghijklmnopqrstuvwxyz", TOO_EASY),
        ("12345678901234567890", TOO_COMMON),
        ("motdepasse motdepasse", TOO_EASY),
        ("Mot de passe 2026 !", TOO_COMMON),
        ("LeMansSolidaire2026", TOO_EASY),
        ("cerise tabouret orage lundi", TOO_EASY),  # the example of the page
        ("1q2w3e4r5t6y7u8i9o", TOO_COMMON),
        ("odile marchand 72", TOO_CLOSE),
        ("Odile-Marchand-panier", TOO_CLOSE),
    ],
)
def test_what_is_stopped_and_why(bad, because):
    with pytest.raises(ValidationError) as refusal:
        validate_password(bad, ODILE)
    assert refusal.value.messages == [because]


def test_twelve_small_letters_reach_the_fifty_bits_and_eleven_figures_do_not():
    assert bits("kxwvqzjhnbtp") >= BITS
    assert bits("74019355284") < BITS


def answers_to(text):
    try:
        validate_password(text, ODILE)
    except ValidationError as refusal:
        return set(refusal.messages)
    return set()


@given(st.text(min_size=SHORTEST, max_size=60))
def test_any_text_gets_an_answer_and_one_more_word_never_shocks(text):
    assert answers_to(text) <= {TOO_EASY, TOO_COMMON, TOO_CLOSE}


def test_a_password_without_any_end_is_read_quickly():
    validate_password("kxwvqzjhnbtp" + "motdepasse" * 500 + "ab" * 2000, ODILE)


def test_the_rule_is_one_and_is_said_before_typing(cast, as_user):
    assert [type(one).__name__ for one in get_default_password_validators()] == ["HardToGuess"]
    page = as_user(cast.owner).get(reverse("account_change_password"), follow=True).content.decode()
    assert "Quatre mots sans lien" in page
    assert RULE.split(".")[0] in page


def test_the_first_administrator_is_held_to_the_same_rule(db, monkeypatch):
    asked = {"email": "ccas@essai.test", "full_name": "Claire Ccas"}
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "administrateur")
    with pytest.raises(CommandError, match="devine trop vite|essayé en premier"):
        call_command("createsuperuser", interactive=False, verbosity=0, **asked)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, verbosity=0, **asked)
    assert User.objects.get().is_ccas_admin


def test_passwords_are_kept_with_argon2(settings):
    assert settings.PASSWORD_HASHERS[-1].endswith("Argon2PasswordHasher")
    assert Argon2PasswordHasher().encode("girafe", "sel-de-mer").startswith("argon2$argon2id$")


def test_pasting_and_password_managers_are_served(client, cast):
    assert 'autocomplete="current-password"' in client.get(reverse("account_login")).content.decode()
