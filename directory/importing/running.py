"""A whole file, in one transaction and little memory: read one by one, kept by batches."""

from contextlib import nullcontext

from django.db import transaction
from django.db.models import Q

from directory.holding import hold
from directory.importing.merging import as_imported, merge
from directory.importing.reading import FIELDS, LABELS, candidate, tells_place
from directory.importing.writing import insert, update
from directory.models import Service
from directory.openings import write_openings
from lemans_solidaire.network.importing import (
    Report,
    Tally,
    import_structures,
    in_batches,
    known_structures,
    own_number,
)
from lemans_solidaire.network.models import Event

WRITTEN = [*FIELDS.values(), "structure", "imported", "to_check"]
TO_COME = 0  # stands for the number of a structure that a dry run does not add


@transaction.atomic
def import_files(services, structures=None, *, dry_run=False, reports=None):
    """(report of the structures, report of the services) of two files, taken together or not at all.

    A dry run says all that would be done, and writes nothing.
    """
    of_structures, of_services = reports or (Report(), Report())
    with Tally() if dry_run else nullcontext() as promised:
        if structures is not None:
            import_structures(structures, report=of_structures, dry_run=dry_run, promised=promised)
        import_services(services, report=of_services, dry_run=dry_run, promised=promised)
    return of_structures, of_services


@transaction.atomic
def import_services(records, *, report=None, dry_run=False, promised=None):
    """Adds or brings up to date; what people corrected since is kept, and a disagreement is said."""
    report = report or Report()
    with Tally() as seen:
        for batch in in_batches(candidate(number, item) for number, item in enumerate(records, 1)):
            Batch(batch, report, dry_run, promised).take(seen)
    return report


class Batch:
    """Some records, and what the database knows of them: one query for each kind of thing."""

    def __init__(self, candidates, report, dry_run, promised):
        self.candidates, self.report, self.dry_run = candidates, report, dry_run
        self.structures = self.structures_here(promised)
        self.known = self.known_services()
        # A structure that hides an address: what a file adds there is hidden until somebody looks.
        hiding = Service.objects.filter(is_address_hidden=True, structure__in=self.structures.values())
        self.hiding = set(hiding.values_list("structure", flat=True))
        self.added, self.changed = [], []

    def structures_here(self, promised):
        """{identifier: number}, with those that a dry run only promises."""
        names = {one.structure for one in self.candidates if one.structure}
        here = {source_id: structure.pk for source_id, structure in known_structures(names).items()}
        if promised is not None:
            here |= {name: TO_COME for name in names - here.keys() if promised.times(name)}
        return here

    def known_services(self):
        """{identifier: service}: imported before, or written here and exported since."""
        identifiers = {one.identifier for one in self.candidates}
        own = {number: one for one in identifiers if (number := own_number(one)) is not None}
        services = Service.objects.filter(Q(source_id__in=identifiers - {""}) | Q(source_id="", pk__in=own))
        if not self.dry_run:
            hold({*self.structures.values(), *services.values_list("structure", flat=True)})
            services = services.select_for_update().order_by("pk")
        found = sorted(services, key=lambda service: bool(service.source_id))
        return {service.source_id or own[service.pk]: service for service in found}

    def take(self, seen):
        for one in self.candidates:
            if reason := self.why_not(one, seen):
                self.report.say("rejected", one.called, reason)
            else:
                self.keep(one)
        if not self.dry_run:
            self.write()

    def why_not(self, one, seen):
        """Why this record cannot be kept at all, in one sentence; empty when it can."""
        if one.reason:
            return one.reason
        if one.structure not in self.structures:
            return f"sa structure ({one.structure or 'non dite'}) n’est pas dans l’annuaire."
        if seen.add(one.identifier) > 1:
            return "le fichier le contient déjà."
        return ""

    def keep(self, one):
        structure_id = self.structures[one.structure]
        service = self.known.get(one.identifier)
        if service and not service.source_id and not is_same_name(service.name, one.read["name"]):
            one.remarks.append("Son identifiant est celui d’un service d’ici qui porte un autre nom.")
            service = None
        hides = service.hides_place or service.is_address_hidden if service else structure_id in self.hiding
        for remark in one.remarks:
            if not (hides and tells_place(remark)):
                self.report.say("remark", one.read["name"], remark)
        if service:
            self.bring_up_to_date(service, one, structure_id)
        else:
            self.add(one, structure_id)

    def bring_up_to_date(self, service, one, structure_id):
        before = (service.imported, service.to_check)
        changes, told = merge(service, one.read, structure_id)
        for sentence in told:
            self.report.say("conflict", service.name, sentence)
        if changes:
            names = ", ".join(LABELS.get(name, name) for name in changes)
            self.report.say("changed", service.name, f"{names}.")
        else:
            self.report.say("same")
        if changes or before != (service.imported, service.to_check):
            self.changed.append((service, changes))

    def add(self, one, structure_id):
        self.report.say("added", one.read["name"])
        values = {"imported": as_imported(one.read, structure_id), "to_check": "\n".join(one.remarks)}
        values |= {"source_id": one.identifier, "is_address_hidden": structure_id in self.hiding}
        self.added.append(Service(structure_id=structure_id, **one.read, **values))

    def write(self):
        numbers = insert(Service, self.added, returning="source_id")
        update(Service, [service for service, _ in self.changed], WRITTEN)
        added = [
            line("service_imported", numbers[one.source_id], one, {"source_id": one.source_id}) for one in self.added
        ]
        changed = [line("service_import_changed", one.pk, one, changes) for one, changes in self.changed if changes]
        insert(Event, added + changed)
        told = [numbers[one.source_id] for one in self.added if one.hours]
        told += [service.pk for service, changes in self.changed if changes.keys() & {"hours", "structure"}]
        if told:
            write_openings(Service.objects.filter(pk__in=told))


def is_same_name(one, other):
    return one.split() == other.split()


def line(verb, number, service, changes):
    return Event(
        actor=Event.Actor.JOB, verb=verb, object_type="directory.service", object_id=number,
        structure_id=service.structure_id, changes=changes,
    )  # fmt: skip
