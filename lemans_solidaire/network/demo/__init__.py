"""The fictional network of the demonstration, in network.json; never loaded in production."""

import json
import time
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction

from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Membership, Structure, User

PASSWORD = "trois-losanges-de-brique"  # noqa: S105  public on purpose: the demonstration alone has it
NETWORK = json.loads(Path(__file__).with_name("network.json").read_text(encoding="utf-8"))


class NotADemonstration(Exception):
    """The fictional network was asked for where real data may be."""


@transaction.atomic
def load():
    """Idempotent: what exists stays as people left it."""
    if settings.MODE not in ("demo", "test"):
        raise NotADemonstration("Le réseau fictif ne se charge qu’avec LMS_MODE=demo.")
    structures = {entry["key"]: add_structure(entry) for entry in NETWORK["structures"]}
    for entry in NETWORK["accounts"]:
        add_account(entry, structures, PASSWORD)
    for entry in NETWORK["others"]:
        add_account(entry, structures, PASSWORD)
    registry.demonstration.ask(structures)


def add_structure(entry):
    fields = {name: value for name, value in entry.items() if name != "key"}
    structure, _ = Structure.objects.get_or_create(source_id=f"demo-{entry['key']}", defaults=fields)
    return structure


def add_account(entry, structures, password):
    user = User.objects.filter(email=entry["email"]).first()
    if user:
        return
    user = User.objects.create_user(
        entry["email"], password, full_name=entry["full_name"], is_ccas_admin=entry.get("is_ccas_admin", False)
    )
    if "structure" in entry:
        Membership.objects.create(
            user=user, structure=structures[entry["structure"]], role=entry["role"], status=entry["status"]
        )
    if user.needs_second_factor:
        TOTP.activate(user, generate_totp_secret())


def current_code(user):
    """The six digits that the person's application would show now, or None without a second factor."""
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        return None
    return format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), int(time.time()) // 30))
