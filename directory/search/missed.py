"""What was looked for in vain: kept in words only once three different days saw the same, and never a number."""

import hashlib
import hmac
import re

from django.conf import settings
from django.db.models import F, Value
from django.utils import timezone

from directory.models import MissedSearch
from directory.plain import plain

DAYS, LONGEST = 3, 40


def remember_missed(asked):
    words = plain(asked.q)
    if not words or len(words) > LONGEST or re.search(r"\d", words):
        return
    today = timezone.localdate()
    missed, is_new = MissedSearch.objects.get_or_create(digest=print_of(words), defaults={"last_day": today})
    if is_new or missed.last_day == today:
        return
    told = words if missed.days + 1 >= DAYS else ""
    # Two visitors at once count for one day: the condition is read again by the database.
    MissedSearch.objects.filter(pk=missed.pk, last_day=missed.last_day).update(
        days=F("days") + 1, last_day=today, words=Value(told)
    )


def print_of(words):
    """Without the portal's key, a list of likely words does not tell which one it is."""
    return hmac.new(settings.SECRET_KEY.encode(), f"missed {words}".encode(), hashlib.sha256).hexdigest()
