import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from indicators.extraction.limited import extract_limited
from lemans_solidaire.network.untrusted import RefusedFile

FIELDS = ("code", "value", "unit", "page", "quote", "confidence")


class Command(BaseCommand):
    help = "Propose les chiffres d’un catalogue lus dans des rapports PDF, avec page et phrase. N’enregistre rien."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER.pdf")
        parser.add_argument(
            "--catalogue", required=True, type=Path, metavar="FICHIER.json", help="les indicateurs à chercher"
        )
        parser.add_argument("--year", type=int, metavar="ANNÉE", help="l’année du rapport, si son texte ne la dit pas")

    def handle(self, files, catalogue, year, **options):
        indicators = read_catalogue_file(catalogue)
        found, refused = {}, []
        for path in files:
            try:
                found[path.name] = proposals(path, indicators, year)
            except RefusedFile as refusal:
                refused.append(f"{path.name} : {refusal}")
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        if refused:
            raise CommandError("\n".join(refused))


def read_catalogue_file(path):
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise CommandError(f"Le catalogue {path} n’a pas pu être ouvert : vérifiez son nom et ses droits.") from None
    except ValueError:
        raise CommandError(f"Le catalogue {path} n’est pas du JSON : vérifiez ce fichier.") from None
    if not is_catalogue(entries):
        raise CommandError(
            f"Le catalogue {path} doit être une liste d’indicateurs qui ont chacun « code » et « label »."
        )
    return entries


def is_catalogue(entries):
    entries = entries.get("indicators") if isinstance(entries, dict) else entries
    return isinstance(entries, list) and all(isinstance(e, dict) and {"code", "label"} <= e.keys() for e in entries)


def proposals(path, indicators, year):
    try:
        with path.open("rb") as file:
            found = extract_limited(file, indicators, year).proposals
    except OSError:
        raise RefusedFile("ce fichier n’a pas pu être ouvert : vérifiez son nom et ses droits.") from None
    return [{field: getattr(proposal, field) for field in FIELDS} for proposal in found]
