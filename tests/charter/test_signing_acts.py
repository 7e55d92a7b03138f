"""An act of signature: one at a time, sealed, never changed; what stands is read from them."""

import pytest
from django.db import DatabaseError, transaction

from charter import actions
from charter.models import Act, Version
from charter.register import register, standing_of
from charter.verifying import broken_acts, faults
from tests.charter.texts import SECOND, adopted, signed


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def test_what_is_signed_piece_by_piece(version):
    assert [piece.key for piece in version.text.signable] == ["chapitre-1", "article-1", "article-2"]


def test_signing_twice_is_one_signature(cast, version):
    first = signed(version, cast.panier, cast.owner)
    with pytest.raises(actions.AlreadySigned) as refusal:
        signed(version, cast.panier, cast.owner)
    assert refusal.value.act == first
    assert Act.objects.count() == 1


def test_a_reservation_then_none_then_a_withdrawal(cast, version):
    signed(version, cast.panier, cast.owner, article_2="Sauf l’été.")
    assert standing_of(cast.panier, version).reservations == {"article-2": "Sauf l’été."}
    signed(version, cast.panier, cast.owner)
    assert standing_of(cast.panier, version).reservations == {}
    told = {"version": version, "structure": cast.panier, "signer": ("Odile", "présidente"), "by": cast.owner}
    actions.withdraw(keys=["article-1"], **told)
    standing = standing_of(cast.panier, version)
    assert (set(standing.positions), set(standing.withdrawn)) == ({"chapitre-1", "article-2"}, {"article-1"})
    with pytest.raises(actions.NotSigned):
        actions.withdraw(keys=["article-1"], **told)


@pytest.mark.parametrize("positions", [{}, {"article-9": ""}])
def test_only_pieces_of_that_version_are_signed(cast, version, positions):
    with pytest.raises(ValueError, match="pieces"):
        actions.sign(
            version=version, structure=cast.panier, positions=positions, signer=("O", "p"), power=("CA", None),
            by=cast.owner,
        )  # fmt: skip


def test_the_register_says_who_has_something_signed(cast, version):
    signed(version, cast.panier, cast.owner)
    second = adopted(cast.ccas, SECOND)
    signed(second, cast.panier, cast.owner)
    signed(version, cast.halte, cast.stranger)
    told = [(entry.name, entry.latest.version.number) for entry in register("2100-01-01")]
    assert told == [("La Halte d’essai", 1), ("Le Panier d’essai", 2)]
    assert register("2020-01-01") == []


@pytest.mark.parametrize("table", [Version, Act])
def test_the_web_role_changes_neither_a_version_nor_an_act(cast, version, table):
    signed(version, cast.panier, cast.owner)
    for change in (table.objects.update, table.objects.all()._raw_delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(number=9) if change == table.objects.update else change("default")


def test_all_is_well_until_a_row_is_tampered_with(cast, version):
    signed(version, cast.panier, cast.owner)
    signed(version, cast.halte, cast.stranger)
    assert broken_acts() == []


def test_a_fault_is_named(cast, version):
    first = signed(version, cast.panier, cast.owner)
    act = signed(version, cast.halte, cast.stranger)
    assert list(faults(act, first)) == []
    act.signer_name = "Quelqu’un d’autre"
    assert list(faults(act, first)) == ["son sceau ne correspond plus à ce qu’il dit"]
    assert "un acte manque avant lui" in list(faults(act, None))
