"""The opened minutes of the days to come, kept ready for searches: told again each night, and at each change."""

from collections import defaultdict
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from directory.holding import hold
from directory.hours import openings
from directory.models import Closure, Service

DAYS = 15  # known ahead; a search asks for 14, and a night may be missed


@transaction.atomic
def write_openings(services):
    """Of these services: an iterable of Service. Where hours are not known or cannot be read, there is no line."""
    services = list(services)
    if not services:
        return
    hold({one.structure_id for one in services})  # nobody adds a closure meanwhile
    today = timezone.localdate()
    closures = closures_of(services)
    told = []
    for service in services:
        read = openings(service.hours, today, DAYS, closures[service.pk])
        if read is not None:
            last_day = today + timedelta(days=DAYS - 1)
            told.append((service.pk, multirange(read.opened), multirange(read.unknown), today, last_day))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM directory_opening WHERE service_id = ANY (%s)", [[one.pk for one in services]])
        cursor.executemany(
            "INSERT INTO directory_opening VALUES (%s, %s::int4multirange, %s::int4multirange, %s, %s)"
            " ON CONFLICT (service_id) DO UPDATE SET (minutes, unknown_minutes, first_day, last_day)"
            " = (excluded.minutes, excluded.unknown_minutes, excluded.first_day, excluded.last_day)",
            told,
        )


def closures_of(services):
    """{service: [(first day, last day or None)]}, those of its structure included."""
    wide, own = defaultdict(list), defaultdict(list)
    for closure in Closure.objects.to_come().filter(structure__in={one.structure_id for one in services}):
        kept = own[closure.service_id] if closure.service_id else wide[closure.structure_id]
        kept.append((closure.first_day, closure.last_day))
    return {one.pk: wide[one.structure_id] + own[one.pk] for one in services}


def multirange(intervals):
    return "{" + ",".join(f"[{start},{end})" for start, end in intervals) + "}"


def refresh_openings():
    """Of every service whose hours are told; run each night, a structure after the other so that nobody waits long."""
    told = Service.objects.open().exclude(hours="")
    for structure in told.order_by("structure").values_list("structure", flat=True).distinct():
        write_openings_of(structure)


@transaction.atomic
def write_openings_of(structure):
    """Of the services of this number of a structure, read once nobody writes there."""
    hold([structure])
    write_openings(Service.objects.filter(structure=structure).exclude(hours=""))
