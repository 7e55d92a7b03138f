"""Hours as typed, as OpenStreetMap writes them, and when it is open: each told by an independent count."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.hours import (
    CLOSED,
    DAYS,
    OPEN,
    UNKNOWN,
    Week,
    as_typed,
    holidays_of,
    in_french,
    library,
    minute_of,
    now_in_french,
    openings,
    read_season,
    read_week,
    to_osm,
    week_of,
)
from directory.hours.openings import day_of
from directory.hours.week import canonical

REAL = Path(__file__).parents[3] / "shared/data/horaires/real_horaires_distinct.json"
PARIS = ZoneInfo("Europe/Paris")
A_DAY = 24 * 60
STARTS = [date(2026, 3, 26), date(2026, 10, 22), date(2026, 12, 20), date(2027, 4, 27), date(2028, 2, 24)]
SPRING = {date(2026, 4, 6), date(2027, 5, 1), date(2027, 5, 6), date(2027, 5, 8)}
HOLIDAYS = SPRING | {date(2026, 11, 1), date(2026, 12, 25), date(2027, 1, 1)}  # those after the days above


def unknown_days(found):
    """The dates on which something is not known, though perhaps not the whole day."""
    return sorted({day_of(minute) for start, end in found.unknown for minute in [*range(start, end, A_DAY), end - 1]})


@st.composite
def days_apart(draw):
    """Ranges of one day, in order and apart, the last of which may go into the night."""
    edges = sorted(draw(st.sets(st.integers(0, 287), max_size=6)))
    ranges = [(5 * start, 5 * end) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    if len(edges) % 2:
        ranges.append((5 * edges[-1], draw(st.sampled_from([A_DAY, A_DAY + 5 * draw(st.integers(0, edges[0]))]))))
    return tuple(one for one in ranges if one[1] - one[0] < A_DAY or one == (0, A_DAY))


@st.composite
def weeks(draw):
    days = draw(st.lists(days_apart(), min_size=2, max_size=3))
    chosen = draw(st.lists(st.sampled_from([(), ((0, A_DAY),), *days]), min_size=7, max_size=7))
    a_day = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day))
    season = draw(st.none() | st.tuples(a_day, a_day))
    return canonical(chosen, season, draw(st.sampled_from([OPEN, CLOSED, UNKNOWN])))


def minutes_of(ranges):
    """Every fifth minute: the invented ranges begin and end there."""
    return {minute for start, end in ranges for minute in range(start, end, 5)}


def covers(ranges, minute):
    return any(start <= minute < end for start, end in ranges)


def counted(week, start, days, skipped=frozenset()):
    """The open minutes, day by day, nights included; those that begin on a skipped day are not."""
    found = set()
    for number in range(-1, days):
        day = start + timedelta(number)
        if day not in skipped and is_on(week.season, day):
            midnight = (day - date(2020, 1, 1)).days * A_DAY
            found |= minutes_of((midnight + a, midnight + b) for a, b in week.days[day.weekday()])
    first = (start - date(2020, 1, 1)).days * A_DAY
    return {minute for minute in found if first <= minute < first + days * A_DAY}


def is_on(season, day):
    if not season:
        return True
    (m1, d1), (m2, d2) = season
    first, last, today = m1 * 100 + d1, m2 * 100 + d2, day.month * 100 + day.day
    return first <= today <= last if first <= last else not last < today < first


def without(minutes, days):
    shut = {(day - date(2020, 1, 1)).days for day in days}
    return {minute for minute in minutes if minute // A_DAY not in shut}


@given(weeks())
@example(Week())
@example(week_of("24/7"))
@example(Week((((1320, 1560),), ((600, 720),), (), (), (), (), ()), holidays=OPEN))
def test_a_week_is_read_back(week):
    assert week_of(to_osm(week)) == week
    assert len(to_osm(week)) <= 500


@given(weeks())
def test_a_week_typed_again_is_the_same_week(week):
    season = [f"{day}/{month}" for month, day in week.season] if week.season else ("", "")
    read, problems = read_week(as_typed(week), season, week.holidays)
    if overlapping(week) or any(is_backwards(*one) for ranges in week.days for one in ranges):
        assert problems
    else:
        assert (read, problems) == (week, {})


def is_backwards(start, end):
    """« 14h-12h » : most of a day, then the morning of the next one, is asked again."""
    return end > 24 * 60 and end - start > 16 * 60


def overlapping(week):
    return any(
        ranges and following and ranges[-1][1] - A_DAY > following[0][0]
        for ranges, following in zip(week.days, [*week.days[1:], week.days[0]], strict=True)
    )


@given(weeks(), st.sampled_from(STARTS))
@example(Week((((1320, 1560),),) * 7, season=((12, 20), (1, 2))), date(2026, 12, 20))
@example(Week((((540, 720),),) * 5 + ((), ()), holidays=OPEN), date(2027, 4, 27))
@example(Week((((0, 360), (1320, 1620)),) * 7), date(2026, 3, 26))
def test_the_library_counts_as_we_do(week, start):
    if not any(week.days):
        return
    first = datetime(start.year, start.month, start.day)
    found = library.intervals(to_osm(week), first, first + timedelta(14))
    opened = minutes_of((minute_of(a), minute_of(b)) for a, b, state, _ in found if state == OPEN)
    shut = HOLIDAYS if week.holidays == CLOSED else ()
    assert opened == without(counted(week, start, 14), shut)


SOME_CLOSURES = st.lists(st.tuples(st.integers(-3, 16), st.none() | st.integers(0, 4)), max_size=2)


@given(weeks(), st.sampled_from(STARTS), SOME_CLOSURES)
def test_openings_are_those_of_the_week(week, start, closures):
    closures = [
        (start + timedelta(first), None if length is None else start + timedelta(first + length))
        for first, length in closures
    ]
    found = openings(to_osm(week), start, 14, closures)
    if not any(week.days):
        assert found is None
        return
    closed = {day for n in range(-1, 14) if any(a <= (day := start + timedelta(n)) <= (b or day) for a, b in closures)}
    usual = {day for day in HOLIDAYS if is_on(week.season, day) and week.days[day.weekday()]}
    shut = closed | {OPEN: set(), CLOSED: HOLIDAYS, UNKNOWN: usual}[week.holidays]
    expected = without(counted(week, start, 14, skipped=shut), shut)
    unknown = minutes_of(found.unknown)
    assert minutes_of(found.opened) == expected - unknown
    assert found.opened == sorted(found.opened)
    assert all(one[1] < other[0] for one, other in zip(found.opened, found.opened[1:], strict=False))
    if week.holidays == UNKNOWN:
        inside = {start + timedelta(n) for n in range(14)}
        assert (usual & inside) - closed <= set(unknown_days(found))
    else:
        assert found.unknown == []


def typed(*texts):
    return dict(zip(DAYS, texts, strict=False))


@pytest.mark.parametrize(
    "text",
    [
        "9h-12h, 14h-17h30",
        "9:00 à 12:00 et 14h à 17h30",
        "9:00-12:00 14:00-17:30",
        "de 9h à midi et de 14 h à 17 h 30",
        "De 9 heures à 12 heures puis de 14 heures à 17 heures 30",
        "9H00–12H00 / 14H00–17H30",
        "9h/12h - 14h/17h30",
        "9.00-12.00 ; 14.00-17.30",
        "9-12, 14-17h30",
        "0900-1200 1400-1730",
        "9\u202fh à 12\u202fh et 14\u00a0h à 17\u00a0h\u00a030.",
        "matin : 9h-12h, après-midi : 14h-17h30",
        "le matin de 9h à midi, l’après-midi de 14h à 17h et demie",
        "14h à 17h30 et 9h jusqu’à 12h",
        "9h00mn - 12h00mn & 14h - 17h30min",
        "9h->12h + 14h→17h30",
        "9h 12h 14h 17h30",
        "9heures-12heures,14heures-17heures30",
        "(9h‑12h) (14h‑17h30)",
        "９ｈ－１２ｈ、14h-17h30".replace("、", ","),
        "9h-10h, 10h-12h, 14h-17h30",
        "9h-12h\n14h-17h30",
    ],
)
def test_hours_are_read_however_typed(text):
    week, problems = read_week(typed(text))
    assert problems == {}
    assert week.days[0] == ((540, 720), (840, 1050))


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("22h-2h", ((1320, 1560),)),
        ("22h à minuit", ((1320, 1440),)),
        ("22h-24h", ((1320, 1440),)),
        ("22h-0h", ((1320, 1440),)),
        ("minuit à 6h", ((0, 360),)),
        ("24h-6h", ((0, 360),)),
        ("00:00-24:00", ((0, 1440),)),
        ("24h/24", ((0, 1440),)),
        ("24h/24 7j/7", ((0, 1440),)),
        ("jour et nuit", ((0, 1440),)),
        ("midi et demi à 14h", ((750, 840),)),
        ("midi à minuit", ((720, 1440),)),
        ("12h30/14h", ((750, 840),)),
        ("fermé", ()),
        ("Fermé.", ()),
        ("FERMÉE", ()),
        ("-", ()),
        ("  ", ()),
    ],
)
def test_nights_and_closed_days(text, ranges):
    week, problems = read_week(typed(text, "9h-12h") if ranges[-1:] != ((1320, 1560),) else typed(text))
    assert problems == {}
    assert week.days[0] == ranges


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("9h-9h", "le début et la fin sont les mêmes"),
        ("0h-0h", "le début et la fin sont les mêmes"),
        ("minuit à minuit", "le début et la fin sont les mêmes"),
        (
            "9h-12h, 11h-14h",
            "«\u202fde 9\u202fh à 12\u202fh\u202f» et «\u202fde 11\u202fh à 14\u202fh\u202f» se chevauchent",
        ),
        ("9h-12h, 9h-12h", "se chevauchent"),
        ("22h-2h, 23h-1h", "se chevauchent"),
        ("6h-22h, 22h-6h", "Plus d’un jour d’affilée"),
        ("9h-12h, 14h", "Il manque une heure"),
        ("9h", "Il manque une heure"),
        ("25h-26h", "«\u202f25h\u202f» n’est pas une heure"),
        ("9h75-12h", "n’est pas une heure"),
        ("9h-12h sur rendez-vous", "ne se lit pas"),
        ("sur rendez-vous", "ne se lit pas"),
        ("1er samedi 9h-12h", "ne se lit pas"),
        ("9h, 12h", "ne se lit pas"),
        ("9h et 12h", "ne se lit pas"),
        ("9h5-12h", "ne se lit pas"),
        ("9,15-12,30", "n’est pas une heure"),
        ("2h-5h l’après-midi", "par exemple 14h"),
        ("-9h--12h-3", "Il manque"),
        ("9h" + "-" * 190 + "x", "ne se lit pas"),
        ("9h" + " a" * 90 + "!x", "ne se lit pas"),
        ("9h-12h'; DROP TABLE services;--", "ne se lit pas"),
        ("🕘-🕛", "ne se lit pas"),
        ("9" * 10000, "trop long"),
        ("\x00", "ne se lit pas"),
        ("١h-٢h", None),
    ],
)
def test_what_cannot_be_read_is_told(text, sentence):
    week, problems = read_week(typed("9h-12h", text))
    assert sentence is None or sentence in problems["Tu"]
    assert not problems or week == Week()


def test_a_night_into_the_next_day():
    assert read_week(typed("22h-2h", "2h-6h"))[1] == {}
    assert read_week(typed("22h-2h", "1h-3h"))[1] == {
        "Tu": "La nuit du lundi finit à 2\u202fh, après le début du mardi."
    }
    assert read_week({"Su": "22h-2h", "Mo": "1h-3h"})[1].keys() == {"Mo"}


def test_nothing_told_is_nothing_known():
    assert read_week({}) == (Week(), {})
    assert to_osm(Week()) == ""
    assert read_week(typed("fermé"))[1].keys() == {"Mo"}


@pytest.mark.parametrize(
    ("first", "last", "season"),
    [
        ("", "", None),
        ("1er novembre", "31 mars", ((11, 1), (3, 31))),
        ("01/11", "31/03", ((11, 1), (3, 31))),
        ("1 nov.", "29 févr", ((11, 1), (2, 29))),
        ("15 AOÛT", "15 aout", ((8, 15), (8, 15))),
        ("du 1ᵉʳ janvier", "au 31 décembre", ((1, 1), (12, 31))),
    ],
)
def test_seasons_are_read(first, last, season):
    assert read_season(first, last) == (season, None)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("1er novembre", "", "Il manque"),
        ("", "1/1", "Il manque"),
        ("30 février", "1/3", "30 février"),
        ("1/13", "1/3", "1/13"),
        ("1/1", "1 jui", "1 jui"),
        ("hiver", "été", "hiver"),
        ("x" * 10000, "1/1", "xxx"),
    ],
)
def test_seasons_that_are_not_read(first, last, told):
    week, problems = read_week(typed("9h-12h"), (first, last))
    assert told in problems["season"]
    assert week == Week()


NINE = ((540, 720),)


@pytest.mark.parametrize(
    ("osm", "told"),
    [
        ("Mo-Fr 09:00-12:00,14:00-17:00; We off", "Mo,Tu,Th,Fr 09:00-12:00,14:00-17:00"),
        ("Mo-Fr 09:00-17:00; We 09:00-12:00", "Mo,Tu,Th,Fr 09:00-17:00; We 09:00-12:00"),
        ("Mo-Fr 09:00-12:00, We 14:00-16:00", "Mo,Tu,Th,Fr 09:00-12:00; We 09:00-12:00,14:00-16:00"),
        ("09:00-12:00; Th off", "Mo-We,Fr-Su 09:00-12:00"),
        ("Fr-Mo 9:00-12:00", "Mo,Fr-Su 09:00-12:00"),
        ("Mo 08:30-13:00,13:00-17:00", "Mo 08:30-17:00"),
        ("Mo 22:00-26:00", "Mo 22:00-02:00"),
        ("Mo 22:00-00:00", "Mo 22:00-24:00"),
        ("Mo-Fr 22:00-02:00; Sa 10:00-12:00", "Mo-Fr 22:00-02:00, Sa 10:00-12:00"),
        ("Nov 1-Mar 31: Mo 09:00-12:00", "Nov 01-Mar 31 Mo 09:00-12:00"),
        ("Nov-Feb Mo 09:00-12:00; PH off", "Nov 01-Feb 29 Mo 09:00-12:00; PH off"),
        ("Nov Mo 09:00-12:00; Nov PH off", "Nov 01-Nov 30 Mo 09:00-12:00; PH off"),
        ("Nov 01-15 Mo 09:00-12:00", "Nov 01-Nov 15 Mo 09:00-12:00"),
        ("Jan-Dec Mo 09:00-12:00", "Mo 09:00-12:00"),
        ("PH off; Mo 09:00-12:00", "Mo 09:00-12:00; PH off"),
        ("Mo-Fr 09:00-12:00; PH,Mo off", "Tu-Fr 09:00-12:00; PH off"),
        ("Mo-Su,PH 09:00-12:00", 'Mo-Su 09:00-12:00 open "jours fériés compris"'),
        ("Mo-Su 00:00-24:00", "Mo-Su 00:00-24:00"),
        ("24/7", "24/7"),
        ("24/7; PH off", "Mo-Su 00:00-24:00; PH off"),
        ("Mo-Fr 09:00-12:00 open", "Mo-Fr 09:00-12:00"),
        # More than a Week holds, or nobody knows what:
        ("week 1-20 Mo 09:00-12:00", None),
        ("Mo[1] 09:00-12:00", None),
        ("Apr-Sep Mo 09:00-12:00; Oct-Mar Mo 14:00-16:00", None),
        ("Mo 09:00-12:00; Aug off", None),
        ('Mo 09:00-12:00 "sur rendez-vous"', None),
        ('Mo 09:00-12:00 || "sur rendez-vous"', None),
        ("Mo-Fr,PH 09:00-12:00", None),
        ("Mo-Fr 09:00-12:00; PH 10:00-11:00", None),
        ("PH Mo-Fr 09:00-12:00", None),
        ("PH off", None),
        ("Mo off", None),
        ("off", None),
        ("Mo, Tu 09:00-12:00", None),
        ("Mo 09:00-09:00", None),
        ("Mo 06:00-31:00", None),
        ("Mo 09:00+", None),
        ("Mo 08:30-12:00-14:00", None),
        ("Sa", None),
        ("2026 Mo 09:00-12:00", None),
        ("Feb 30 Mo 09:00-12:00", None),
        ("lundi", None),
        ("x" * 10000, None),
        ("Mo 09:00-12:00; " * 5000 + "We off", None),
        ("'; DROP TABLE directory_service; --", None),
        ("🕘 Mo 09:00-12:00", None),
        ("Mo\ud800 09:00-12:00", None),
        ("Mo 09:00-12:00\x00", None),
    ],
)  # fmt: skip
def test_what_the_editor_can_hold(osm, told):
    week = week_of(osm)
    assert (week and to_osm(week)) == told
    openings(osm, date(2026, 12, 20), 14)
    in_french(osm)


def wall(year, month, day, hour=0, minute=0):
    return minute_of(datetime(year, month, day, hour, minute))


def test_minutes_are_those_of_the_clock_on_the_wall():
    assert minute_of(datetime(2020, 1, 1)) == 0
    assert minute_of(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == wall(2026, 3, 29, 3, 30)
    assert minute_of(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == wall(2026, 10, 25, 2, 30)
    assert minute_of(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == wall(2026, 10, 25, 2, 30)
    assert minute_of(datetime(2026, 12, 25, 9, tzinfo=PARIS)) == wall(2026, 12, 25, 9)


def test_a_night_when_the_clock_changes():
    for start in (date(2026, 3, 28), date(2026, 10, 24)):
        found = openings("Mo-Su 22:00-04:00", start, 2).opened
        assert [end - begin for begin, end in found] == [4 * 60, 6 * 60, 2 * 60]
        assert openings("Mo[1] 22:00-04:00; Mo-Su 22:00-04:00", start, 2).opened == found


def test_a_holiday_of_which_nothing_is_said():
    found = openings("Mo-Fr 09:00-12:00", date(2026, 12, 24), 3)
    assert found.opened == [(wall(2026, 12, 24, 9), wall(2026, 12, 24, 12))]
    assert unknown_days(found) == [date(2026, 12, 25)]
    assert unknown_days(openings("Mo-Th 09:00-12:00", date(2026, 12, 24), 3)) == []  # closed on Fridays anyway
    assert unknown_days(openings("Mo[1] 09:00-12:00; Fr 09:00-12:00", date(2026, 12, 24), 3)) == [date(2026, 12, 25)]
    assert unknown_days(openings("Mo[1] 09:00-12:00; Fr 09:00-12:00; PH off", date(2026, 12, 24), 3)) == []
    assert openings("24/7", date(2026, 12, 24), 3).opened == [(wall(2026, 12, 24), wall(2026, 12, 27))]


@pytest.mark.parametrize("osm", ['Mo-Su 09:00-12:00 "sur rendez-vous"', 'Mo-Su 09:00-12:00 unknown "appeler"'])
def test_on_appointment_is_not_known(osm):
    found = openings(osm, date(2026, 11, 30), 1)
    assert found.opened == []
    assert found.unknown == [(wall(2026, 11, 30, 9), wall(2026, 11, 30, 12))]


@pytest.mark.parametrize(
    "osm",
    [
        *["", "  ", "lundi", "sunrise-sunset", "Mo 09:00+", "Mo 09:00-12:00; SH off", "Mo 09:00-12:00; Tu 14:00-14:00"],
        'Mo 09:00-12:00 || "sur rendez-vous"',
    ],
)
def test_hours_of_which_nothing_can_be_known(osm):
    assert openings(osm, date(2026, 11, 30), 7) is None


def test_a_day_without_hours_is_not_open_day_and_night():
    found = openings("Mo, Tu 09:00-12:00", date(2026, 11, 30), 2)
    assert unknown_days(found) == [date(2026, 11, 30)]
    assert found.opened == [(wall(2026, 12, 1, 9), wall(2026, 12, 1, 12))]


def test_closures_are_taken_out_with_their_nights():
    closures = [(date(2026, 11, 30), date(2026, 12, 1)), (date(2026, 12, 4), None)]
    found = openings("Mo-Su 20:00-02:00", date(2026, 11, 29), 30, closures).opened
    assert found == [
        (wall(2026, 11, 29), wall(2026, 11, 29, 2)),
        (wall(2026, 11, 29, 20), wall(2026, 11, 30)),
        (wall(2026, 12, 2, 20), wall(2026, 12, 3, 2)),
        (wall(2026, 12, 3, 20), wall(2026, 12, 4)),
    ]


def test_the_holidays_of_france():
    assert len(holidays_of(2026)) == 11
    assert holidays_of(2026) | holidays_of(2027) >= HOLIDAYS
    assert date(2026, 5, 14) in holidays_of(2026)
    assert holidays_of(2100) == frozenset()


EPIPHANY = datetime(2026, 1, 6)
WORK = "Mo-Fr 09:00-12:00,14:00-17:30"
AT_CHRISTMAS = [
    (date(2026, 12, 21), date(2026, 12, 27), "congés"),
    (date(2026, 12, 28), date(2027, 1, 2), "inventaire"),
]


@pytest.mark.parametrize(
    ("osm", "moment", "closures", "state", "sentence"),
    [
        (WORK, datetime(2026, 11, 30, 15), [], OPEN, "Ouvert jusqu’à 17 h 30"),
        (WORK, datetime(2026, 11, 30, 9), [], OPEN, "Ouvert jusqu’à 12 h"),
        (WORK, datetime(2026, 11, 30, 12), [], CLOSED, "Ouvre aujourd’hui à 14 h"),
        (WORK, datetime(2026, 11, 30, 11, 30, tzinfo=UTC), [], CLOSED, "Ouvre aujourd’hui à 14 h"),
        (WORK, datetime(2026, 11, 30, 17, 30), [], CLOSED, "Ouvre demain à 9 h"),
        (WORK, datetime(2026, 12, 4, 18), [], CLOSED, "Fermé maintenant, ouvre lundi à 9 h"),
        (WORK, datetime(2026, 12, 5, 10), [], CLOSED, "Fermé aujourd’hui, ouvre lundi à 9 h"),
        (WORK, datetime(2026, 12, 25, 10), [], UNKNOWN, "C’est férié : appelez avant"),
        (WORK, datetime(2026, 12, 24, 18), [], CLOSED, "Fermé maintenant ; demain, c’est férié : appelez avant"),
        (WORK + "; PH off", datetime(2026, 12, 25, 10), [], CLOSED, "Fermé aujourd’hui, ouvre lundi à 9 h"),
        (WORK, datetime(2026, 12, 22, 10), AT_CHRISTMAS, CLOSED, "Fermé jusqu’au 2 janvier : congés"),
        (WORK, datetime(2026, 12, 30, 10), AT_CHRISTMAS, CLOSED, "Fermé jusqu’au 2 janvier : inventaire"),
        (WORK, datetime(2026, 12, 18, 18), AT_CHRISTMAS, CLOSED, "Fermé maintenant, ouvre le 4 janvier à 9 h"),
        (WORK, datetime(2026, 12, 22), [(date(2026, 1, 1), None, "travaux")], CLOSED, "Fermé pour le moment : travaux"),
        ("", datetime(2026, 12, 22), [(date(2026, 1, 1), None, "")], CLOSED, "Fermé pour le moment"),
        (WORK, EPIPHANY, [(date(2026, 1, 1), date(2027, 1, 1), "")], CLOSED, "Fermé jusqu’au 1er janvier 2027"),
        (WORK, EPIPHANY, [(date(2026, 1, 1), date.max, "")], CLOSED, "Fermé pour le moment"),
        ("", datetime(2026, 12, 22), [], UNKNOWN, "Horaires non connus : appelez avant"),
        ("sur rendez-vous", datetime(2026, 12, 22), [], UNKNOWN, "Horaires non connus : appelez avant"),
        ('Mo-Su 09:00-12:00 "RV"', datetime(2026, 12, 22, 10), [], UNKNOWN, "Horaires non connus : appelez avant"),
        ('Mo-Su 09:00-12:00 "RV"', EPIPHANY, [], CLOSED, "Fermé maintenant ; aujourd’hui : appelez avant"),
        ("24/7", datetime(2026, 12, 22), [], OPEN, "Ouvert jour et nuit"),
        ("Mo,Tu 00:00-24:00", datetime(2026, 11, 30, 1), [], OPEN, "Ouvert jusqu’à demain à minuit"),
        ("Mo-Th 00:00-24:00", datetime(2026, 11, 30, 1), [], OPEN, "Ouvert jusqu’à jeudi à minuit"),
        ("Mo-Su 20:00-08:00", datetime(2026, 11, 30, 21), [], OPEN, "Ouvert jusqu’à 8 h"),
        ("Mo 20:00-24:00", datetime(2026, 11, 30, 21), [], OPEN, "Ouvert jusqu’à minuit"),
        ("We 00:00-06:00", datetime(2026, 11, 30, 21), [], CLOSED, "Fermé aujourd’hui, ouvre mercredi à 0 h"),
        ("Jul-Aug Mo 09:00-12:00", EPIPHANY, [], CLOSED, "Fermé aujourd’hui, ouvre le 6 juillet à 9 h"),
        ("2020 Mo 09:00-12:00", datetime(2026, 11, 30), [], CLOSED, "Fermé pour le moment"),
    ],
)  # fmt: skip
def test_now(osm, moment, closures, state, sentence):
    now = now_in_french(osm, moment, closures)
    assert now.sentence.replace("\u202f", " ") == sentence
    assert now.state == state


@given(weeks(), st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)))
def test_now_agrees_with_the_openings(week, moment):
    now = now_in_french(to_osm(week), moment)
    found = openings(to_osm(week), moment.date(), 1)
    minute = minute_of(moment)
    if found is None:
        assert now.state == UNKNOWN
    elif covers(found.opened, minute):
        assert (now.state, now.sentence[:6]) == (OPEN, "Ouvert")
    else:
        assert now.state == (UNKNOWN if covers(found.unknown, minute) else CLOSED)


@given(st.text(max_size=300) | st.text(alphabet='0123456789h:-,;/ àdeMoTuPHofJan"[]+|', max_size=80))
def test_any_text_is_borne(text):
    read_week({"Mo": text}, (text, text))
    week_of(text)
    in_french(text)
    openings(text, date(2026, 12, 20), 14)
    now_in_french(text, datetime(2026, 12, 24, 23, 59))


def test_a_panic_of_the_library_is_a_text_that_cannot_be_read(monkeypatch):
    class PanicException(BaseException):
        pass

    def panic(*args, **options):
        raise PanicException

    monkeypatch.setattr(library.opening_hours, "OpeningHours", panic)
    assert openings("Mo 09:00-12:00", date(2026, 12, 20), 14) is None
    assert week_of("Mo 09:00-12:00") is None


def test_whoever_interrupts_is_heard(monkeypatch):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(library.opening_hours, "OpeningHours", interrupt)
    with pytest.raises(KeyboardInterrupt):
        week_of("Mo 09:00-12:00")


@pytest.mark.skipif(not REAL.exists(), reason="the real strings are not part of the portal")
def test_real_hours():
    texts = json.loads(REAL.read_text())
    start, seconds = datetime(2026, 11, 30), time.perf_counter()
    for text in texts:
        told, week = in_french(text), week_of(text)
        now_in_french(text, start)
        assert (told is None) == (week is None or not any(week.days))
        if week and any(week.days):
            assert week_of(to_osm(week)) == week
            found = library.intervals(text, start, start + timedelta(7))
            opened = minutes_of((minute_of(a), minute_of(b)) for a, b, state, _ in found if state == OPEN)
            assert opened == minutes_of(openings(text, start.date(), 7).opened)
    assert (time.perf_counter() - seconds) / len(texts) < 0.02
