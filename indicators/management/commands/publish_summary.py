from django.core.management.base import BaseCommand, CommandError

from indicators import actions
from indicators.models import Campaign
from indicators.tasks import make_files
from lemans_solidaire.network.models import User


class Command(BaseCommand):
    help = "Publie la synthèse d’une année telle qu’elle est préparée : l’édition publique et celle du réseau."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)
        parser.add_argument("--by", metavar="ADRESSE", help="le compte du CCAS au nom de qui publier")

    def handle(self, year, by, **options):
        campaign = Campaign.objects.filter(year=year).first()
        if campaign is None:
            raise CommandError(f"Aucune campagne ne porte sur {year}.")
        user = User.objects.filter(email__iexact=by or "", is_ccas_admin=True, is_active=True).first()
        if by and user is None:
            raise CommandError(f"{by} n’est pas un compte d’administration du CCAS.")
        proof = actions.make_proof(campaign=campaign, by=user, defer=False)
        make_files(proof.pk)
        proof.refresh_from_db()
        if not proof.is_ready:
            raise CommandError(proof.problem)
        try:
            editions = actions.publish(campaign=campaign, digest=proof.digest, by=user)
        except actions.NotYet as refusal:
            raise CommandError("\n".join(["La synthèse n’a pas été publiée.", *refusal.reasons])) from None
        for edition in editions:
            self.stdout.write(f"{edition} : empreinte {edition.digest}")
