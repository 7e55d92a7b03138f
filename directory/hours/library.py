"""The one door to the library that reads opening hours as OpenStreetMap writes them."""

from datetime import datetime

import opening_hours

COUNTRY = "FR"
LONGEST = 1000  # far above what is stored: beyond, the library would take its time
SOME_DAY = datetime(2026, 1, 1)


def intervals(osm, start, end):
    """[(start, end, state, comment)] by the clock on the wall, the state as a word; None when it cannot be read."""
    if not osm.strip() or len(osm) > LONGEST:
        return None
    try:
        found = opening_hours.OpeningHours(osm, country=COUNTRY).intervals(start, end)
        return [(first, last, str(state), comment) for first, last, state, comment in found]
    except (opening_hours.ParserError, UnicodeError):
        return None
    except BaseException as error:  # a panic of Rust is no Exception, and its class cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        return None


def is_read(osm):
    return intervals(osm, SOME_DAY, SOME_DAY) is not None
