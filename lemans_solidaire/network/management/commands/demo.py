from django.core.management.base import BaseCommand, CommandError

from lemans_solidaire.network import demo
from lemans_solidaire.network.models import User


class Command(BaseCommand):
    help = "Charge le réseau fictif de la démonstration (sans rien changer à ce qui existe déjà)."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="dire seulement les comptes et leurs codes")

    def handle(self, accounts, **options):
        if accounts:
            return self.tell_accounts()
        try:
            demo.load()
        except demo.NotADemonstration as refusal:
            raise CommandError(str(refusal)) from None

    def tell_accounts(self):
        users = {user.email: user for user in User.objects.all()}
        self.stdout.write(f"Mot de passe de tous les comptes : {demo.PASSWORD}")
        for entry in demo.NETWORK["accounts"]:
            self.stdout.write(f"  {entry['email']:<30} {entry['says']}{code_of(users.get(entry['email']))}")
        for line in demo.NETWORK["also"]:
            self.stdout.write(line)
        self.stdout.write("Un code change toutes les 30 secondes ; pour un nouveau, dans un autre terminal :")
        self.stdout.write("  LMS_MODE=demo .venv/bin/python manage.py demo_code ccas@demo.test")


def code_of(user):
    code = demo.current_code(user) if user else None
    return f" · code {code}" if code else ""
