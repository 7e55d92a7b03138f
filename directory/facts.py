"""What the directory tells the other parts of the portal: figures to propose, places to keep to oneself."""

from datetime import date, timedelta

from directory.hours import openings
from directory.hours.openings import day_of
from directory.models import Closure, Service
from lemans_solidaire.network.registry import Fact

SOURCE = "d’après les horaires et les fermetures écrits dans l’annuaire"


def facts(structure, year):
    """Provider of registry.facts: the days on which at least one service is open; nothing when no hours are known."""
    services = [one for one in Service.objects.open().filter(structure=structure) if one.hours]
    if not services:
        return []
    closures = list(Closure.objects.filter(structure=structure))
    days = set().union(*(opened_days(one, year, closures) for one in services))
    return [Fact("jours_ouverture", len(days), SOURCE)] if days else []


def hidden_places():
    """Provider of registry.hidden_places: where one service hides its address, it may be the structure's."""
    return Service.objects.filter(is_address_hidden=True).values_list("structure", flat=True).distinct()


def opened_days(service, year, closures):
    """The dates of that year on which it is open, known holidays of which nothing is said left out."""
    start = date(year, 1, 1)
    own = [(one.first_day, one.last_day) for one in closures if one.service_id in (None, service.pk)]
    read = openings(service.hours, start, (date(year + 1, 1, 1) - start).days, own)
    return {
        day for first, last in (read.opened if read else []) for day in days_between(day_of(first), day_of(last - 1))
    }


def days_between(first, last):
    return [first + timedelta(number) for number in range((last - first).days + 1)]
