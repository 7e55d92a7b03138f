"""What « L’état du portail » says of the signatures: their last verification."""

from datetime import timedelta

from django.utils import timezone

from charter.verifying import all_faults
from lemans_solidaire.network.models import Upkeep
from lemans_solidaire.network.registry import Check, Level
from lemans_solidaire.network.state.checking import check
from lemans_solidaire.network.templatetags.french import day_and_clock

LABEL = "Les signatures de la charte"
OLD = timedelta(days=3)


def verify():
    """[(what, words)] of what was touched; noted for « L’état du portail »."""
    broken = list(all_faults())
    Upkeep.note(Upkeep.Kind.SIGNATURES, went_well=not broken)
    return broken


@check(LABEL, is_awaited=True)
def verification():
    last = Upkeep.last(Upkeep.Kind.SIGNATURES)
    if last is None:
        yield Check(LABEL, Level.LOOK, "Elles n’ont pas encore été vérifiées\u202f: elles le sont chaque nuit.")
    elif not last.went_well:
        words = f"La vérification du {day_and_clock(last.at)} a trouvé quelque chose de touché."
        yield Check(LABEL, Level.DO, words, "Ne changez rien, et prévenez la personne qui tient le serveur.")
    else:
        is_old = timezone.now() - last.at > OLD
        advice = "La vérification de chaque nuit ne se fait plus\u202f: regardez le travail de fond." if is_old else ""
        yield Check(
            LABEL, Level.LOOK if is_old else Level.GOOD, f"Tout se recalculait le {day_and_clock(last.at)}.", advice
        )
