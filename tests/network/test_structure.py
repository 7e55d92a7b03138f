import pytest
from django.core.exceptions import ValidationError

from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.models.structure import siret_is_sound


def with_key(thirteen_digits):
    return next(f"{thirteen_digits}{key}" for key in range(10) if siret_is_sound(f"{thirteen_digits}{key}"))


def test_exactly_one_key_in_ten_is_right():
    assert sum(siret_is_sound(f"8521470369852{key}") for key in range(10)) == 1


def test_one_wrong_digit_is_seen():
    siret = with_key("8521470369852")
    for position, digit in enumerate(siret):
        wrong = siret[:position] + str((int(digit) + 1) % 10) + siret[position + 1 :]
        assert not siret_is_sound(wrong)


def test_offices_of_la_poste_follow_their_own_rule():
    assert siret_is_sound("35600000022458")
    assert not siret_is_sound("35600000022459")


@pytest.mark.parametrize("siret", ["", "123", "8521470369852x", "٠" * 14, "8 5214703698520"])
def test_what_is_not_fourteen_digits_is_not_a_siret(siret):
    assert not siret_is_sound(siret)


def test_a_wrong_siret_is_refused_in_plain_words(db):
    structure = Structure(name="Essai", siret="12345678901234")
    with pytest.raises(ValidationError) as refusal:
        structure.full_clean()
    assert "14 chiffres" in str(refusal.value)
