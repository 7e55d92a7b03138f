"""Receiving files, importing them for good, giving them up: each change of state is asked of the database once."""

from django.db import transaction
from django.utils import timezone

from directory.models import Exchange
from directory.tasks import read_exchange
from lemans_solidaire.network.actions import record

State = Exchange.State


@transaction.atomic
def receive(*, services, structures, by):
    """Keeps the files and asks for a trial."""
    exchange = Exchange.objects.create(
        services=services,
        structures=structures or "",
        services_name=services.name[-200:],
        structures_name=structures.name[-200:] if structures else "",
        requested_by=by,
    )
    record(by=by, verb="exchange_received", about=exchange, changes={"file": exchange.services_name})
    read_exchange.defer(exchange_id=exchange.pk)
    return exchange


@transaction.atomic
def confirm(*, exchange, by):
    """Asks for the import that was tried; asked twice, it is done once."""
    if Exchange.objects.filter(pk=exchange.pk, state=State.TRIED).update(state=State.IMPORTING, finished_at=None):
        exchange.progress = 0
        record(by=by, verb="exchange_confirmed", about=exchange)
        read_exchange.defer(exchange_id=exchange.pk)


@transaction.atomic
def drop(*, exchange, by):
    """Gives up what was tried: nothing was written, the files go."""
    gone = {"state": State.DROPPED, "finished_at": timezone.now()}
    if Exchange.objects.filter(pk=exchange.pk, state=State.TRIED).update(**gone):
        record(by=by, verb="exchange_dropped", about=exchange)
        transaction.on_commit(exchange.erase_files)
