from django.core.management.base import BaseCommand, CommandError

from consent import checks, kept


class Command(BaseCommand):
    help = (
        "Vérifie le journal des dossiers : chaque ligne, chaque tête de chaîne, chaque scellé. Dit le dernier, à noter "
        "hors du portail ; --sceau et --empreinte comparent celui que l’on a noté."
    )

    def add_arguments(self, parser):
        parser.add_argument("--sceau", type=int, help="Numéro d’un scellé noté hors du portail.")
        parser.add_argument("--empreinte", default="", help="L’empreinte notée avec lui.")

    def handle(self, *, sceau, empreinte, **options):
        broken = checks.verify()
        if broken:
            raise CommandError("\n".join(f"Rompu : {one['what']} {one['which']}" for one in broken))
        if sceau is not None:
            self.compare(sceau, empreinte)
        self.stdout.write("Le journal est entier.")
        for last in kept.rows("consent_last_seal"):
            self.stdout.write(f"Dernier scellé : n° {last['number']}, empreinte {last['hash']}.")

    def compare(self, number, noted):
        """With the copy kept outside: whoever rewrote everything could not rewrite it."""
        known = kept.rows("consent_last_seal", number)
        if not known or known[0]["hash"] != noted.strip().lower():
            raise CommandError(f"Rompu : le scellé n° {number} n’est plus celui qui avait été noté.")
