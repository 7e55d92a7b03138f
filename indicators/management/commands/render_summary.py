from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from indicators.summary.making import files_of
from lemans_solidaire.network.pdf import RenderingProblem


class Command(BaseCommand):
    help = "Refait les fichiers d’un instantané publié (JSON), pour vérifier qu’ils sont les mêmes. Ne publie rien."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("snapshot", type=Path)
        parser.add_argument("folder", type=Path)

    def handle(self, snapshot, folder, **options):
        try:
            files = files_of(snapshot.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, RenderingProblem) as problem:
            raise CommandError(f"Cet instantané n’a pas pu être lu ou mis en page : {problem}") from None
        folder.mkdir(parents=True, exist_ok=True)
        for format, content in files.items():
            path = folder / f"synthese.{format}"
            path.write_bytes(content)
            self.stdout.write(str(path))
