from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from charter import actions
from charter.models import Draft, Version
from charter.reading import MOST_BYTES, NotACharter, decoded, read
from charter.text import in_words
from lemans_solidaire.network.models import User


class Command(BaseCommand):
    help = "Lit une charte en Markdown et en fait le projet de la prochaine version."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", metavar="ADRESSE", help="le compte du CCAS au nom duquel elle est importée")
        parser.add_argument(
            "--replace", action="store_true", help="prend la place du projet en cours, que son histoire garde"
        )

    def handle(self, file, by, replace, **options):
        try:
            text = text_of(file)
            found = read(text, *Version.objects.texts())
            keep(text, replace=replace, by=self.account(by))
        except OSError as problem:
            raise CommandError(f"{file} : {problem.strerror}.") from None
        except NotACharter as refusal:
            raise CommandError(str(refusal)) from None
        except actions.NewerDraft:
            raise CommandError("Quelqu’un vient d’enregistrer un projet : rien n’est importé. Recommencez.") from None
        self.stdout.write(f"{found.title or file.name} : {in_words(found)}.")

    def account(self, email):
        accounts = User.objects.filter(is_ccas_admin=True, is_active=True).order_by("pk")
        found = accounts.filter(email=email).first() if email else accounts.first()
        if found is None:
            raise CommandError("Aucun compte du CCAS : créez-en un d’abord, ou nommez-le avec --by.")
        return found


def text_of(file):
    """What is too heavy is refused by decoded(), and never read whole."""
    with file.open("rb") as opened:
        return decoded(opened.read(MOST_BYTES + 1))


def keep(text, *, replace, by):
    draft = Draft.objects.first()
    if draft is None:
        actions.save_draft(text=text, version=0, by=by)
    elif replace:
        actions.replace_draft(text=text, version=draft.version, by=by)
    else:
        raise CommandError(
            f"Un projet est en cours, enregistré par {draft.saved_by} : adoptez-le, abandonnez-le, "
            "ou ajoutez --replace."
        )
