"""Opening hours, written as OpenStreetMap does, in plain French."""

import re

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
NAMES = dict(zip(DAYS, ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"], strict=True))
DAY, TIME = "(?:Mo|Tu|We|Th|Fr|Sa|Su)", r"\d\d:\d\d-\d\d:\d\d"
RULE = re.compile(rf"(?P<days>{DAY}(?:[-,]{DAY})*) (?P<times>{TIME}(?:,{TIME})*)")


def in_french(text):
    """[sentence] for each rule; None when some part of it is of another kind, which is then shown as it was written."""
    rules = [rule.strip() for rule in re.split(rf";|, (?={DAY}\b)", text) if rule.strip()]
    read = [RULE.fullmatch(rule) for rule in rules]
    if not rules or not all(read) or is_said_twice([day for rule in read for day in days_of(rule["days"])]):
        return None
    return [f"{days_in_french(rule['days'])}, {times_in_french(rule['times'])}" for rule in read]


def days_of(days):
    """Each day of « Mo-We,Fr »."""
    for part in days.split(","):
        first, _, last = part.partition("-")
        start = DAYS.index(first)
        yield from DAYS[start : DAYS.index(last or first) + 1]


def is_said_twice(days):
    """A later rule replaces the first one on that day: better shown as written than told wrong."""
    return len(days) != len(set(days))


def days_in_french(days):
    told = []
    for part in days.split(","):
        first, _, last = part.partition("-")
        told.append(f"du {NAMES[first]} au {NAMES[last]}" if last else f"le {NAMES[first]}")
    return ", ".join(told)


def times_in_french(times):
    return " et ".join(
        f"de {clock(start)} à {clock(end)}" for start, end in (one.split("-") for one in times.split(","))
    )


def clock(time):
    """« 9 h 30 »."""
    hour, minute = time.split(":")
    return f"{int(hour)}\u202fh" + (f"\u202f{minute}" if minute != "00" else "")
