from directory.models.exchange import Exchange
from directory.models.place import Place
from directory.models.service import Capacity, Service, Welcome
from directory.models.structure_page import Closure, Presentation
from directory.models.words import EmergencyCall, MissedSearch, Synonym

__all__ = [
    "Capacity",
    "Closure",
    "EmergencyCall",
    "MissedSearch",
    "Exchange",
    "Place",
    "Presentation",
    "Service",
    "Synonym",
    "Welcome",
]
