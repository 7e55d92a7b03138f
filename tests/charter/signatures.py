"""What is needed to sign in the tests: answers as a page posts them, links, papers, and each way once."""

from datetime import date, timedelta
from io import BytesIO

import segno
from django.utils import timezone

from charter import actions
from charter.models import Act, SigningLink, Version
from lemans_solidaire.network.models import Structure
from tests.charter.texts import SECOND, adopted, signed

TOKEN = "un-lien-de-signature"
POWER = {"power_body": "le conseil d’administration", "power_on": "2025-02-01"}
SIGNER = {"signer_name": "Odile Owner", "signer_function": "présidente"}


def answers(version, *, seen=0, step="signer", left=(), **reservations):
    """What the signing page posts: all of it signed, but what is left out; « article_2 » for article-2."""
    typed = {"empreinte": version.digest, "vu": seen, "etape": step, **SIGNER, **POWER}
    for piece in version.text.signable:
        text = reservations.get(piece.key.replace("-", "_"), "")
        typed[f"choix-{piece.key}"] = "non" if piece.key in left else "reserve" if text else "signe"
        typed[f"texte-{piece.key}"] = text
    return typed


def link_to(structure, by, token=TOKEN, **more):
    """A link that has left, whose token the test knows."""
    told = {"signer_name": "Paule Présidente", "signer_function": "présidente", "sent_to": "paule@essai.test"}
    told |= {"power_body": "l’assemblée", "power_on": date(2025, 2, 1), "version": Version.objects.current()}
    told |= {"expires_at": timezone.now() + timedelta(days=30), "mailed_at": timezone.now()}
    told |= {"digest": SigningLink.digest_of(token)}
    return SigningLink.objects.create(structure=structure, made_by=by, **told | more)


def picture():
    """PNG bytes."""
    file = BytesIO()
    segno.make("papier").save(file, kind="png")
    return file.getvalue()


def paper_of(structure, by, version=None, **more):
    version = version or Version.objects.current()
    told = {"positions": {piece.key: "" for piece in version.text.signable}, "signed_on": date(2025, 3, 2)}
    told |= {"signer": ("Paule Présidente", "présidente"), "power": ("l’assemblée", date(2025, 2, 1))}
    told |= {"scan": ("papier.png", "image/png", picture())}
    return actions.enter_paper(version=version, structure=structure, by=by, **told | more)


def sign_in_every_way(cast):
    """The Panier has signed with an account; a link and a paper of its own are under way."""
    version = Version.objects.current() or adopted(cast.ccas)
    signed(version, cast.panier, cast.owner, article_1="Sauf l’été.")
    link_to(cast.panier, cast.ccas)
    paper_of(cast.panier, cast.ccas)
    return version


def many(by, structures, versions, text=SECOND):
    """Signatures of everybody on every version, each sealed, written at once."""
    added = Structure.objects.bulk_create(Structure(name=f"Structure {number:03}") for number in range(structures))
    adoptions = [adopted(by, text.replace("toute heure", f"{number} heures")) for number in range(versions)]
    acts, before = [], Act.objects.last()
    for version in adoptions:
        for structure in added:
            act = Act(
                number=(before.number if before else 0) + 1, kind="signed", version=version, structure=structure,
                structure_name=structure.name, structure_kind=structure.kind, signer_name="O", signer_function="p",
                power_body="CA", power_on=date(2025, 1, 1), way="account", text_digest=version.digest,
                positions={piece.key: "" for piece in version.text.signable},
                previous_seal=before.seal if before else "",
            )  # fmt: skip
            act.seal, before = act.sealed(), act
            acts.append(act)
    Act.objects.bulk_create(acts)
