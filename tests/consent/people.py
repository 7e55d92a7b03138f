"""Dossiers for the tests: who may keep them, and what a structure writes down."""

import base64
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection, transaction
from django.utils import timezone

from consent import codes, kept
from consent.codes import code_of_receipt, digest_of_code
from consent.identity import enter_as_agent, enter_as_person
from consent.models import Dossier, DossierRight, Opening, StructureOpening
from tests.databases import as_owner

ORAL = {"how": "oral", "language": "français", "restated": True}
ONLINE = {"how": "en-ligne"}
PAPER = {
    "how": "papier",
    "language": "français",
    "restated": True,
    "scan": base64.b64encode(b"%PDF-canari-du-papier").decode(),
    "scan_kind": "application/pdf",
}


def open_the_part(cast):
    """The part, for the Panier and the Halte; their responsables have the right."""
    today = timezone.localdate()
    Opening.objects.create(assessed_on=today, roles_on=today, by=cast.ccas)
    for structure, user in ((cast.panier, cast.owner), (cast.halte, cast.stranger)):
        StructureOpening.objects.create(structure=structure, signed_on=today, by=cast.ccas)
        give_right(user, structure)


def give_right(user, structure):
    today = timezone.localdate()
    return DossierRight.objects.create(
        user=user, structure=structure, signed_on=today, until=today + timedelta(days=365), given_by=user
    )


@contextmanager
def agent(user, structure):
    with transaction.atomic(durable=True):
        assert enter_as_agent(user, structure.pk)
        yield


@contextmanager
def person(dossier_id, card):
    with transaction.atomic(durable=True):
        assert enter_as_person(dossier_id, card)
        yield


def in_a_year():
    return timezone.localdate() + timedelta(days=364)


def make_dossier(user, structure, called="Sami", said=ORAL, **details):
    """Its identifier; opened with an oral agreement."""
    dossier_id = uuid.uuid4()
    with agent(user, structure):
        number = codes.new_number()
        arguments = (dossier_id, number, called, called.lower(), in_a_year(), details, said)
        assert kept.call("consent_create", *arguments) == number
    return dossier_id


def add_entry(user, structure, dossier_id, text, purpose="logement"):
    with agent(user, structure):
        return kept.call("consent_add_entry", dossier_id, uuid.uuid4(), "note", purpose, text)


def share(user, structure, dossier_id, other, purpose="logement", until=None):
    with agent(user, structure):
        return kept.call("consent_share", dossier_id, other.pk, purpose, until or in_a_year(), ORAL)


def number_of(user, structure, dossier_id):
    with agent(user, structure):
        return Dossier.objects.get(pk=dossier_id).number


def ask_for_file(*structures, called="Sami", request_id=None):
    """(number, code) of the receipt."""
    request_id = request_id or uuid.uuid4()
    code = code_of_receipt(request_id)
    told = (called, "accueil", "", [structure.pk for structure in structures])
    digest = digest_of_code(code)
    return kept.call("consent_request", request_id, codes.new_card_number(), digest, *told), code


def requests_of(user, structure, number=None):
    with agent(user, structure):
        return kept.rows("consent_requests", None, number)


def open_in_emergency(user, structure, number, why="Elle a appelé, elle est en danger ce soir."):
    with agent(user, structure):
        return kept.call("consent_open_in_emergency", number, why)


def visible():
    """The dossiers that a plain SELECT gives, as the ORM does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM consent_dossier")
        return {row[0] for row in cursor.fetchall()}


def log_of(name, dossier_id):
    """[(action, actor, user, structure, reason)] of a dossier's lines, read by the owner of the database `name`."""
    with as_owner(name) as owner:
        rows = owner.execute(
            'SELECT action, actor, "user", structure, reason FROM consent_access WHERE dossier = %s ORDER BY seq',
            [dossier_id],
        )
        return rows.fetchall()


def age(name, dossier_id):
    """Its agreement came to its end long ago."""
    with as_owner(name) as owner:
        owner.execute("UPDATE consent_dossier SET kept_until = '2020-01-01' WHERE id = %s", [dossier_id])


def give_second_factor(user):
    TOTP.activate(user, generate_totp_secret())
    user.second_factor_asked = True
    user.save()


def seal(name, seconds=60):
    """Every line so far: those of this database wait for the transactions of the whole server that began before."""
    deadline = time.monotonic() + seconds
    with as_owner(name) as owner:
        while True:
            kept.call("consent_seal_now")
            unsealed = (
                "SELECT count(*) FROM consent_access WHERE txid >= coalesce((SELECT max(to_tx) FROM consent_seal), 0)"
            )
            if owner.execute(unsealed).fetchone() == (0,):
                return
            assert time.monotonic() < deadline, "lines were not sealed"
            time.sleep(0.1)
