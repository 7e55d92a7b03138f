"""Opening hours: as a person types them, as OpenStreetMap writes them, in plain French, and in minutes."""

from directory.hours.now import Now, now_in_french
from directory.hours.openings import Openings, holidays_of, minute_of, openings
from directory.hours.typed import as_typed, read_season, read_week
from directory.hours.week import CLOSED, DAYS, OPEN, UNKNOWN, Week, to_osm, week_of
from directory.hours.words import in_french

__all__ = [
    "CLOSED",
    "DAYS",
    "OPEN",
    "UNKNOWN",
    "Now",
    "Openings",
    "Week",
    "as_typed",
    "holidays_of",
    "in_french",
    "minute_of",
    "now_in_french",
    "openings",
    "read_season",
    "read_week",
    "to_osm",
    "week_of",
]
