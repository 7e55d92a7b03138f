"""When a service is open, in minutes by the clock on the wall since 1 January 2020."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from directory.hours.library import intervals
from directory.hours.week import CLOSED, MIDNIGHT, OPEN, UNKNOWN, merged, week_of

PARIS = ZoneInfo("Europe/Paris")
EPOCH = date(2020, 1, 1)

COMMENT = re.compile(r'"[^"]*"')
# Where the library guesses or errs: the sun, school holidays, no known end, a range of no length, « or else ».
DOUBTFUL = re.compile(r"sun|dawn|dusk|\bSH\b|\d\+|(\d\d:\d\d) ?- ?\1|\|\|")
TELLS_HOLIDAYS = re.compile(r"\bPH\b|24/7")
TELLS_WHOLE_DAYS = re.compile("24/7|00:00-24:00")


@dataclass(frozen=True)
class Openings:
    """Ranges [start, end[ in order and apart; what is in neither list is closed."""

    opened: list
    unknown: list


def local(moment):
    """By the clock on the wall in Le Mans, without a time zone."""
    return moment.astimezone(PARIS).replace(tzinfo=None) if moment.tzinfo else moment


def minute_of(moment):
    moment = local(moment)
    return midnight_of(moment) + moment.hour * 60 + moment.minute


def midnight_of(day):
    return (day.toordinal() - EPOCH.toordinal()) * MIDNIGHT


def day_of(minute):
    return EPOCH + timedelta(minute // MIDNIGHT)


@cache
def holidays_of(year):
    """The public holidays of France; none is known before 2000 nor after 2076."""
    start, end = datetime(year, 1, 1), datetime(year + 1, 1, 1)
    found = (day_of(midnight_of(first)) for first, last, state, _ in intervals("PH", start, end) if state == OPEN)
    return frozenset(found)


def is_holiday(day):
    return day in holidays_of(day.year)


def openings(osm, start, days, closures=()):
    """From `start` on, without the whole days of closures [(first, last or None)]; None when nothing can be known."""
    if not osm.strip() or (week := week_of(osm)) is None and DOUBTFUL.search(COMMENT.sub("", osm)):
        return None
    closed = {day for day in window(start, days) if is_within(day, closures)}
    told = set(window(start, days)) - closed
    found = from_library(osm, start, days, closed) if week is None else from_week(week, told)
    if found is None:
        return None
    opened, unknown, shut = found
    cuts = [*around(start, days), *(whole(day) for day in closed | shut)]
    return Openings(minus(opened, cuts + unknown), minus(unknown, cuts))


def window(start, days):
    """From the eve on, as its night may end on the first day."""
    return [start + timedelta(number) for number in range(-1, days)]


def is_within(day, closures):
    return any(first <= day <= (last or date.max) for first, last in closures)


def around(start, days):
    """The eve, and the day after: no night goes further."""
    return [whole(start - timedelta(1)), whole(start + timedelta(days))]


def whole(day):
    return (midnight_of(day), midnight_of(day) + MIDNIGHT)


def from_week(week, days):
    """(opened, unknown, days that are shut). A night belongs to the day on which it begins."""
    opened, unknown, shut = [], [], set()
    for day in days:
        ranges = [(midnight_of(day) + start, midnight_of(day) + end) for start, end in week.ranges_on(day)]
        if week.holidays == OPEN or not is_holiday(day):
            opened += ranges
        elif week.holidays == CLOSED:
            shut.add(day)
        elif ranges:  # closed as every Sunday, a holiday is closed
            unknown += [whole(day), *ranges]
    return opened, unknown, shut


def from_library(osm, start, days, closed):
    """As from_week(); from the eve on, to know of a night on which day it begins."""
    first, last = (datetime.combine(day, time.min) for day in (start - timedelta(1), start + timedelta(days)))
    found = intervals(osm, first, last)
    if found is None:
        return None
    found = [one for one in found if not (one[0].date() in closed and one[1] - one[0] < timedelta(1))]
    said = COMMENT.sub("", osm)
    opened = [(minute_of(begin), minute_of(end)) for begin, end, *rest in found if rest == [OPEN, ""]]
    unknown = [(minute_of(begin), minute_of(end)) for begin, end, *rest in found if is_conditional(*rest)]
    if not TELLS_WHOLE_DAYS.search(said):
        unknown += [(begin, end) for begin, end in opened if end - begin >= MIDNIGHT]  # « Mo, Tu 09:00-12:00 »
    if not TELLS_HOLIDAYS.search(said):
        unknown += [whole(day) for day in filter(is_holiday, window(start, days)) if meets(whole(day), opened)]
    return opened, unknown, set()


def is_conditional(state, comment):
    """« on appointment »: by the specification a comment alone makes a rule unknown, the library says open."""
    return state == UNKNOWN or (state == OPEN and comment != "")


def meets(one, others):
    return any(start < one[1] and one[0] < end for start, end in others)


def minus(ranges, cuts):
    """What is in `ranges` and in no cut, in order and merged."""
    cuts = merged(cuts)
    return [part for one in merged(ranges) for part in pieces(one, [cut for cut in cuts if meets(cut, [one])])]


def pieces(one, cuts):
    """What is left of a range between the cuts that meet it, in order."""
    edges = [one[0], *(edge for cut in cuts for edge in cut), one[1]]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
