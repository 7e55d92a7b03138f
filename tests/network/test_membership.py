from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lemans_solidaire.network.models import Membership, User
from lemans_solidaire.network.permissions import is_member, is_responsable, structures_of


def test_a_membership_that_ended_gives_no_right(cast):
    membership = cast.owner.memberships.get()
    membership.since = timezone.localdate() - timedelta(days=9)
    membership.until = timezone.localdate() - timedelta(days=1)
    membership.save()
    assert not is_member(cast.owner, cast.panier)
    assert not is_responsable(cast.owner, cast.panier)
    assert not structures_of(cast.owner).exists()


def test_a_membership_to_come_gives_no_right_yet(cast):
    Membership.objects.update(since=timezone.localdate() + timedelta(days=1))
    assert not is_member(cast.owner, cast.panier)


def test_the_last_day_still_counts(cast):
    Membership.objects.update(until=timezone.localdate())
    assert is_member(cast.owner, cast.panier)


def test_once_at_a_time_in_a_structure(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=cast.owner, structure=cast.panier, status="volunteer")


def test_an_account_has_one_address_whatever_its_case(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="OWNER@essai.test", full_name="Double")


def test_passwords_are_kept_with_argon2(db, settings):
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[-1:]
    user = User.objects.create_user("a@essai.test", "une-phrase-assez-longue", full_name="A")
    assert user.password.startswith("argon2$argon2id$")
