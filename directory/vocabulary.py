"""The national vocabulary, from its library: codes in the database, words on the screen."""

from functools import cache

from data_inclusion.schema import v1

LISTS = {
    "themes": v1.Thematique,
    "publics": v1.Public,
    "fees": v1.Frais,
    "type": v1.TypeService,
    "reception": v1.ModeAccueil,
    "mobilisation": v1.ModeMobilisation,
    "mobilised_by": v1.PersonneMobilisatrice,
}


@cache
def words(name):
    """{code: label} of one list."""
    return {term.value: term.label for term in LISTS[name]}


def label(name, code):
    return words(name).get(code, code)


def labels(name, codes):
    return [label(name, code) for code in codes]


@cache
def families():
    """[(label, [(code, label)])]: the themes, gathered as their codes are (before « -- »)."""
    gathered = {}
    for code, text in words("themes").items():
        gathered.setdefault(code.split("--")[0], []).append((code, text))
    return [(family.replace("-", " ").capitalize(), terms) for family, terms in gathered.items()]
