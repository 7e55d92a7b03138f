"""Opening hours in plain French."""

from directory.hours.week import ALWAYS, CLOSED, MIDNIGHT, OPEN, groups, runs, week_of

NAMES = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MONTH_NAMES = [
    *["janvier", "février", "mars", "avril", "mai", "juin"],
    *["juillet", "août", "septembre", "octobre", "novembre", "décembre"],
]
HOLIDAYS = {CLOSED: ["fermé les jours fériés"], OPEN: ["les jours fériés, comme les autres jours"]}


def in_french(osm):
    """[sentence]; None when the text says more than a Week, and is then shown as it was written."""
    week = week_of(osm)
    return words_of(week) if week and any(week.days) else None


def words_of(week):
    if week == ALWAYS:
        return ["ouvert tous les jours, jour et nuit"]
    told = [f"{days_in_french(numbers)}, {times_in_french(ranges)}" for ranges, numbers in groups(week)]
    if week.season:
        told = [f"{season_in_french(*week.season)}\u202f: " + "\u202f; ".join(told), "fermé le reste de l’année"]
    return [*told, *lone_gap(week), *HOLIDAYS.get(week.holidays, [])]


def lone_gap(week):
    """« fermé le mercredi », the only closed day amid four open ones or more: what one would forget."""
    opened = [number for number, ranges in enumerate(week.days) if ranges]
    gaps = set(range(opened[0], opened[-1])) - set(opened)
    return [f"fermé le {NAMES[gaps.pop()]}"] if len(gaps) == 1 and len(opened) > 3 else []


def days_in_french(numbers):
    if len(numbers) == 7:
        return "tous les jours"
    return listed([days_between(first, last) for first, last in runs(numbers)])


def days_between(first, last):
    return f"le {NAMES[first]}" if first == last else f"du {NAMES[first]} au {NAMES[last]}"


def listed(parts):
    """« a, b et c »."""
    return " et ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def season_in_french(first, last):
    return (
        f"le {date_in_french(*first)}" if first == last else f"du {date_in_french(*first)} au {date_in_french(*last)}"
    )


def date_in_french(month, day):
    return f"{'1er' if day == 1 else day} {MONTH_NAMES[month - 1]}"


def times_in_french(ranges):
    if ranges == ((0, MIDNIGHT),):
        return "jour et nuit"
    return listed([range_in_french(start, end) for start, end in ranges])


def range_in_french(start, end):
    return f"de {clock(start)} à {clock(end)}"


def clock(minutes):
    """« 9 h 30 », « minuit »."""
    return "minuit" if minutes % MIDNIGHT == 0 else hour(minutes)


def hour(minutes):
    """« 9 h 30 », « 0 h »."""
    hours, rest = divmod(minutes % MIDNIGHT, 60)
    return f"{hours}\u202fh" + (f"\u202f{rest:02}" if rest else "")
