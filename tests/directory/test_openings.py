"""The opened minutes kept for searches follow closures, moves, and whoever writes at the same moment."""

from datetime import date, timedelta
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from directory import actions
from directory import openings as kept
from directory.hours import openings
from directory.hours.openings import midnight_of
from directory.importing import import_services
from directory.models import Closure, Service
from directory.now import now_of
from directory.openings import refresh_openings, write_openings
from directory.search.answers import search
from directory.search.asking import Asked
from lemans_solidaire.network.models import Structure
from tests.at_once import PATIENCE, together, while_open

ITEM = {
    "source": "essai", "id": "essai--9", "structure_id": "essai--1", "nom": "Repas", "description": "Un repas.",
    "date_maj": "2025-03-01", "horaires_accueil": "24/7",
}  # fmt: skip


@pytest.fixture
def service(cast):
    found = Service.objects.create(structure=cast.panier, name="Repas", hours="24/7")
    write_openings([found])
    return found


def close(structure, service=None, *, key="1", by):
    today = timezone.localdate()
    typed = {"service": service, "first_day": today, "last_day": today, "reason": "travaux"}
    return actions.add_closure(structure=structure, typed=typed, key=key, by=by)


def write(service, by):
    old = Service.objects.get(pk=service.pk).description
    actions.save_service(service=service, typed={"description": f"{old}+"}, seen={"description": old}, by=by)


def state(service):
    """(what its page says, what a search finds open)"""
    service = Service.objects.get(pk=service.pk)
    found = search(Asked(q="repas", opened="maintenant"))
    return now_of([service])[service.pk].state, found.open_total, found.total


OPEN, CLOSED = ("open", 1, 1), ("closed", 0, 0)


def move(service, structure, by):
    service = Service.objects.get(pk=service.pk)
    service.structure = structure
    actions.save_in_admin(service=service, names=["structure"], by=by)


# A service that goes to another structure.


def test_a_service_keeps_its_own_closure_where_it_goes(cast, service):
    closure = close(cast.panier, service, by=cast.owner)
    assert state(service) == CLOSED
    move(service, cast.halte, cast.ccas)
    assert state(service) == CLOSED
    closure.refresh_from_db()
    assert closure.structure == cast.halte  # whose members may take it away
    actions.remove_closure(closure=closure, by=cast.stranger)
    assert state(service) == OPEN


def test_a_service_leaves_the_closure_of_the_structure_that_it_leaves(cast, service):
    close(cast.panier, by=cast.owner)
    other = Service.objects.create(structure=cast.halte, name="Bain", hours="24/7")
    write_openings([other])
    move(service, cast.halte, cast.ccas)
    assert state(service) == OPEN
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_opening")
        assert cursor.fetchone() == (2,)  # those of others stay known


def test_a_file_that_moves_a_service_tells_its_openings_again(cast):
    Structure.objects.filter(pk=cast.panier.pk).update(source_id="essai--1")
    Structure.objects.filter(pk=cast.halte.pk).update(source_id="essai--2")
    import_services([ITEM])
    service = Service.objects.get()
    close(cast.halte, by=cast.stranger)
    assert state(service) == OPEN
    import_services([ITEM | {"structure_id": "essai--2"}])
    assert state(service) == CLOSED


def test_a_service_moved_otherwise_is_not_known_until_the_night(cast, service):
    close(cast.halte, by=cast.stranger)
    Service.objects.filter(pk=service.pk).update(structure=cast.halte)
    assert state(service) == ("closed", 0, 1)
    refresh_openings()
    assert state(service) == CLOSED


# Two who write at once.


def test_a_closure_taken_away_while_somebody_writes(fresh_database, cast, service):
    closure = close(cast.panier, by=cast.owner)
    while_open(lambda: write(service, cast.owner), lambda: actions.remove_closure(closure=closure, by=cast.owner))
    assert state(service) == OPEN


def test_a_closure_taken_away_while_a_service_without_a_line_is_written(fresh_database, cast):
    service = Service.objects.create(structure=cast.panier, name="Repas", hours="24/7")
    today = timezone.localdate()
    closure = Closure.objects.create(structure=cast.panier, first_day=today, last_day=today, reason="travaux")
    while_open(lambda: write(service, cast.owner), lambda: actions.remove_closure(closure=closure, by=cast.owner))
    assert state(service) == OPEN


def test_a_closure_lengthened_while_somebody_writes(fresh_database, cast, service):
    closure = close(cast.panier, by=cast.owner)
    seen = actions.told_of_closure(closure)
    today = timezone.localdate()
    typed = {"service": None, "first_day": today, "last_day": today + timedelta(days=3), "reason": "travaux"}
    change = lambda: actions.change_closure(closure=closure, typed=typed, seen=seen, by=cast.owner)  # noqa: E731
    while_open(change, lambda: write(service, cast.owner))
    while_open(lambda: write(service, cast.owner), lambda: close(cast.panier, key="2", by=cast.owner))
    assert state(service) == CLOSED


def test_a_closure_added_while_the_night_tells_openings_again(fresh_database, cast, service, monkeypatch):
    """The night has read that there is none; who adds one waits for what it writes of it."""
    read, added, closures_of = Event(), Event(), kept.closures_of

    def slowly(services):
        found = closures_of(services)
        if not read.is_set():
            read.set()
            added.wait(PATIENCE)
        return found

    def add():
        read.wait()
        close(cast.panier, by=cast.owner)
        added.set()

    monkeypatch.setattr(kept, "closures_of", slowly)
    together(refresh_openings, add)
    assert state(service) == CLOSED


def test_openings_told_twice_are_there_once(cast, service):
    write_openings([service, service])
    assert state(service) == OPEN


def test_words_of_a_file_hold_nobody_up(fresh_database, cast, service):
    Structure.objects.filter(pk=cast.halte.pk).update(source_id="essai--1")
    order = []

    def load():
        import_services([ITEM | {"description": "Zorglubine."}])

    def edit():
        actions.save_service(
            service=service, typed={"description": "Zorglubine."}, seen={"description": ""}, by=cast.owner
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM directory_service WHERE source_id <> ''")
            order.append(cursor.fetchone()[0])

    while_open(load, edit)
    assert order == [0]  # the file is not kept yet
    assert [str(one.found) for one in search(Asked(q="zorglubime")).answers] == ["Repas", "Repas"]


# A night that begins on a day that is closed.


@pytest.mark.parametrize("hours", ["Mo-Su 22:00-02:00; Tu[1] 10:00-11:00", "Mo-Su 22:00-02:00"])
def test_a_night_that_begins_on_a_closed_day_is_closed_whole(hours):
    closed, after = date(2026, 3, 11), date(2026, 3, 12)
    night = (midnight_of(after) + 22 * 60, midnight_of(after) + 24 * 60)
    assert openings(hours, closed, 2, [(closed, closed)]).opened == [night]
    assert openings(hours, after, 1, [(closed, closed)]).opened == [night]
    assert (midnight_of(after), midnight_of(after) + 2 * 60) in openings(hours, after, 1).opened
