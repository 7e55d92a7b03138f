from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directory.importing import import_files
from lemans_solidaire.network.importing import Records, Report, UnreadableFile

WORDS = {
    "added": "nouveau",
    "changed": "mis à jour",
    "remark": "à vérifier",
    "conflict": "désaccord",
    "rejected": "refusé",
}


class Command(BaseCommand):
    help = (
        "Ajoute à l’annuaire les structures et les services de deux fichiers au format data·inclusion. Relancée, la "
        "commande prend ce que le fichier a changé, garde ce qui a été corrigé ici, et dit les désaccords."
    )

    def add_arguments(self, parser):
        parser.add_argument("--structures", type=Path, help="le fichier des structures, s’il y en a de nouvelles")
        parser.add_argument("--services", type=Path, required=True)
        parser.add_argument("--dry-run", action="store_true", help="dit tout ce qui serait fait, sans rien écrire")

    def handle(self, *, structures, services, dry_run, **options):
        self.dry_run = dry_run
        found, offered = structures and Records(structures), Records(services)
        reports = Report(self.tell), Report(self.tell)
        try:
            import_files(offered, found, dry_run=dry_run, reports=reports)
        except UnreadableFile as problem:
            raise CommandError(f"{problem} Rien n’a été changé.") from None
        self.sum_up(reports, found, offered)

    def tell(self, sort, name, sentence):
        """Each line as it comes; what is added or changed, only where nothing else says it."""
        if sort in WORDS and (self.dry_run or sort not in ("added", "changed")):
            self.stdout.write(f"  {WORDS[sort]} · {name}" + (f"\u202f: {sentence}" if sentence else ""))

    def sum_up(self, reports, found, offered):
        of_structures, report = reports
        if found:
            self.stdout.write(
                f"{found.number} structures lues\u202f: {of_structures.added} ajoutées, "
                f"{of_structures.known} déjà connues."
            )
        self.stdout.write(
            f"{offered.number} services lus\u202f: {report.added} ajoutés, {report.changed} mis à jour, "
            f"{report.same} inchangés, {report.counts['conflict']} désaccords, {report.counts['rejected']} refusés."
        )
        if self.dry_run:
            self.stdout.write("Rien n’a été écrit\u202f: c’était un essai.")
