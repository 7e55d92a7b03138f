"""Who acts, said to the database once for each transaction, with a proof that the web process alone can make."""

import hmac
import time

from django.conf import settings
from django.db import connection

SECONDS = 60  # longer than any request; a proof serves in its own transaction only
BLOCK = 64  # bytes of a SHA-256 block


def derived_key(name):
    """One key for each use, from the secret that the database does not hold."""
    return hmac.digest(settings.ENCRYPTION_KEY.encode(), f"consent:{name}".encode(), "sha256")


def install_key(sender=None, using="default", **kwargs):
    """Run by the owner after each migration: the two halves of HMAC, in a table that the web role cannot read."""
    if not settings.AS_OWNER or using != "default":
        return
    key = derived_key("identity").ljust(BLOCK, b"\0")
    inner, outer = (bytes(octet ^ mask for octet in key) for mask in (0x36, 0x5C))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.consent__key') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(
                "INSERT INTO consent__key (id, inside, outside) VALUES (1, %s, %s)"
                " ON CONFLICT (id) DO UPDATE SET inside = excluded.inside, outside = excluded.outside",
                [inner, outer],
            )


def proof(message):
    return hmac.digest(derived_key("identity"), message.encode(), "sha256")


def enter_as_agent(user, structure_id):
    return enter("agent", user.pk, structure_id, None, "")


def enter_as_person(dossier_id, card):
    return enter("person", None, None, dossier_id, card)


def enter(kind, user_id, structure_id, dossier_id, card):
    """Whether the database takes it: the right must be in force, the card must still work."""
    expires = int(time.time()) + SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_current_xact_id()::text")
        here = cursor.fetchone()
        parts = [kind, user_id, structure_id, dossier_id, card, expires, *here]
        message = "|".join("" if part is None else str(part) for part in parts)
        cursor.execute(
            "SELECT consent_enter(%s, %s, %s, %s, %s, %s, %s)",
            [kind, user_id, structure_id, dossier_id, card, expires, proof(message)],
        )
        return cursor.fetchone()[0]
