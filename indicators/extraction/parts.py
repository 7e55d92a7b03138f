"""What names a part of a breakdown: an age (« 18-25 ans »), or words that say it and nothing else (« Femmes »)."""

from functools import cache

from indicators.extraction.ages import AGE, ages_in
from indicators.extraction.words import PLAIN, TOKEN, folded, stem, stems

TELLING = {"chez", "sans", "avec", "non", "moins", "plus", "autre", "autres"}  # small words that change what a part is
NEUTRAL = PLAIN | set(
    stems("personnes individus effectif public situation âge ans tranche sexe genre part compté sont étaient")
)
UNKNOWN = "non connu / inconnu / ne sait pas / non renseigné / non précisé / non communiqué / indéterminé / nr / nsp"
ALIKE = [
    [phrase.strip() for phrase in phrases.split("/")]
    for phrases in (
        "femmes / femme / féminin / femmes et filles / filles",
        "hommes / homme / masculin / hommes et garçons / garçons",
        "autre ou non précisé / autre / non précisé / non renseigné / non binaire",
        "seules / seul / isolées / vivant seules / adultes isolés",
        "en couple sans enfant / couples sans enfant",
        "en famille avec enfants, à deux adultes ou plus / couples avec enfants / en couple avec enfants",
        "en famille avec un parent seul / familles monoparentales / monoparentales / parents isolés avec enfants"
        " / parents seuls et leurs enfants / parents seuls avec enfants / parents isolés et leurs enfants",
        "dans un logement à elles / chez elles / chez eux / logement à leur nom"
        " / logement personnel / logement autonome / locataires ou propriétaires",
        "hébergées par une structure / structure / foyer / hôtel social"
        " / hébergées en structure / en hébergement / en structure d’hébergement"
        " / en centre d’hébergement / hébergement d’urgence / hôtel / chrs / cada / hébergement institutionnel",
        "hébergées par des proches / hébergées par un tiers / hébergées chez un tiers / hébergées chez des tiers"
        " / hébergées chez des proches / chez un ami / chez des amis / chez un parent / dans la famille",
        "sans abri / sans domicile / à la rue / sans domicile fixe / rue / squat / voiture / tente / véhicule"
        " / abri de fortune / campement / dehors",
        UNKNOWN,
    )
]


@cache
def words_of(text):
    """« Couples sans enfant » and « couples avec enfants » are not the same words."""
    words = {folded(match[0]).replace("autres", "autre") for match in TOKEN.finditer(text)} & TELLING
    return frozenset(words | set(stems(text)))


ALIKE_WORDS = [[words_of(phrase) - NEUTRAL for phrase in phrases] for phrases in ALIKE]


def names_of(part):
    """The sets of words that say a part: its label, its keywords, and what is said for it everywhere."""
    own = [words_of(phrase.text) - NEUTRAL for phrase in part.phrases]
    alike = [words for group in ALIKE_WORDS if any(words in group for words in own) for words in group]
    return [words for words in [*own, *alike] if words]


def says_one(said, names):
    """« Sans domicile, à la rue » says a part twice, and nothing else."""
    return any(name <= said for name in names) and said <= frozenset().union(*names)


def is_named(part, whole, text):
    """Whether a text says a part, and nothing else but the whole."""
    ages = ages_in(part.label)
    text_ages = ages_in(text)
    rest = words_of(AGE.sub(" ", text)) - NEUTRAL - whole.vocabulary
    if ages or text_ages:
        return ages == text_ages and not rest - {stem("jeunes"), stem("adultes"), stem("enfants")}
    return says_one(rest, [names - whole.vocabulary for names in names_of(part) if names - whole.vocabulary])


def part_named(parts, whole, text):
    """The only part that a text says."""
    named = [part for part in parts if is_named(part, whole, text)]
    return named[0] if len(named) == 1 else None
