"""Typed as people type: the right door among the first."""

import pytest
from django.core.management import call_command

from directory.models import Service, Synonym
from directory.plain import plain
from directory.search.answers import search
from directory.search.asking import Asked
from directory.search.words import emergencies
from lemans_solidaire.network.models import Structure
from tests.databases import PROJECT

REAL = PROJECT.parent / "shared/data/annuaire"
# typed, and the name of a service or of a structure that must be among the first five (fictional network)
TYPED = {
    "manger": "Repas chauds du soir",
    "repas": "Repas chauds du soir",
    "repa": "Repas chauds du soir",
    "j'ai faim": "Repas chauds du soir",
    "colis alimentaire": "Colis alimentaires",
    "episerie": "Épicerie solidaire",
    "épicerie": "Épicerie solidaire",
    "EPIC": "Épicerie solidaire",
    "soupe": "Soupe du vendredi",
    "douche": "Douches et laverie",
    "douches": "Douches et laverie",
    "me laver": "Douches et laverie",
    "laver mon linge": "Douches et laverie",
    "laverie": "Douches et laverie",
    "bagages": "Douches, linge et bagages",
    "papiers": "Aide pour les papiers",
    "refaire ma carte": "Aide pour les papiers",
    "dormir ce soir": "Un lit pour la nuit",
    "dormir": "Un lit pour la nuit",
    "hébergement": "Un lit pour la nuit",
    "hebergement famille": "Appartements pour les familles",
    "sdf": "Un lit pour la nuit",
    "femmes": "Accueil de jour pour les femmes",
    "bagarre à la maison": "Accueil de jour pour les femmes",
    "violences": "Accueil de jour pour les femmes",
    "cours de français": "Cours de français",
    "francais": "Cours de français",
    "fle": "Cours de français",
    "apprendre à lire": "Reprendre la lecture",
    "lire et écrire": "Reprendre la lecture",
    "bébé": "Lait, couches et vêtements",
    "couches": "Lait, couches et vêtements",
    "habits": "Vestiaire",
    "vetement": "Vestiaire",
    "avocat": "Permanence d’accès aux droits",
    "courrier": "Permanence d’accès aux droits",
    "jeunes": "Un lieu pour les 16-25 ans",
    "voiture": "Prêt de véhicules et atelier vélo",
    "vélo": "Prêt de véhicules et atelier vélo",
    "velos": "Prêt de véhicules et atelier vélo",
    "ordinateur": "Aide aux démarches en ligne",
    "ordi": "Aide aux démarches en ligne",
    "internet": "Aide aux démarches en ligne",
    "personnes agées": "Visites aux personnes âgées",
    "solitude": "Visites aux personnes âgées",
    "domiciliation": "Domiciliation",
    "domicilation": "Domiciliation",
    "assistante sociale": "Service social de secteur",
    "handicap": "Groupe d’entraide",
    "meubles": "Meubles et vaisselle à petit prix",
    "vaissele": "Meubles et vaisselle à petit prix",
    "halte du gue": "La Halte du Gué",
    "lantern": "Les Lanternes",
    "boussole": "La Boussole des droits",
    "boussolle": "La Boussole des droits",
    "petit berceau": "Le Petit Berceau",
    "jardin": "Le Jardin des Sept Carrés",
    "alonnes": "Français en petits groupes",
    "coulaine": "Lait, couches et vêtements",
    "devoirs": "Les Mercredis du savoir",
    "infirmière": "La Boîte à soins",
    "me soigner": "La Boîte à soins",
}
# The same on real records: part of the name of a structure or of a service.
REAL_TYPED = {
    "emaus": "emmaus",
    "alonnes": "allonnes",
    "secour populaire": "secours populaire",
    "psychiatrie": "",
    "HLM": "",
    "sortie de prison": "",
    "alcoolisme": "",
    "croix rouge": "croix rouge",
    "numerique": "numerique",
}


def ask(q="", *, page=1, **answers):
    return search(Asked(q=q, answers=answers, page=page))


def names(found):
    return [str(one.found) for one in found.answers]


def first_five(typed):
    return names(ask(typed))[:5]


@pytest.mark.parametrize("typed", TYPED)
def test_the_right_door_is_among_the_first(network, typed):
    assert TYPED[typed] in first_five(typed)


@pytest.mark.skipif(not REAL.exists(), reason="real data are not here")
@pytest.mark.django_db
def test_on_real_records_nothing_typed_so_is_without_answer(capsys):
    call_command(
        "import_directory",
        f"--structures={REAL / 'sarthe_structures.json'}",
        f"--services={REAL / 'sarthe_services.json'}",
    )
    missed = []
    for typed, name in REAL_TYPED.items():
        first = [
            plain(f"{one.found} {one.found.structure if one.is_service else ''} {one.found.city}")
            for one in ask(typed).answers[:5]
        ]
        if not any(name in one for one in first):
            missed.append((typed, first))
    assert not missed


def test_any_word_of_a_record_finds_it_when_its_other_fields_are_empty(db):
    structure = Structure.objects.create(name="Zébulon")
    Service.objects.create(structure=structure, name="Quincaillerie partagée", description="Des tournevis.")
    for typed in ("zebulon", "quincaillerie", "tournevis", "tournevi", "quincailleri"):
        assert "Quincaillerie partagée" in names(ask(typed)), typed


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 10_000,
        "!!! ??? ...",
        "'; DROP TABLE x; --",
        "a & b | ! (c):*",
        "%_\\",
        ".*[",
        "😀",
        "\u202e",
        "le la les",
        "",
    ],
)
def test_whatever_is_typed_has_an_answer(client, db, typed):
    assert client.get("/annuaire/", {"q": typed}).status_code == 200


def test_words_that_are_nowhere_together_find_what_holds_some(network):
    found = ask("douche trombone")
    assert found.is_loose
    assert "Douches et laverie" in names(found)


def test_the_synonyms_of_the_ccas_serve_at_once(network):
    assert "Soupe du vendredi" not in names(ask("tambouille"))
    Synonym.objects.create(typed="tambouille", means="soupe")
    assert "Soupe du vendredi" in names(ask("tambouille"))


def test_filters_and_their_counts(network):
    everything = ask("")
    counts = {name: count for _, name, count in everything.towns}
    assert counts["Coulaines"] >= 2
    coulaines = ask("", commune="Coulaines")
    known = [one.found for one in coulaines.answers if not one.unknown]
    assert len(known) == counts["Coulaines"]
    assert {service.city for service in known} == {"Coulaines"}
    assert all(one.found.hides_place for one in coulaines.answers if one.unknown)  # it may be there: said as not known
    theme = "equipement-et-alimentation--alimentation"
    assert all(theme in one.found.themes for one in ask("", theme=theme).answers)
    assert "Soupe du vendredi" in names(ask("", public="femmes"))  # for everybody, hence for women


def test_a_confidential_address_is_found_nowhere(network):
    hidden = Service.objects.get(name="Appartements pour les familles")
    assert "Appartements pour les familles" not in names(ask("rue du port"))
    assert "Un Toit Demain" not in names(ask("45 rue du port"))
    assert hidden.place == ""
    for city in ("Sablé-sur-Sarthe", hidden.city):  # its town is not told by what a filter leaves
        answer = next(one for one in ask("appartements", commune=city).answers if one.found == hidden)
        assert answer.unknown == ["commune"]


def test_a_hidden_place_is_found_by_no_other_way(db):
    """A sibling at the same place, a service that moves, a street typed nearly right."""
    shelter = Structure.objects.create(name="Le Refuge", address="2 rue des Glycines", city="Ruaudin")
    hidden = Service.objects.create(structure=shelter, name="Lit", address="2 rue des Glycines", city="Ruaudin")
    other = Service.objects.create(structure=shelter, name="Écoute", address="2, rue des Glycines", city="Ruaudin")
    assert len(names(ask("glycines"))) == 3
    hidden.is_address_hidden = True
    hidden.save()
    other.refresh_from_db()
    assert other.place == ""
    assert ask("glycines").total == 0
    assert not any("glycines" in words for words in ask("glycinnes").corrected.values())
    assert "Ruaudin" not in [name for _, name, _ in ask("").towns]
    elsewhere = Structure.objects.create(name="La Maison", address="9 rue des Lilas", city="Mulsanne")
    hidden.structure = elsewhere
    hidden.save()
    assert ask("lilas").total == 0
    assert "La Maison" not in names(ask("mulsanne"))


@pytest.mark.parametrize("typed", ["urgence", "enfants", "hebergem", "alimentati", "16-25", "25 ans", "endettement"])
def test_words_of_labels_beginnings_and_numbers_find(db, typed):
    structure = Structure.objects.create(name="Zébulon")
    Service.objects.create(
        structure=structure,
        name="Pour les 16-25 ans",
        description="Hébergement. Alimentation.",
        themes=["difficultes-financieres--situation-dendettement-surendettement", "famille--garde-denfants"],
        publics=["personnes-en-situation-durgence"],
    )
    assert "Pour les 16-25 ans" in names(ask(typed))


def test_towns_written_in_several_ways_are_one(db):
    structure = Structure.objects.create(name="Zébulon")
    for city in ("LE MANS", "Le Mans", "Le Mans Cedex 2"):
        Service.objects.create(structure=structure, name=f"À {city}", city=city)
    assert [(name, count) for _, name, count in ask("").towns] == [("Le Mans", 3)]
    assert ask("", commune="LE MANS CEDEX").total == 3


def test_what_is_not_known_is_not_a_no(db):
    Service.objects.create(structure=Structure.objects.create(name="Zébulon"), name="Atelier")
    assert ask("", public="femmes").total == 1


@pytest.mark.parametrize("typed", ["طعام", "😀", "!!!", "le la les"])
def test_what_holds_no_word_is_not_answered_with_everything(network, typed):
    found = ask(typed)
    assert found.is_unreadable
    assert found.total == 0


def test_a_page_too_far_is_the_last_one(network):
    assert names(ask("", page=99)) == names(ask("", page=2))


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("dormir ce soir", {"115"}), ("violence", {"3919", "17", "114"}), ("suicide", {"3114", "15"}), ("douche", set())],
)
def test_words_of_emergency_show_their_numbers(db, typed, numbers):
    assert {call.number for call in emergencies(typed)} == numbers


@pytest.mark.parametrize("many", [1, 3])
def test_a_page_costs_the_same_for_one_and_for_three(client, db, django_assert_num_queries, many):
    structure = Structure.objects.create(name="La Tablée")
    for number in range(many):
        Service.objects.create(structure=structure, name=f"Repas {number}", description="Chaud.")
    with django_assert_num_queries(8):
        assert client.get("/annuaire/", {"q": "repas"}).status_code == 200
