"""Is it open now? Said for a page of services with one query."""

from collections import defaultdict

from django.utils import timezone

from directory.hours import now_in_french
from directory.models import Closure


def now_of(services):
    """{service's key: Now}, closures of its structure included."""
    if not services:
        return {}
    own, wide = defaultdict(list), defaultdict(list)
    for closure in Closure.objects.to_come().filter(structure__in={one.structure_id for one in services}):
        kept = own[closure.service_id] if closure.service_id else wide[closure.structure_id]
        kept.append((closure.first_day, closure.last_day, closure.reason))
    moment = timezone.localtime()
    return {one.pk: now_in_french(one.hours, moment, wide[one.structure_id] + own[one.pk]) for one in services}
