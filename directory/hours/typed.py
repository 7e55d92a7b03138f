"""Opening hours as people type them: « 9h-12h, 14h-17h30 », « de 9 h à midi », « fermé »."""

import re
import unicodedata

from directory.hours.week import DAYS, MIDNIGHT, UNKNOWN, Week, by_the_clock, canonical, is_day, is_short, merged
from directory.hours.words import MONTH_NAMES, NAMES, clock, hour, range_in_french

EXAMPLE = "Écrivez par exemple «\u202f9h-12h, 14h-17h30\u202f» ou «\u202ffermé\u202f»."
DAY_AND_NIGHT = "Pour jour et nuit, écrivez «\u202f0h-24h\u202f»."
LONGEST = 200
IS_CLOSED = re.compile(r"(?:c'est |toujours )?ferm[eé]e?s?|clos|non|n[eé]ant|aucun|rien|[-–—_/x.0]+")
SAME_MEANING = [
    (r"[’ʼ`´]", "'"),
    (r"\b24(?: ?h)? ?(?:/|sur) ?24(?: ?h)?\b|\bjour et nuit\b|^24 ?h(?:eures?)?$", "0h-24h"),
    (r"\b7 ?j(?:ours?)? ?(?:/|sur) ?7 ?(?:j(?:ours?)?)?\b", " "),
    (r"(\d) ?h(?:eures?)? et demie?\b", r"\1h30"),
    (r"(\d) ?h(?:eures?)? et quart\b", r"\1h15"),
    (r"(?<![-\w])midi et demie?\b", "12h30"),
    (r"\b(?:l')?apr[eè]s[- ]midi\b", "soir"),
]
TIME = re.compile(
    r"\b(?P<word>midi|minuit)\b"
    r"|(?<![\d:h])(?P<hour>\d{1,2}) ?(?:h(?:eures?|rs?)?(?:\b|(?=\d\d))|:(?=\d)|\.(?=\d\d\b))"
    r"(?: ?(?P<minute>\d\d)(?! ?[h:]|\d)(?: ?(?:mn|min(?:utes?)?)\b)?)?"
    r"|(?<![\d:h])(?P<digits>\d{1,4})(?![\dh:])"
)
# What may stand inside a range, and around it.
LINK = re.compile(r" *(?:(?:[-‐–—‒―−→>/]|à|aux?|a|jusqu'à|jusqu'a) *)*")
BETWEEN = re.compile(
    r"(?:[ ,;/&+.|:()-]|et|puis|des?|dès|du|ouverte?|le|matin|soir|non[- ]stop|en continu|journée continue)*"
)
HALVES = re.compile(r"\bsoir\b")
LONGEST_NIGHT = 16 * 60  # more, from one day to the next, is rather two hours in the wrong order


def read_week(texts, season=("", ""), holidays=UNKNOWN):
    """(Week, {day or "season": sentence on what cannot be read}); `texts` by day, `season` as two typed dates."""
    days, problems = [], {}
    for day in DAYS:
        ranges, problem = read_day(texts.get(day) or "")
        days.append(ranges)
        problems |= {day: problem} if problem else {}
    problems = problems or overlaps_of_nights(days) or never_open(texts, days)
    period, problem = read_season(*season)
    problems |= {"season": problem} if problem else {}
    return (Week() if problems else canonical(days, period, holidays)), problems


def read_day(text):
    """(ranges, None), or ((), what cannot be read)."""
    if len(text) > LONGEST:
        return (), f"Ce texte est trop long. {EXAMPLE}"
    told = simplified(text)
    if not told or IS_CLOSED.fullmatch(told):
        return (), None
    times = list(TIME.finditer(told))
    if problem := problem_of_text(text, told, times):
        return (), problem
    ranges = [range_between(read_time(start), read_time(end)) for start, end in zip(*[iter(times)] * 2, strict=True)]
    problem = problem_of_ranges(ranges, told)
    return ((), problem) if problem else (tuple(merged(ranges)), None)


def simplified(text):
    """In small letters, with plain spaces, one way of saying for several."""
    told = " ".join(unicodedata.normalize("NFKC", text).lower().split()).strip(" .!")
    for pattern, replacement in SAME_MEANING:
        told = re.sub(pattern, replacement, told)
    return told.strip()


def problem_of_text(text, told, times):
    """Words other than hours, an hour that does not exist, an end that is missing."""
    if not times:
        return not_read(text)
    if wrong := next((one[0].strip() for one in times if read_time(one) is None), None):
        return f"«\u202f{wrong}\u202f» n’est pas une heure. {EXAMPLE}"
    if any(not allowed.fullmatch(gap) for allowed, gap in gaps(told, times)):
        return not_read(text)
    if len(times) % 2:
        return f"Il manque une heure\u202f: chaque plage a un début et une fin. {EXAMPLE}"
    return None


def not_read(text):
    return f"«\u202f{' '.join(text.split())}\u202f» ne se lit pas comme des heures. {EXAMPLE}"


def gaps(told, times):
    """What stands before the first hour, between two, and after the last one, with what may stand there."""
    edges = [0, *(edge for one in times for edge in one.span()), len(told)]
    for number in range(0, len(edges), 2):
        inside = number // 2 % 2 == 1 and number < len(edges) - 2
        yield (LINK if inside else BETWEEN), told[edges[number] : edges[number + 1]]


def read_time(found):
    """Minutes since midnight; 24 h is 1440. None when there is no such hour."""
    if found["word"]:
        return {"midi": MIDNIGHT // 2, "minuit": 0}[found["word"]]
    digits = found["digits"] or ""
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (found["hour"] or digits, found["minute"] or 0)
    total = int(hours) * 60 + int(minutes)
    return total if int(minutes) < 60 and total <= MIDNIGHT else None


def range_between(start, end):
    """After the start, if need be on the next day; a range of no length stays so, to be refused."""
    return start % MIDNIGHT, end + MIDNIGHT if end < start % MIDNIGHT else end


def problem_of_ranges(ranges, told):
    for start, end in ranges:
        if start % MIDNIGHT == end % MIDNIGHT and (start, end) != (0, MIDNIGHT):
            return f"De {clock(start)} à {clock(end)}\u202f: le début et la fin sont les mêmes. {DAY_AND_NIGHT}"
        if end > MIDNIGHT and end - start > LONGEST_NIGHT:
            told = range_in_french(start, end)
            return f"«\u202f{told}\u202f» finit avant de commencer\u202f: est-ce bien dans cet ordre\u202f?"
    if HALVES.search(told) and ranges[-1][1] <= MIDNIGHT // 2:
        return "L’après-midi et le soir, écrivez par exemple 14h ou 20h, pas 2h ou 8h."
    ranges = sorted(ranges)
    for one, other in zip(ranges, ranges[1:], strict=False):
        if other[0] < one[1]:
            return f"«\u202f{range_in_french(*one)}\u202f» et «\u202f{range_in_french(*other)}\u202f» se chevauchent."
    return None if all(is_short(*one) for one in merged(ranges)) else f"Plus d’un jour d’affilée. {DAY_AND_NIGHT}"


def overlaps_of_nights(days):
    """{day: problem} where a night ends after the next day has begun."""
    found = {}
    for number, ranges in enumerate(days):
        following = (number + 1) % 7
        end = max((end for _, end in ranges), default=0) - MIDNIGHT
        if days[following] and end > min(days[following])[0]:
            found[DAYS[following]] = (
                f"La nuit du {NAMES[number]} finit à {hour(end)}, après le début du {NAMES[following]}."
            )
    return found


def never_open(texts, days):
    """A closed week would be lost: a closure has its dates."""
    told = [day for day in DAYS if (texts.get(day) or "").strip()]
    if not told or any(days):
        return {}
    return {told[0]: "Aucun jour n’est ouvert. Écrivez les heures d’un jour au moins, ou laissez tout vide."}


def read_season(first, last):
    """(((month, day), (month, day)) or None, problem or None)."""
    if not first.strip() and not last.strip():
        return None, None
    dates = (read_date(first), read_date(last))
    if None in dates:
        wrong = (last if dates[0] else first).strip()
        told = f"«\u202f{wrong[:50]}\u202f» ne se lit pas comme une date." if wrong else "Il manque une des deux dates."
        return None, f"{told} Écrivez par exemple «\u202f1er novembre\u202f» ou «\u202f01/11\u202f»."
    return dates, None


def read_date(text):
    """« 1er novembre », « 01/11 », « 1 nov. » -> (11, 1)."""
    found = re.fullmatch(r"(?:le |du |au )?(\d{1,2})(?:er)?(?: ?[/.-] ?(\d{1,2})| ([^\W\d]{3,9})\.?)", plain(text[:50]))
    if not found:
        return None
    month = int(found[2]) if found[2] else month_named(found[3])
    date = (month, int(found[1]))
    return date if 1 <= month <= 12 and is_day(*date) else None


def month_named(start):
    """« janv » -> 1; 0 when none or several begin so."""
    found = [number for number, name in enumerate(MONTH_NAMES, 1) if plain(name).startswith(start)]
    return found[0] if len(found) == 1 else 0


def plain(text):
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return " ".join("".join(one for one in decomposed if not unicodedata.combining(one)).split())


def as_typed(week):
    """The texts of a form that would be read as this week."""
    closed = "fermé" if any(week.days) else ""
    return {
        day: ", ".join(f"{short(start)}-{short(end)}" for start, end in ranges) or closed
        for day, ranges in zip(DAYS, week.days, strict=True)
    }


def short(minutes):
    """« 9h », « 14h30 », « 24h »."""
    hours, rest = divmod(by_the_clock(minutes), 60)
    return f"{hours}h" + (f"{rest:02}" if rest else "")
