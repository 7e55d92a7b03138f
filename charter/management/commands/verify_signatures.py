import sys

from django.core.management.base import BaseCommand

from charter.models import Act
from charter.register import broken_acts


class Command(BaseCommand):
    help = "Recalcule le sceau de chaque acte de signature et nomme ceux qui ont été touchés."

    def handle(self, **options):
        broken = broken_acts()
        for act, words in broken:
            self.stdout.write(
                f"Acte {act.number} ({act.code}, {act.structure_name}, {act.at:%d/%m/%Y})\u202f: {words}."
            )
        count = Act.objects.count()
        acts = f"{count} actes relus" if count > 1 else f"{count} acte relu"
        self.stdout.write(f"{acts}\u202f: {'tout se recalcule' if not broken else 'quelque chose a été touché'}.")
        if broken:
            sys.exit(1)
