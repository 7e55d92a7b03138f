from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lemans_solidaire.network.importing import Records, UnreadableFile, import_structures


class Command(BaseCommand):
    help = "Ajoute au réseau les structures d’un fichier JSON au format data·inclusion ; dit ce qui est à vérifier."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, file, **options):
        records = Records(file)
        try:
            report = import_structures(records)
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from None
        for name, remark in report.remarks:
            self.stdout.write(f"  à vérifier · {name} : {remark}")
        self.stdout.write(
            f"{records.number} structures lues : {report.added} ajoutées, {report.known} déjà connues, "
            f"{len(report.remarks)} points à vérifier (notés sur chaque structure)."
        )
