"""Is it open? One sentence, for somebody who would go there."""

from dataclasses import dataclass
from datetime import date, timedelta

from directory.hours.openings import day_of, is_holiday, is_within, local, midnight_of, minute_of, openings
from directory.hours.week import CLOSED, MIDNIGHT, OPEN, UNKNOWN
from directory.hours.words import NAMES, clock, date_in_french, hour

NOT_KNOWN = "Horaires non connus\u202f: appelez avant"
IS_HOLIDAY = "C’est férié\u202f: appelez avant"
A_WEEK, A_YEAR = 7, 371


@dataclass(frozen=True)
class Now:
    state: str  # OPEN, CLOSED or UNKNOWN
    sentence: str


def now_in_french(osm, moment, closures=()):
    """What to tell at that moment; closures are (first day, last day or None, reason)."""
    today = local(moment).date()
    dates = [(first, last) for first, last, _ in closures]
    if is_within(today, dates):
        return Now(CLOSED, closure_in_french(today, closures))
    seen = openings(osm, today, A_WEEK, dates)
    if seen is None:
        return Now(UNKNOWN, NOT_KNOWN)
    minute = minute_of(moment)
    if end_at(minute, seen.unknown):
        return Now(UNKNOWN, IS_HOLIDAY if is_holiday(today) else NOT_KNOWN)
    if end := end_at(minute, seen.opened):
        return Now(OPEN, until_in_french(minute, end))
    if not begins_after(minute, seen.opened + seen.unknown):
        seen = openings(osm, today, A_YEAR, dates)
    return Now(CLOSED, next_in_french(minute, seen))


def end_at(minute, ranges):
    return next((end for start, end in ranges if start <= minute < end), None)


def begins_after(minute, ranges):
    return min((start for start, _ in ranges if start > minute), default=None)


def until_in_french(minute, end):
    if end >= midnight_of(day_of(minute)) + A_WEEK * MIDNIGHT:
        return "Ouvert jour et nuit"
    if end - minute <= MIDNIGHT:
        return f"Ouvert jusqu’à {clock(end)}"
    return f"Ouvert jusqu’à {day_in_french(end - 1, minute)} à {clock(end)}"


def next_in_french(minute, seen):
    start, doubt = begins_after(minute, seen.opened), begins_after(minute, seen.unknown)
    if doubt and (not start or doubt < start):
        return doubt_in_french(minute, doubt)
    if not start:
        return "Fermé pour le moment"
    day = day_in_french(start, minute)
    if day in ("aujourd’hui", "demain"):
        return f"Ouvre {day} à {hour(start)}"
    return f"Fermé {was_it_open(minute, seen)}, ouvre {day} à {hour(start)}"


def was_it_open(minute, seen):
    return "maintenant" if any(midnight_of(day_of(minute)) < end <= minute for _, end in seen.opened) else "aujourd’hui"


def doubt_in_french(minute, doubt):
    day = day_in_french(doubt, minute)
    told = f"{day}, c’est férié" if is_holiday(day_of(doubt)) else day
    return f"Fermé maintenant\u202f; {told}\u202f: appelez avant"


def day_in_french(minute, now):
    """« aujourd’hui », « demain », « lundi », « le 2 novembre »."""
    day = day_of(minute)
    distance = (day - day_of(now)).days
    if distance < 2:
        return ["aujourd’hui", "demain"][distance]
    return NAMES[day.weekday()] if distance < A_WEEK else f"le {date_in_french(day.month, day.day)}"


def closure_in_french(today, closures):
    last, reason = end_of_closure(today, closures)
    told = f"\u202f: {reason}" if reason else ""
    return f"Fermé jusqu’au {last_day_in_french(last, today)}{told}" if last else f"Fermé pour le moment{told}"


def end_of_closure(today, closures):
    """(last day or None, reason); closures that follow each other are one."""
    day, reasons = today, []
    while found := [one for one in closures if is_within(day, [one[:2]])]:
        _, last, reason = max(found, key=lambda one: one[1] or date.max)
        reasons.append(reason)
        if last is None or last == date.max:
            return None, reasons[0]
        day = last + timedelta(1)
    return day - timedelta(1), reasons[0]


def last_day_in_french(last, today):
    year = f" {last.year}" if (last - today).days > 300 else ""
    return f"{date_in_french(last.month, last.day)}{year}"
