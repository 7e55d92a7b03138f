"""Each thing is looked at apart: one that cannot be looked at says so, and hides none of the others."""

import logging
from datetime import timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Upkeep
from lemans_solidaire.network.permissions import is_ccas_admin
from lemans_solidaire.network.registry import Awaited, Check, Level
from lemans_solidaire.network.state.jobs import worker_is_there

logger = logging.getLogger(__name__)
PATIENCE = "2s"  # for one question to the database
STOPPED = timedelta(hours=1)  # nobody looked for so long: the worker is not there
ORDER = [Level.DO, Level.LOOK, Level.GOOD]


def check(label, *, is_awaited=False):
    """Registers a provider of registry.checks. `is_awaited`: worth saying in the CCAS's own space (`look`)."""

    def register(provider):
        provider.label, provider.is_awaited = label, is_awaited
        return registry.checks.register(provider)

    return register


def all_checks():
    """What is to be done first."""
    found = [one for provider in registry.checks.providers for one in asked(provider)]
    return sorted(found, key=lambda one: ORDER.index(one.level))


def asked(provider):
    try:
        with transaction.atomic():
            before = wait_no_longer_than(PATIENCE)
            found = list(provider())
            wait_no_longer_than(before)
            return found
    except Exception:
        logger.exception("Cannot be looked at: %s", provider.label)
        words = "Le portail n’a pas pu le regarder cette fois."
        advice = "Rechargez la page. Si cela dure, prévenez la personne qui tient le serveur."
        return [Check(provider.label, Level.LOOK, words, advice)]


def wait_no_longer_than(patience):
    """For each question of this transaction; a savepoint that is rolled back forgets it. Returns what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)", [patience]
        )
        return cursor.fetchone()[0]


def look():
    """Every quarter of an hour, by a job: what is to be done, on one line that the CCAS's own space reads."""
    providers = [provider for provider in registry.checks.providers if provider.is_awaited]
    labels = [one.label for provider in providers for one in asked(provider) if one.level == Level.DO]
    Upkeep.note(Upkeep.Kind.LOOKED, went_well=not labels, detail=", ".join(labels))


def state_awaiting(user):
    """Provider of registry.awaiting: for the CCAS, when something is to be done, or when nobody looks any more."""
    last = Upkeep.last(Upkeep.Kind.LOOKED) if is_ccas_admin(user) else None
    if last is None:
        return
    is_stopped = last.at < timezone.now() - STOPPED and not worker_is_there()  # it may have just come back
    if is_stopped or not last.went_well:
        detail = "Le travail de fond est arrêté" if is_stopped else last.detail
        yield Awaited("Le portail a besoin de vous", reverse("admin:state"), detail, action="Voir ce qu’il faut faire")
