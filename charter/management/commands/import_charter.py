from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from charter import actions
from charter.models import Draft, Version
from charter.text import NotACharter, decoded, in_words, read
from lemans_solidaire.network.models import User


class Command(BaseCommand):
    help = "Lit une charte en Markdown et en fait le projet de la prochaine version."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", metavar="ADRESSE", help="le compte du CCAS au nom duquel elle est importée")

    def handle(self, file, by, **options):
        try:
            text = decoded(file.read_bytes())
            before = Version.objects.current()
            found = read(text, before and before.text)
        except OSError as problem:
            raise CommandError(f"{file} : {problem.strerror}.") from None
        except NotACharter as refusal:
            raise CommandError(str(refusal)) from None
        draft = Draft.objects.first()
        actions.save_draft(text=text, version=draft.version if draft else 0, by=self.account(by))
        self.stdout.write(f"{found.title or file.name} : {in_words(found)}.")

    def account(self, email):
        accounts = User.objects.filter(is_ccas_admin=True, is_active=True).order_by("pk")
        found = accounts.filter(email=email).first() if email else accounts.first()
        if found is None:
            raise CommandError("Aucun compte du CCAS : créez-en un d’abord, ou nommez-le avec --by.")
        return found
