from django.core.management.base import BaseCommand

from consent import kept


class Command(BaseCommand):
    help = "Efface les dossiers dont la personne a retiré son accord il y a vingt-neuf jours ou plus."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="dire seulement combien")

    def handle(self, dry_run, **options):
        count = kept.call("consent_erase_due", dry_run)
        s = "s" if count > 1 and not dry_run else ""
        self.stdout.write(f"{count} dossier{'s' if count > 1 else ''} {'à effacer' if dry_run else 'effacé'}{s}.")
