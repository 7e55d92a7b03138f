"""The same people in every test: who owns, who helps, who comes from elsewhere, who has nothing, the CCAS."""

import time
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from indicators import actions
from indicators.contents import Contents
from indicators.figures import read_reply
from indicators.models import Campaign, Sheet, Territory
from lemans_solidaire.network.models import Membership, Structure, User

PASSWORD = "une-phrase-assez-longue"


@dataclass
class Cast:
    panier: Structure
    halte: Structure
    owner: User  # responsable of the Panier
    teammate: User  # member of the Panier
    stranger: User  # responsable of the Halte
    nobody: User  # an account without structure
    ccas: User  # CCAS administrator, with a second factor
    campaign: Campaign

    def indicator(self, code):
        return self.campaign.indicators.get(code=code)

    def sheet(self, structure=None, **figures):
        """A draft of the Panier (or another) with these figures (numbers or texts), saved by its responsable."""
        structure = structure or self.panier
        by = self.owner if structure == self.panier else self.stranger
        where = {"territory": Territory.AGGLOMERATION}
        sheet, _ = Sheet.objects.get_or_create(campaign=self.campaign, structure=structure, defaults=where)
        contents = Contents(sheet)
        typed = {self.indicator(code): read_reply(str(value)) for code, value in figures.items()}
        return actions.save_answers(contents=contents, typed=typed, seen={}, by=by)

    def submitted(self, structure=None, **figures):
        sheet = self.sheet(structure, **figures)
        return actions.submit_sheet(sheet=sheet, by=sheet.saved_by)

    def reviewed(self, structure=None, **figures):
        sheet = self.submitted(structure, **figures)
        return actions.review_sheet(sheet=sheet, version=sheet.version, by=self.ccas)


def account(email, name, **fields):
    return User.objects.create_user(email, PASSWORD, full_name=name, **fields)


def belongs(user, structure, role="member", status="volunteer"):
    return Membership.objects.create(user=user, structure=structure, role=role, status=status)


def make_cast():
    panier = Structure.objects.create(name="Le Panier d’essai", city="Le Mans", phone="02 43 00 00 01")
    halte = Structure.objects.create(name="La Halte d’essai", city="Le Mans")
    ccas = account("ccas@essai.test", "Claire Ccas", is_ccas_admin=True)
    TOTP.activate(ccas, generate_totp_secret())
    owner = account("owner@essai.test", "Odile Owner")
    teammate = account("teammate@essai.test", "Marcel Teammate")
    stranger = account("stranger@essai.test", "Nadia Stranger")
    belongs(owner, panier, role="responsable")
    belongs(teammate, panier)
    belongs(stranger, halte, role="responsable", status="professional")
    today = timezone.localdate()
    campaign = actions.open_campaign(
        year=2025,
        opens_on=today - timedelta(days=10),
        due_on=today + timedelta(days=10),
        closes_on=today + timedelta(days=20),
        by=ccas,
    )
    nobody = account("nobody@essai.test", "Paul Nobody")
    return Cast(panier, halte, owner, teammate, stranger, nobody, ccas, campaign)


def sign_in(client, user):
    """As if the user had just signed in, with the second factor if the account has one."""
    client.force_login(user)
    factor = Authenticator.objects.filter(user=user).first()
    if factor:
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "id": factor.pk}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
