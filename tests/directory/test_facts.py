"""What the directory proposes to the yearly sheet."""

from datetime import date

import pytest

from directory.facts import facts
from directory.models import Closure, Service
from lemans_solidaire.network.models import Structure


@pytest.fixture
def structure(db):
    return Structure.objects.create(name="La Tablée")


def days(structure, year=2025):
    return [(fact.code, fact.value) for fact in facts(structure, year)]


def test_days_of_several_services_count_once(structure):
    Service.objects.create(structure=structure, name="Matin", hours="Mo,We 09:00-12:00; PH off")
    Service.objects.create(structure=structure, name="Soir", hours="We,Fr 18:00-20:00; PH off")
    weekdays = sum(date(2025, 1, 1).fromordinal(n).weekday() in (0, 2, 4) for n in ordinals(2025))
    # 1 January, Easter Monday 21 April, Whit Monday 9 June, 14 July and 15 August are such days, and holidays
    assert days(structure) == [("jours_ouverture", weekdays - 5)]


def ordinals(year):
    return range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())


def test_closures_are_taken_away_and_a_night_is_two_days(structure):
    service = Service.objects.create(structure=structure, name="Nuit", hours="Sa 22:00-02:00")
    assert days(structure) == [("jours_ouverture", 51 * 2)]  # 52 Saturdays, one of them the first of November
    other = Service.objects.create(structure=structure, name="Autre")
    Closure.objects.create(structure=structure, service=other, first_day=date(2025, 1, 1), reason="travaux")
    assert days(structure) == [("jours_ouverture", 51 * 2)]
    Closure.objects.create(structure=structure, service=service, first_day=date(2025, 1, 13), reason="travaux")
    assert days(structure) == [("jours_ouverture", 4)]


def test_without_hours_nothing_is_proposed(structure):
    Service.objects.create(structure=structure, name="Atelier")
    Service.objects.create(structure=structure, name="Autre", hours="sur rendez-vous")
    assert days(structure) == []


def test_it_is_shown_beside_the_question(cast, as_user):
    Service.objects.create(structure=cast.panier, name="Matin", hours="Mo 09:00-12:00; PH off")
    block = cast.indicator("jours_ouverture").block
    cast.sheet(passages=1).blocks.add(block)
    page = (
        as_user(cast.owner)
        .get(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/bloc-{block.code}/")
        .content.decode()
    )
    assert "Le portail en trouve 49, d’après les horaires" in page
