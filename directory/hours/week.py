"""A usual week, its season and what happens on public holidays, to and from OpenStreetMap's opening_hours."""

import re
from calendar import monthrange
from dataclasses import dataclass

from directory.hours.library import is_read

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MIDNIGHT = 24 * 60
OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"
WHOLE_YEAR = ((1, 1), (12, 31))

# Without a word on holidays, nobody knows. `PH Mo-Fr` would say it, were it not read as `PH,Mo-Fr` by the library.
HOLIDAYS_TOO = ' open "jours fériés compris"'

DAY, MONTH = f"(?:{'|'.join([*DAYS, 'PH'])})", f"(?:{'|'.join(MONTHS)})"
TIME = r"\d\d?:\d\d"
TIMES = rf"{TIME} ?- ?{TIME}(?:, ?{TIME} ?- ?{TIME})*"
SEASON = re.compile(rf"({MONTH})(?: (\d\d?))?(?:-({MONTH})?(?: ?(\d\d?))?)?")
RULE = re.compile(
    rf"(?:(?P<season>{SEASON.pattern}):? )?(?:(?P<days>{DAY}(?:[-,]{DAY})*) )?(?P<times>{TIMES}|off|closed)(?: open)?"
)


@dataclass(frozen=True)
class Week:
    """For each day, [start, end[ in minutes since its midnight: (1320, 1560) is from 22:00 to 2:00."""

    days: tuple = ((),) * 7
    season: tuple | None = None  # ((11, 1), (3, 31)): month and day, both included
    holidays: str = UNKNOWN

    def ranges_on(self, day):
        return self.days[day.weekday()] if self.is_in_season(day) else ()

    def is_in_season(self, day):
        if not self.season:
            return True
        first, last = self.season
        after, before = first <= (day.month, day.day), (day.month, day.day) <= last
        return after and before if first <= last else after or before


ALWAYS = Week((((0, MIDNIGHT),),) * 7, holidays=OPEN)


def canonical(days, season, holidays):
    """One Week for one meaning: ranges in order, those that touch made one, no season for the whole year."""
    days = tuple(tuple(merged(ranges)) for ranges in days)
    return Week(days, None if season == WHOLE_YEAR else season, holidays) if any(days) else Week()


def merged(ranges):
    """In order, without overlap; those that touch are one."""
    told = []
    for start, end in sorted(ranges):
        if told and start <= told[-1][1]:
            told[-1] = (told[-1][0], max(end, told[-1][1]))
        else:
            told.append((start, end))
    return told


def groups(week):
    """[(ranges, the numbers of the days that have them)], in the order of the week."""
    found = {}
    for number, ranges in enumerate(week.days):
        if ranges:
            found.setdefault(ranges, []).append(number)
    return list(found.items())


def runs(numbers):
    """[0, 1, 2, 4] -> [(0, 2), (4, 4)]; two days alone stay two."""
    told = []
    for number in numbers:
        if told and number == told[-1][1] + 1:
            told[-1] = (told[-1][0], number)
        else:
            told.append((number, number))
    return [part for first, last in told for part in (alone(first, last) if last - first == 1 else [(first, last)])]


def alone(*numbers):
    return [(number, number) for number in numbers]


def to_osm(week):
    if not any(week.days):
        return ""
    if week == ALWAYS:
        return "24/7"
    season = f"{season_in_osm(week.season)} " if week.season else ""
    rules = [f"{season}{days_in_osm(numbers)} {times_in_osm(ranges)}" for ranges, numbers in groups(week)]
    said = {OPEN: HOLIDAYS_TOO, CLOSED: "; PH off", UNKNOWN: ""}[week.holidays]
    return (", " if has_nights(week) else "; ").join(rules) + said


def has_nights(week):
    """After « ; », a rule about Tuesday would cut Monday's night at midnight."""
    return any(end > MIDNIGHT for ranges in week.days for _, end in ranges)


def season_in_osm(season):
    return "-".join(f"{MONTHS[month - 1]} {day:02}" for month, day in season)


def days_in_osm(numbers):
    return ",".join(DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last in runs(numbers))


def times_in_osm(ranges):
    return ",".join(f"{time_in_osm(start)}-{time_in_osm(by_the_clock(end))}" for start, end in ranges)


def by_the_clock(end):
    """2:00 rather than 26:00; 24:00 stays."""
    return end - MIDNIGHT if end > MIDNIGHT else end


def time_in_osm(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def week_of(osm):
    """None when the text cannot be read, or says more than a Week holds."""
    text = osm.strip()
    if not text:
        return Week()
    if not is_read(text):
        return None
    rules = rules_of(re.sub("^24/7", "Mo-Su,PH 00:00-24:00", text.removesuffix(HOLIDAYS_TOO)))
    season = rules and only_season(rules)
    table = season and table_of(rules)
    return table and week_from(*table, season, text.endswith(HOLIDAYS_TOO))


def rules_of(text):
    """[(separator before it, rule)], or None when one is of another kind."""
    parts = ["; ", *re.split(r"(\s*;\s*|,\s+(?=[A-Z]))", text)]
    rules = [RULE.fullmatch(part) for part in parts[1::2]]
    return list(zip(parts[::2], rules, strict=True)) if all(rules) else None


def only_season(rules):
    """The season that all rules share; None when they do not. Holidays may be told once, for the whole year."""
    told = [(read_osm_season(rule["season"]), is_about_holidays(rule)) for _, rule in rules]
    shared = {season for season, holidays in told if not holidays}
    if len(shared) != 1 or None in shared or {season for season, _ in told} - shared - {WHOLE_YEAR}:
        return None
    return shared.pop()


def is_about_holidays(rule):
    return rule["days"] == "PH" and is_off(rule)


def is_off(rule):
    return rule["times"] in ("off", "closed")


def read_osm_season(text):
    """Nov 01-Mar 31, Nov-Mar, Nov, Nov 01, Nov 01-15; None when there is no such day."""
    if not text:
        return WHOLE_YEAR
    month, day, last_month, last_day = SEASON.fullmatch(text).groups()
    first = (MONTHS.index(month) + 1, int(day or 1))
    end = MONTHS.index(last_month or month) + 1
    last = (end, int(last_day or (day if not last_month else None) or last_day_of(end)))
    return (first, last) if is_day(*first) and is_day(*last) else None


def is_day(month, day):
    return 1 <= day <= last_day_of(month)


def last_day_of(month):
    return monthrange(2024, month)[1]  # a leap year


def table_of(rules):
    """(the ranges of each day, those of a holiday on that day or None), a later rule replacing an earlier one."""
    usual, holidays = [()] * 7, [None] * 7
    for separator, rule in rules:
        ranges = () if is_off(rule) else tuple(ranges_of(rule["times"]))
        if None in ranges:
            return None
        adds = separator.startswith(",") and ranges
        for line, number in cells_of(rule["days"], usual, holidays):
            line[number] = (line[number] or ()) + ranges if adds else ranges
    return usual, holidays


def cells_of(days, usual, holidays):
    for part in (days or "Mo-Su").split(","):
        first, _, last = part.partition("-")
        if "PH" in (first, last):
            yield from ((holidays, number) for number in range(7))
        else:
            start = DAYS.index(first)
            length = (DAYS.index(last or first) - start) % 7
            yield from ((usual, (start + number) % 7) for number in range(length + 1))


def ranges_of(times):
    """A range of no length is None: an error of whoever wrote it, or a whole day, who knows."""
    for part in times.split(","):
        start, end = (int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d+):(\d\d)", part))
        end += MIDNIGHT if end < start else 0
        yield (start, end) if start != end else None


def week_from(usual, holidays, season, are_holidays_told):
    meaning = meaning_of(usual, holidays, are_holidays_told)
    week = canonical(usual, season, meaning)
    return week if meaning and any(usual) and all(is_short(*one) for ranges in week.days for one in ranges) else None


def is_short(start, end):
    """A range may go into the night, not around the clock: a whole day is from midnight to midnight."""
    return end - start < MIDNIGHT or (start, end) == (0, MIDNIGHT)


def meaning_of(usual, holidays, are_holidays_told):
    """Are public holidays as the other days? None when they have hours of their own."""
    if holidays == [None] * 7:
        return OPEN if are_holidays_told else UNKNOWN
    if are_holidays_told:
        return None
    if not any(holidays):
        return CLOSED
    return OPEN if [merged(one or ()) for one in holidays] == [merged(one) for one in usual] else None
