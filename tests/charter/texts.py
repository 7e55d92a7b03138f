"""Small charters of our own, and what is needed to adopt and sign them."""

from datetime import date

from charter import actions
from charter.models import Draft

FIRST = """# Charte d’essai

## Avant-propos

Nous l’écrivons ensemble.

## 1 – Des valeurs

Les valeurs que nous partageons :

- **L’écoute**
- **La confiance**

## 2 – Avec les personnes

### Article 1 : Accueillir chacun

La porte est ouverte, sans condition.

### Article 2 : Garder la mesure

Nous nous engageons :

- À demander seulement ce qui sert.
- À montrer son dossier à la personne.
"""
SECOND = FIRST.replace("La porte est ouverte, sans condition.", "La porte est ouverte à toute heure, sans condition.")


def adopted(by, text=FIRST, **more):
    """A version of this text, adopted; the draft that there may be goes."""
    draft = Draft.objects.first()
    draft = actions.save_draft(text=text, version=draft.version if draft else 0, by=by, **more)
    return actions.adopt(version=draft.version, body="L’assemblée d’essai", on=date(2025, 3, 1), by=by)


def signed(version, structure, by, **reservations):
    """A signature of the whole by its responsable; reservations by key, « article_2 » for article-2."""
    pieces = {piece.key: "" for piece in version.text.signable}
    pieces |= {key.replace("_", "-"): text for key, text in reservations.items()}
    return actions.sign(
        version=version,
        structure=structure,
        positions=pieces,
        signer=("Odile Owner", "présidente"),
        power=("le conseil d’administration", date(2025, 2, 1)),
        by=by,
    )
