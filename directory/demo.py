"""Services of the fictional network."""

import json
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from directory.models import Service

SERVICES = json.loads(Path(__file__).with_suffix(".json").read_text())
HIDDEN = {"toit"}  # its address is confidential


def load(structures):
    """Once; what people did since stays."""
    if Service.objects.exists():
        return
    today = timezone.localdate()
    for days, told in enumerate(SERVICES):
        structure = structures[told["structure"]]
        place = {name: getattr(structure, name) for name in ("address", "postcode", "city")}
        Service.objects.create(
            **{**told, **place, "structure": structure},
            reception=["en-presentiel"],
            is_address_hidden=told["structure"] in HIDDEN,
            updated_on=today - timedelta(days=days),
        )
