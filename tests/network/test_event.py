import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event
from tests import databases


def refused(statement, *args):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, args)
    return str(refusal.value)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE network_event SET verb = 'autre'", "DELETE FROM network_event", "TRUNCATE network_event"],
)
def test_the_web_role_has_no_right_to_change_history(cast, statement):
    assert "permission denied" in refused(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE network_event SET verb = 'autre'",
        "DELETE FROM network_event",
        "TRUNCATE network_event",
        "SET session_replication_role = replica; UPDATE network_event SET verb = 'autre'",
    ],
)
def test_even_the_owner_does_not_change_history(fresh_database, cast, statement):
    connection.close()
    with (
        databases.as_owner(fresh_database) as owner,
        pytest.raises(Exception, match="ajoute seulement|permission denied"),
    ):
        owner.execute(statement)
    assert not Event.objects.filter(verb="autre").exists()
    assert Event.objects.exists()


def test_an_event_says_who(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(actor="user", verb="x", object_type="y", object_id=1)
    by_job = record(by=Event.Actor.JOB, verb="imported", about=cast.panier)
    assert (by_job.actor, by_job.user) == ("job", None)
    by_user = record(by=cast.owner, verb="changed", about=cast.panier)
    assert (by_user.actor, by_user.user) == ("user", cast.owner)
