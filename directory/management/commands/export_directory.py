from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directory.exchange.files import FORMATS, export


class Command(BaseCommand):
    help = (
        "Écrit l’annuaire tel que chacun peut le lire, pour d’autres outils. Une adresse confidentielle n’y est "
        "jamais, ni ce qui est fermé ou réservé aux membres du réseau."
    )

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=FORMATS, default="data-inclusion")
        parser.add_argument("--output", type=Path, default=Path(), help="le dossier où écrire")

    def handle(self, *, format, output, **options):
        try:
            output.mkdir(parents=True, exist_ok=True)
            paths, exported = export(format, output)
        except OSError as problem:
            raise CommandError(f"Le dossier {output} ne se laisse pas écrire ({problem.strerror}).") from None
        for name, remark in exported.remarks:
            self.stdout.write(f"  {name}\u202f: {remark}")
        for kind, number in exported.written.items():
            self.stdout.write(f"{number} {kind} écrits.")
        self.stdout.write(", ".join(str(path) for path in paths))
