"""Services of the fictional network."""

import json
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from directory.models import Closure, Presentation, Service
from directory.openings import write_openings

NETWORK = json.loads(Path(__file__).with_suffix(".json").read_text())
HIDDEN = {"toit"}  # its address is confidential


def load(structures):
    """Once; what people did since stays."""
    if Service.objects.exists():
        return
    today = timezone.localdate()
    services = [add(told, structures, today - timedelta(days=days)) for days, told in enumerate(NETWORK["services"])]
    for key, told in NETWORK["presentations"].items():
        Presentation.objects.create(structure=structures[key], **told)
    Closure.objects.create(
        structure=structures["seconde"],
        first_day=today + timedelta(days=20),
        last_day=today + timedelta(days=34),
        reason="congés de l’équipe",
    )
    write_openings(services)


def add(told, structures, day):
    structure = structures[told["structure"]]
    place = {name: getattr(structure, name) for name in ("address", "postcode", "city")}
    latitude, longitude = NETWORK["places"].get(told["structure"], (None, None))
    return Service.objects.create(
        **{"latitude": latitude, "longitude": longitude, **place, **told, "structure": structure},
        reception=["en-presentiel"],
        is_address_hidden=told["structure"] in HIDDEN,
        capacity_since=day if told.get("capacity") else None,
        updated_on=day,
    )
