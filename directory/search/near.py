"""Near what: a place that the CCAS knows by its name, or where the browser says that it is."""

import re
from dataclasses import dataclass
from functools import lru_cache

from directory.models import Place
from directory.plain import town


@dataclass(frozen=True)
class Point:
    name: str
    latitude: float
    longitude: float


def point_of(text):
    """Where this is: two numbers given by the browser, or a name that the CCAS keeps; None when nobody knows."""
    numbers = re.fullmatch(r"(-?\d{1,2}\.\d{1,8}),(-?\d{1,3}\.\d{1,8})", text)
    if numbers:
        latitude, longitude = map(float, numbers.groups())
        return Point("vous", latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
    asked = town(text)
    if not asked:
        return None
    named = places_by_name()
    place = next((named[name] for name in (asked, *ends_of(asked)) if name in named), None)
    return place and Point(place.name, place.latitude, place.longitude)


@lru_cache(maxsize=2000)
def names_of(name):
    """« Les Sablons » is also said « Sablons »."""
    whole = town(name)
    return whole, re.sub(r"^(le|la|l|les) ", "", whole)


def ends_of(text):
    """« la gare du Mans » is at the station; « 12 rue des Acacias, Allonnes » is at least in Allonnes."""
    words = re.sub(r"^(le|la|l|les) ", "", text).split()
    yield from (" ".join(words[:end]) for end in range(len(words), 0, -1))
    yield from (" ".join(words[start:]) for start in range(1, len(words)))


def places_by_name():
    """{name as it is compared: Place}, postcodes too."""
    named = {}
    for place in Place.objects.all():
        for name in filter(None, (*names_of(place.name), place.postcode)):
            named.setdefault(name, place)
    return named
