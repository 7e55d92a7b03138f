"""Signatures of the fictional network: two versions, in three ways, a reservation, a withdrawal."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

import segno
from django.utils import timezone

from charter import actions
from charter.models import Act, SigningLink, Version
from lemans_solidaire.network.models import Membership, User

POWER = ("le conseil d’administration", date(2024, 2, 5))
RESERVATION = "Nous sommes trois bénévoles\u202f: venir à une rencontre sur deux ne sera pas possible chaque année."
FIRST = ("panier", "halte", "maison", "fil", "peupleraie")  # version 1, with an account
SECOND = ("maison", "fil")  # then version 2


def load(structures):
    """Once; what people did since stays."""
    versions = {version.number: version for version in Version.objects.all()}
    if Act.objects.exists() or not {1, 2} <= set(versions):
        return
    for week, key in enumerate(FIRST, 1):
        sign(versions[1], structures[key], at=after(versions[1], weeks=week))
    withdraw(versions[1], structures["peupleraie"], at=after(versions[1], weeks=60))
    for week, key in enumerate(SECOND, 1):
        sign(versions[2], structures[key], RESERVATION if key == "maison" else "", at=after(versions[2], weeks=week))
    by_link(versions[2], structures["toit"])
    on_paper(versions[2], structures["berceau"])


def after(version, weeks):
    """Ten in the morning, some weeks after the version was adopted."""
    return timezone.make_aware(datetime.combine(version.adopted_on + timedelta(weeks=weeks), time(10)))


def responsable_of(structure):
    return Membership.objects.filter(structure=structure, role="responsable").order_by("pk").first().user


def pieces(version, reservation=""):
    """All of them, the reservation on the last."""
    keys = [piece.key for piece in version.text.signable]
    return dict.fromkeys(keys, "") | {keys[-1]: reservation}


def sign(version, structure, reservation="", *, at):
    by = responsable_of(structure)
    actions.sign(
        version=version,
        structure=structure,
        positions=pieces(version, reservation),
        signer=(str(by), "responsable"),
        power=POWER,
        by=by,
        at=at,
    )


def by_link(version, structure):
    """As if its president had received it by mail."""
    told = {
        "signer_name": "Monique Sauvage",
        "signer_function": "présidente",
        "power_body": POWER[0],
        "power_on": POWER[1],
    }
    link = SigningLink.objects.create(
        version=version,
        structure=structure,
        sent_to=structure.email,
        digest=SigningLink.digest_of(SigningLink.new_token()),
        expires_at=timezone.now() + SigningLink.LASTS,
        mailed_at=timezone.now() - timedelta(minutes=5),
        made_by=ccas(),
        **told,
    )
    actions.sign_by_link(
        link=link,
        version=version,
        positions=pieces(version),
        signer=(link.signer_name, link.signer_function),
        power=POWER,
    )


def on_paper(version, structure):
    """Entered by the CCAS, recognised by the structure."""
    scan = BytesIO()
    segno.make("La charte signée de la démonstration").save(scan, kind="png", scale=8)
    paper = actions.enter_paper(
        version=version,
        structure=structure,
        positions=pieces(version),
        signer=("Roger Péan", "président"),
        power=("l’assemblée générale", date(2026, 3, 20)),
        signed_on=timezone.localdate() - timedelta(days=8),
        scan=("charte-signee.png", "image/png", scan.getvalue()),
        by=ccas(),
    )
    actions.confirm_paper(paper=paper, by=responsable_of(structure))


def withdraw(version, structure, at):
    by = responsable_of(structure)
    key = version.text.signable[-1].key
    actions.withdraw(version=version, structure=structure, keys=[key], signer=(str(by), "responsable"), by=by, at=at)


def ccas():
    return User.objects.get(email="ccas@demo.test")
