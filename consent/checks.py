"""What « L’état du portail » says of the access log: its last seal, its last verification."""

from datetime import timedelta

from django.utils import timezone

from consent import kept
from consent.permissions import is_part_open
from lemans_solidaire.network.models import Upkeep
from lemans_solidaire.network.registry import Check, Level
from lemans_solidaire.network.state.checking import check
from lemans_solidaire.network.templatetags.french import day_and_clock

LABEL = "Le journal des dossiers"
OLD = timedelta(days=3)


def verify():
    """[{what, which}] of what is broken; noted for « L’état du portail »."""
    broken = kept.rows("consent_verify")
    Upkeep.note(Upkeep.Kind.ACCESS_LOG, went_well=not broken)
    return broken


@check("Le scellé du journal des dossiers")
def last_seal():
    seal = next(iter(kept.rows("consent_last_seal")), None)
    words = (
        f"Le dernier est le n°\u202f{seal['number']}, du {day_and_clock(seal['at'])}."
        if seal
        else "Rien n’a encore été lu\u202f: rien à sceller."
    )
    advice = "Notez son numéro de temps en temps, hors du portail." if seal else ""
    yield Check("Le scellé du journal des dossiers", Level.GOOD, words, advice)


@check(LABEL, is_awaited=True)
def verification():
    last = Upkeep.last(Upkeep.Kind.ACCESS_LOG)
    if last is None:
        words = "Il n’a pas encore été vérifié\u202f: il l’est chaque nuit."
        yield Check(LABEL, Level.LOOK if is_part_open() else Level.GOOD, words)
    elif not last.went_well:
        words = f"La vérification du {day_and_clock(last.at)} a trouvé une ligne touchée."
        advice = (
            "Ne changez rien. Prévenez la personne qui tient le serveur, et le délégué à la protection des données."
        )
        yield Check(LABEL, Level.DO, words, advice)
    else:
        is_old = timezone.now() - last.at > OLD
        words = f"Il était entier le {day_and_clock(last.at)}."
        advice = "La vérification de chaque nuit ne se fait plus\u202f: regardez le travail de fond." if is_old else ""
        yield Check(LABEL, Level.LOOK if is_old else Level.GOOD, words, advice)
