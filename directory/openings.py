"""The opened minutes of the days to come, kept ready for searches: told again each night, and at each change."""

from collections import defaultdict
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from directory.hours import openings
from directory.models import Closure, Service

DAYS = 15  # known ahead; a search asks for 14, and a night may be missed
BATCH = 1000


@transaction.atomic
def write_openings(services):
    """Of these services: an iterable of Service. Where hours are not known or cannot be read, there is no line."""
    services = list(services)
    if not services:
        return
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
            "INSERT INTO directory_opening VALUES (%s, %s::int4multirange, %s::int4multirange, %s, %s)", told
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
    """Of every service whose hours are told; run each night."""
    told = Service.objects.open().exclude(hours="").only("pk", "structure_id", "hours").order_by("pk")
    batch = []
    for service in told.iterator(chunk_size=BATCH):
        batch.append(service)
        if len(batch) == BATCH:
            write_openings(batch)
            batch = []
    write_openings(batch)
