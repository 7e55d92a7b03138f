"""Three dossiers of the fictional network, kept by the Halte du Gué; one is shared, one has its card."""

import uuid
from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from consent import actions, codes, kept
from consent.codes import code_of_receipt, digest_of_code
from consent.identity import enter_as_agent
from consent.models import Opening, StructureOpening
from lemans_solidaire.network.models import User

CARD, CODE = "11112222", "20262026202620262026"  # the demonstration's own; network.json says them to visitors
HOLDER, OTHER = "halte", "panier"
DUTIES = "Les reçus des aides versées, dix ans (code de commerce)."
DOSSIERS = [
    (
        "Sami",
        {"wants": "Une chambre à moi, et garder mon chien.", "adults": 1, "contact": "Par le foyer, le matin."},
        [
            ("besoin", "logement", "Cherche une chambre qui accepte les animaux. Accepte d’aller voir hors du centre."),
            ("demarche", "logement", "Demande envoyée à deux résidences. Réponse attendue avant la fin du mois."),
            ("demarche", "droits", "Domiciliation renouvelée. Carte remise."),
        ],
    ),
    (
        "Mme Odette",
        {"wants": "Que l’on m’appelle avant de venir.", "adults": 2},
        [("note", "lien", "Aime venir le mardi.")],
    ),
    ("Yaw", {"wants": "Apprendre à lire pour le permis.", "adults": 1, "children": 2}, []),
]


def load(structures):
    """Once; what people did since stays."""
    if Opening.objects.exists():
        return
    today, ccas = timezone.localdate(), User.objects.get(email="ccas@demo.test")
    worker = User.objects.get(email="travailleur.social@demo.test")
    Opening.objects.create(assessed_on=today, roles_on=today, by=ccas)
    for key in (HOLDER, OTHER):
        StructureOpening.objects.create(structure=structures[key], signed_on=today, duties=DUTIES, by=ccas)
    actions.give_right(user=worker, structure=structures[HOLDER], signed_on=today, by=worker)
    TOTP.activate(worker, generate_totp_secret())
    enter_as_agent(worker, structures[HOLDER].pk)
    keep_dossiers(structures, today + timedelta(days=364))


def keep_dossiers(structures, until):
    said = {"how": "oral", "language": "français", "restated": True}
    ids = []
    for called, details, entries in DOSSIERS:
        ids.append(uuid.uuid4())
        kept.call("consent_create", ids[-1], codes.new_number(), called, called.lower(), until, details, said)
        for kind, purpose, text in entries:
            kept.call("consent_add_entry", ids[-1], uuid.uuid4(), kind, purpose, text)
    kept.call("consent_share", ids[0], structures[OTHER].pk, "logement", until, said)
    kept.call("consent_make_card", ids[0], CARD, digest_of_code(CODE))
    ask_for_a_file(structures)


def ask_for_a_file(structures):
    """Somebody without a card, to both structures; their receipt was theirs alone."""
    request_id = uuid.uuid4()
    digest = digest_of_code(code_of_receipt(request_id))
    told = ("Mme Lenoir", "telephone", "02 43 00 00 00", [structures[key].pk for key in (HOLDER, OTHER)])
    kept.call("consent_request", request_id, codes.new_card_number(), digest, *told)
