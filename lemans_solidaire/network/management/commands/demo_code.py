from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lemans_solidaire.network import demo
from lemans_solidaire.network.models import User


class Command(BaseCommand):
    help = "Donne le code à usage unique d’un compte de la démonstration."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, email, **options):
        if settings.PRODUCTION:
            raise CommandError("Les codes ne se lisent qu’en mode démonstration.")
        user = User.objects.filter(email__iexact=email).first()
        code = demo.current_code(user) if user else None
        if code is None:
            raise CommandError(f"Aucun compte {email} avec un second facteur.")
        self.stdout.write(code)
