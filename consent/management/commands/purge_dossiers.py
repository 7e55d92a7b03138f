from django.core.management.base import BaseCommand

from consent import kept


class Command(BaseCommand):
    help = (
        "Efface ce qui est arrivé à son terme : les dossiers dont l’accord a été retiré il y a vingt-neuf jours, "
        "les demandes répondues depuis six mois, les vieilles lignes du journal."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="dire seulement combien")

    def handle(self, dry_run, **options):
        self.say(kept.call("consent_erase_due", dry_run), "dossier", "dossiers", dry_run)
        self.say(kept.call("consent_forget_requests", dry_run), "demande", "demandes", dry_run, "e")
        self.say(kept.call("consent_purge_log", dry_run), "ligne du journal", "lignes du journal", dry_run, "e")

    def say(self, count, one, several, dry_run, feminine=""):
        plural = "s" if count > 1 else ""
        done = "à effacer" if dry_run else f"effacé{feminine}{plural}"
        self.stdout.write(f"{count} {several if plural else one} {done}.")
