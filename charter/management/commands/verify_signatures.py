import sys

from django.core.management.base import BaseCommand

from charter import checks
from charter.models import Act


class Command(BaseCommand):
    help = "Recalcule le sceau de chaque acte, chaque texte et chaque papier, et nomme ce qui a été touché ou effacé."

    def handle(self, **options):
        broken = checks.verify()
        for what, words in broken:
            self.stdout.write(f"{what}\u202f: {words}.")
        count = Act.objects.count()
        acts = f"{count} actes relus" if count > 1 else f"{count} acte relu"
        self.stdout.write(f"{acts}\u202f: {'tout se recalcule' if not broken else 'quelque chose a été touché'}.")
        if broken:
            sys.exit(1)
