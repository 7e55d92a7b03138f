"""Turns of phrase that say a word without it: « jamais venues » says « venues pour la première fois »."""

import re
from functools import lru_cache

from indicators.extraction.words import stems

TURNS = [
    (re.compile(pattern, re.I), stems(words))
    for pattern, words in (
        (
            r"(?:n['’]\w+|\bne (?:l['’])?\w+) jamais (?:[\w'’]+ ){0,2}?"
            r"(?:mis les pieds|eu recours|sollicité|venue?s?|franchi|poussé|reçue?s?|accueillie?s?)",
            "personnes venues première fois",
        ),
        (
            r"pour la (?:toute )?première fois"
            r"|(?:c['’](?:était|est)|pour) (?:la|leur) première (?:année|visite|venue|fois)",
            "personnes venues première fois",
        ),
        (r"\bun (?:jour|midi|soir|matin) (?:ordinaire|habituel|moyen)(?!\w)", "affluence jour ordinaire"),
        (r"(?:venue?s?|passée?s?|reçue?s?|accueillie?s?) au moins une fois", "différentes accueillies"),
        (r"(?<!jamais )franchi (?:notre|la|cette|nos) portes?", "différentes accueillies"),
        (
            r"(?:n['’]\w+|\bne \w+) (?:pas|pu) (?:\w+ ){0,2}?(?:de )?(?:réponse|suite|solution)(?!\w)"
            r"|\bsans (?:suite|réponse|solution)(?!\w)",
            "restées sans réponse",
        ),
        (r"élèv\w+ (?:\w+ )?seule?s?(?!\w)", "mères seules"),
        (r"sont (?:partie?s|sortie?s|entrée?s) (?:vers|dans|en)(?!\w)", "sorties entrées"),
        (r"éteindre", "extinction durée"),
        (r"\brev(?:ient|enait) (?:[\w'’]+ ){0,3}?à(?!\w)", "prix"),
        (r"mètres? cubes?", "m3"),
        (r"toutes taxes comprises", "TTC"),
        (r"(?:psychologue|sages?-femmes?|infirmi[eè]re?s?|médecins?|dentistes?|podologues?)(?!\w)", "santé soin"),
    )
]


@lru_cache(maxsize=1000)
def turns_in(text):
    """[(stems that are meant, start, end)]"""
    return [(meant, *match.span()) for pattern, meant in TURNS for match in pattern.finditer(text)]
