"""What the worker does with the files that were sent: the trial, the import, and forgetting them."""

from django.db import transaction
from django.utils import timezone

from directory.importing import import_files
from directory.models import Exchange
from lemans_solidaire.network.importing import Records, Report, UnreadableFile

State = Exchange.State
TOO_OLD = "Les fichiers n’ont été gardés qu’un jour."


def run(exchange_id):
    """The job: a trial, or the import. Run again after an interruption, it begins again; once done, it does nothing."""
    exchange = Exchange.objects.filter(pk=exchange_id, state__in=[State.TRYING, State.IMPORTING]).first()
    if exchange is None:
        return
    try:
        with transaction.atomic():
            finish(exchange, import_of(exchange))
    except UnreadableFile as problem:
        return stop(exchange_id, f"{problem} Rien n’a été changé.")
    if exchange.state == State.IMPORTING:
        exchange.erase_files()


def import_of(exchange):
    services = Followed(exchange, exchange.services.path, "Le fichier des services")
    structures = None
    if exchange.structures:
        structures = Records(exchange.structures.path, "Le fichier des structures")
    reports = Report(), Report()
    import_files(services, structures, dry_run=exchange.state == State.TRYING, reports=reports)
    return {
        name: {"read": read.number, "counts": report.counts, "lines": report.lines}
        for name, read, report in zip(("structures", "services"), (structures, services), reports, strict=True)
        if read
    }


def finish(exchange, report):
    """With the import itself, or not at all."""
    after = State.TRIED if exchange.state == State.TRYING else State.DONE
    still = Exchange.objects.filter(pk=exchange.pk, state=exchange.state)
    still.update(state=after, report=report, problem="", finished_at=timezone.now())


def stop(exchange_id, problem):
    exchange = Exchange.objects.filter(pk=exchange_id, state__in=[State.TRYING, State.IMPORTING]).first()
    if exchange:
        exchange.state, exchange.problem, exchange.finished_at = State.FAILED, problem[:1000], timezone.now()
        exchange.save(update_fields=["state", "problem", "finished_at"])
        exchange.erase_files()


class Followed(Records):
    """Says how far the reading is."""

    def __init__(self, exchange, path, name):
        super().__init__(path, name)
        self.exchange = exchange

    def __iter__(self):
        size, told = max(self.path.stat().st_size, 1), -1
        for item in super().__iter__():
            if (percent := 100 * self.position // size) > told:
                self.exchange.progress = told = percent
            yield item


def forget():
    """Files older than a day go, with what only tried them; so does a file whose request came to nothing."""
    before = timezone.now() - Exchange.LIFE
    old = Exchange.objects.filter(requested_at__lt=before).exclude(services="", structures="")
    for exchange in old.exclude(state=State.IMPORTING):
        gone = {
            "state": State.DROPPED,
            "finished_at": timezone.now(),
            "problem": TOO_OLD,
        }
        Exchange.objects.filter(pk=exchange.pk, state__in=[State.TRYING, State.TRIED]).update(**gone)
        exchange.erase_files()
    sweep(before)


def sweep(before):
    storage = Exchange._meta.get_field("services").storage
    if not storage.exists("annuaire"):
        return
    kept = {name for pair in Exchange.objects.values_list("services", "structures") for name in pair}
    for name in storage.listdir("annuaire")[1]:
        path = f"annuaire/{name}"
        if path not in kept and storage.get_modified_time(path) < before:
            storage.delete(path)
