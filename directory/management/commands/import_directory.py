from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from directory.importing import import_services
from lemans_solidaire.network.importing import UnreadableFile, import_structures, read_records


class Command(BaseCommand):
    help = (
        "Ajoute à l’annuaire les structures et les services de deux fichiers au format data·inclusion. Relancée, la "
        "commande prend ce que le fichier a changé, garde ce qui a été corrigé ici, et dit les désaccords."
    )

    def add_arguments(self, parser):
        parser.add_argument("--structures", type=Path, required=True)
        parser.add_argument("--services", type=Path, required=True)

    @transaction.atomic
    def handle(self, *, structures, services, **options):
        try:
            found, offered = read_records(structures), read_records(services)
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from None
        self.tell_structures(import_structures(found), len(found))
        self.tell_services(import_services(offered), len(offered))

    def tell_structures(self, report, read):
        for name, remark in report.remarks:
            self.stdout.write(f"  à vérifier · {name} : {remark}")
        self.stdout.write(f"{read} structures lues : {report.added} ajoutées, {report.known} déjà connues.")

    def tell_services(self, report, read):
        for name, remark in report.remarks:
            self.stdout.write(f"  à vérifier · {name} : {remark}")
        for name, conflict in report.conflicts:
            self.stdout.write(f"  désaccord · {name} : {conflict}")
        for name, reason in report.rejected:
            self.stdout.write(f"  refusé · {name} : {reason}")
        self.stdout.write(
            f"{read} services lus : {report.added} ajoutés, {report.changed} mis à jour, {report.same} inchangés, "
            f"{len(report.conflicts)} désaccords, {len(report.rejected)} refusés."
        )
