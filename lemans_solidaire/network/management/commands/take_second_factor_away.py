from django.core.management.base import BaseCommand, CommandError

from lemans_solidaire.network.actions import take_second_factor_away
from lemans_solidaire.network.models import Event, User


class Command(BaseCommand):
    help = "Retire le second facteur d’un compte dont le téléphone est perdu, quand personne d’autre ne peut le faire."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, email, **options):
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Aucun compte {email}.")
        take_second_factor_away(user=user, by=Event.Actor.JOB)
        self.stdout.write("C’est fait : à sa prochaine connexion, la personne reliera un nouveau téléphone.")
