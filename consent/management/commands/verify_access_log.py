from django.core.management.base import BaseCommand, CommandError

from consent import kept


class Command(BaseCommand):
    help = "Vérifie le journal des dossiers : chaque ligne, chaque tête de chaîne, chaque scellé."

    def handle(self, **options):
        broken = kept.rows("consent_verify")
        if broken:
            raise CommandError("\n".join(f"Rompu : {one['what']} {one['which']}" for one in broken))
        self.stdout.write("Le journal est entier.")
