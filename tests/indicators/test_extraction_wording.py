"""How reports say things: a sentence or a small table, and what the portal's catalogue makes of it.

Each line is a class of wording or of layout that was met in reports by other hands, in our own words and figures.
"""

import json
from pathlib import Path

import pytest

from indicators.extraction import extract
from indicators.extraction.ages import ages_in
from indicators.extraction.catalogue import read_catalogue
from indicators.extraction.parts import part_named
from indicators.extraction.words import stem
from indicators.extraction.years import report_year
from tests.indicators.test_extraction import pdf_of

OURS = json.loads(Path("indicators/catalogue.json").read_text(encoding="utf-8"))
RULED = "table { width: auto } td { border: 1px solid; padding: 3pt 8pt }"
LINES = "table { width: auto } td { border: 0; border-bottom: .5pt solid #999; padding: 3pt 8pt }"
BARE = "table { width: auto } td { border: 0; padding: 3pt 8pt }"


def table(*rows):
    return (
        "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + "</table>"
    )


def read(body, style="", year=2023):
    pdf = pdf_of(f"<h1>Rapport d’activité 2023</h1>{body}", style)
    return {found.code: found.value for found in extract(pdf, OURS, year)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Le nombre de nuitées remonte : 3417 cette année contre 3351 en 2018.", {"nuitees": 3417}),
        ("295 familles bénéficiaires, contre 314 en 2022, ont été reçues.", {"menages": 295}),
        ("La fréquentation est passée de 6.500 passages à 14.500 sur l’année 2023.", {"passages": 14500}),
        ("Plus de 6 000 contacts ont été établis au cours de 402 maraudes.", {"contacts": 6000, "maraudes": 402}),
        ("Le restaurant a servi 23 190 repas, soit 4 170 repas de plus qu’en 2022.", {"repas": 23190}),
        ("L’équipe est composée de 7 salariés pour 5,6 ETP.", {"salaries": 7, "salaries_etp": 5.6}),
        ("38 bénévoles réguliers et une vingtaine de bénévoles ponctuels nous aident.", {"benevoles": 38}),
        ("48 personnes ont été hébergées dans nos 22 places.", {"personnes_hebergees": 48, "places": 22}),
        ("Les bénévoles ont donné 4 350 heures, l’équivalent de 2,7 ETP.", {"heures_benevoles": 4350}),
        ("L’association compte 18 administrateurs et 212 adhérents.", {"adherents": 212}),
        ("186 personnes étaient domiciliées au 31 décembre 2023.", {"domiciliations": 186}),
        ("En moyenne, 62 personnes fréquentent le lieu chaque jour.", {"affluence": 62}),
        ("Nous avons orienté 88 personnes vers d’autres structures.", {"orientations": 88}),
        ("2023 : 1 540 passages ; 2022 : 1 310 passages.", {"passages": 1540}),
        ("Parmi nous, 104 enfants de moins de 18 ans, dont 13 nourrissons.", {"enfants": 104, "bebes": 13}),
        ("Trousses d’hygiène : 540 lots remis.", {"kits": 540}),
        ("1 904 colis d’urgence et 320 paniers de Noël ont été remis.", {"colis": 1904}),
        ("402 personnes n’étaient jamais venues.", {"nouvelles_personnes": 402}),
        ("9 100 repas ont été servis en 2023 : 6 200 le midi et 2 900 le soir.", {"repas": 9100}),
        ("412 personnes sont passées au moins une fois.", {"personnes": 412}),
        ("176 n’avaient jamais poussé la porte.", {"nouvelles_personnes": 176}),
        ("Pour 85 d’entre elles, c’était la première fois.", {"nouvelles_personnes": 85}),
        ("62 demandes n’ont pas pu recevoir de réponse, faute de place.", {"demandes_sans_reponse": 62}),
        ("4 200 petits déjeuners + 3 100 dîners = 7 300 repas.", {"repas": 7300}),
        ("Nos 45 bénévoles se relaient. Ils ont donné 3 200 heures.", {"benevoles": 45, "heures_benevoles": 3200}),
        ("Lancés en mars, les cours de français ont tenu 84 séances.", {"ateliers_francais": 84}),
        ("Douze ménages sont partis vers un logement durable.", {"sorties_logement": 12}),
        ("54 mères élèvent seules leurs enfants.", {"familles_un_parent": 54}),
        ("52 personnes un jour ordinaire.", {"affluence": 52}),
        ("L’équipe a reçu 1 240 appels, dont 300 la nuit.", {"contacts": 1240}),
    ],
)
def test_sentences_that_state_figures(sentence, expected):
    assert read(f"<h2>L’année</h2><p>{sentence}</p>") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Chaque semaine, 45 colis sont distribués.",
        "Un colis pèse 12 kg et nourrit 4 personnes pendant 5 jours.",
        "L’an dernier, 512 personnes avaient été accueillies.",
        "Le 14 juillet, 85 personnes sont venues.",
        "Nous avons reçu 150 personnes au repas de Noël.",
        "Depuis sa création, l’association a hébergé 4 500 personnes.",
        "Nous avons enregistré 64 nouvelles domiciliations.",
        "Montant moyen d’une aide : 143 €.",
        "L’assemblée générale a réuni 85 adhérents.",
        "Le conseil d’administration comprend 17 membres.",
        "Il faudrait 20 bénévoles supplémentaires.",
        "Nous cherchons 10 bénévoles.",
        "Pour la saison prochaine, nous visons 1 100 adhérents.",
        "Nous espérons approcher les 18 500 passages.",
        "Il y a dix ans, nous étions 12 bénévoles.",
        "La commune compte 3 200 personnes âgées et 771 familles monoparentales.",
        "Notre fédération regroupe 350 épiceries et 12 000 bénévoles.",
        "167 enfants de moins de 12 ans ont participé aux sorties.",
        "120 bénévoles ont participé à la collecte de novembre.",
        "« J’ai 58 ans, je viens 4 jours par semaine avec mes 2 enfants », raconte Ali.",
        "Les chambres ont été fermées onze jours.",
        "Le festival a réuni 800 joueurs en deux jours, tous venus de la ville.",
        "La campagne d’été a concerné 301 foyers, la plupart sont venus aux deux.",
        "Seize familles ont bénéficié d’un séjour aidé.",
        "La permanence d’accès aux droits a reçu 410 personnes.",
        "La mairie ne tient pas de registre : les douches n’ont pu être comptées.",
        "Il a fallu 42 000 équivalents repas.",
        "Appelez le 115 pour une place d’hébergement.",
        "La boutique voisine (laquelle annonce 4 500 passages) ferme le lundi.",
        "L’association voisine, qui compte à part ses 610 appels, nous relaie.",
        "74 personnes ont participé à la sortie à la mer.",
        "215 personnes ont obtenu un rendez-vous en préfecture.",
        "Deux femmes sont retournées au domicile conjugal.",
        "Une nouvelle salle (objectif : 90 places d’hébergement) est à l’étude.",
        "En août, jusqu’à 92 repas ont été servis.",
    ],
)
def test_sentences_that_state_nothing(sentence):
    assert read(f"<h2>L’année</h2><p>{sentence}</p>") == {}


@pytest.mark.parametrize("heading", ["Perspectives 2024", "Cap sur 2024", "Nos partenaires", "La ville", "Et demain ?"])
def test_sections_that_are_not_the_year_of_the_structure(heading):
    assert read(f"<h2>{heading}</h2><p>Le lieu offre 32 places d’hébergement.</p>") == {}


@pytest.mark.parametrize("style", [RULED, LINES, BARE], ids=["ruled", "lines", "bare"])
def test_a_row_that_is_the_sum_of_the_others_is_their_total(style):
    rows = [
        ("Centre", "Ménages", "Colis"),
        ("Nord", "311", "12.905"),
        ("Sud", "128", "5.127"),
        ("Comité", "439", "18.032"),
    ]
    assert read(table(*rows), style) == {"menages": 439, "colis": 18032}


def test_the_total_of_months_is_that_of_the_year():
    months = [("Janvier", "410", "80"), ("Février", "390", "76"), ("Mars", "450", "90"), ("TOTAL", "1 250", "246")]
    assert read(table(("Mois", "Passages", "Douches"), *months), LINES) == {"passages": 1250, "douches": 246}


def test_seasons_above_narrow_columns_are_as_many_headings():
    rows = [("Saisons", "2021-2022", "2022-2023"), ("Adhérents", "884", "968"), ("Bénévoles actifs", "71", "80")]
    style = "table { width: auto; table-layout: auto } td { border: 0; padding: 1pt 2.5pt; text-align: right }"
    assert read(table(*rows), style) == {"adherents": 968, "benevoles": 80}


def test_between_two_lines_a_label_of_two_lines_is_whole():
    style = f"{LINES} td {{ vertical-align: middle }} td:first-child {{ width: 110pt }}"
    rows = [("", "2022", "2023"), ("Personnes accueillies de manière inconditionnelle dans l’année", "1 100", "1 187")]
    assert read(table(*rows, ("Nuitées d’hébergement de l’année entière", "310", "365")), style) == {
        "personnes": 1187,
        "nuitees": 365,
    }


def test_what_a_column_counts_is_not_what_its_rows_name():
    rows = [("Nature", "Nombre d’aides accordées"), ("Énergie", "97"), ("Accès au logement", "54"), ("Total", "151")]
    assert read(table(*rows), RULED) == {"aides_accordees": 151}


def test_accounts_give_no_counts():
    rows = [("Charges", "2022", "2023"), ("Personnel", "310 200", "325 410"), ("Repas", "18 000", "21 000")]
    assert read(f"<h2>Comptes</h2>{table(*rows, ('Produits', '640', '655'))}", RULED) == {}


def test_the_first_word_of_a_row_says_what_it_counts():
    rows = [("", "2022", "2023"), ("Personnes vivant dans ces foyers", "771", "842"), ("Foyers", "287", "318")]
    assert read(table(*rows), BARE)["menages"] == 318


def test_a_mean_is_not_a_total():
    assert read(table(("Repas servis par jour", "35"), ("Durée moyenne (jours)", "81")), RULED) == {}


# Parts of breakdowns

WHOLE = "<p>Nous avons accueilli 500 personnes différentes.</p>"
SEXES = {"personnes": 500, "personnes_sex_femmes": 190, "personnes_sex_hommes": 310}
AGES = {"personnes_age_0_17": 60, "personnes_age_18_25": 110, "personnes_age_26_59": 270, "personnes_age_60_plus": 60}


@pytest.mark.parametrize(
    "body",
    [
        "<p>500 personnes accueillies, dont 190 femmes et 310 hommes.</p>",
        "<p>Nous avons accueilli 500 personnes différentes : 310 hommes (62 %), 190 femmes (38 %).</p>",
        f"{WHOLE}<h2>Sexe</h2><ul><li>Femmes : 190 (38 %)</li><li>Hommes : 310 (62 %)</li></ul>",
        WHOLE + table(("Sexe", "Nombre", "%"), ("Femmes", "190", "38 %"), ("Hommes", "310", "62 %")),
        WHOLE + table(("Public", "2022", "2023"), ("Féminin", "180", "190"), ("Masculin", "290", "310")),
        WHOLE + table(("", "Femmes", "Hommes", "Total"), ("Personnes accueillies", "190", "310", "500")),
        table(("Sexe", "Personnes"), ("Femmes", "190"), ("Hommes", "310"), ("Total", "500")),
        f"{WHOLE}<p>L’ensemble se répartit en 190 femmes et filles et 310 garçons.</p>",
    ],
)
@pytest.mark.parametrize("style", [RULED, BARE], ids=["ruled", "bare"])
def test_parts_are_read_with_their_whole(body, style):
    assert read(body, style) == SEXES


@pytest.mark.parametrize(
    "rows",
    [
        [("Moins de 18 ans", "60"), ("18-25 ans", "110"), ("26-59 ans", "270"), ("60 ans et plus", "60")],
        [("0 à 17 ans", "60"), ("18 – 25 ans", "110"), ("De 26 à 59 ans", "270"), ("60 ans et +", "60")],
        [("Mineurs", "60"), ("18/25 ans", "110"), ("26 - 59 ans", "270"), ("Plus de 60 ans", "60")],
    ],
)
def test_ages_are_read_however_they_are_written(rows):
    assert read(WHOLE + table(*rows, ("Total", "500")), RULED) == {"personnes": 500, "enfants": 60, **AGES}


def test_a_part_is_sure_where_the_others_make_up_the_whole():
    found = read("<p>Nous avons accueilli 500 personnes : 440 adultes et 60 mineurs.</p>")
    assert found == {"personnes": 500, "personnes_age_0_17": 60, "enfants": 60}


def test_values_at_the_end_of_bars_are_one_column():
    ages = [("Moins de 18 ans", 60), ("18-25 ans", 110), ("26-59 ans", 270), ("60 ans et plus", 60)]
    bars = "".join(
        f"<div style='height: 18pt'><span style='display: inline-block; width: 110pt'>{name}</span>"
        f"<span style='display: inline-block; height: 8pt; background: #246; width: {count}pt'></span> {count}</div>"
        for name, count in ages
    )
    assert read(f"{WHOLE}<h2>Âge</h2>{bars}") == {"personnes": 500, "enfants": 60, **AGES}


def test_the_parts_of_a_table_are_those_of_its_year():
    rows = [("Situation", "2022", "2023"), ("Chez elles", "190", "200"), ("Structure (foyer, CADA)", "80", "90")]
    rows += [("Hébergées par des proches", "110", "120"), ("Sans abri", "100", "90"), ("Total", "480", "500")]
    assert read(WHOLE + table(*rows), LINES) == {
        "personnes": 500,
        "personnes_housing_personnel": 200,
        "personnes_housing_structure": 90,
        "personnes_housing_proches": 120,
        "personnes_housing_sans_abri": 90,
    }


def test_ages_of_volunteers_are_not_those_of_persons():
    rows = [("Âge", "Bénévoles"), ("18-25 ans", "6"), ("26-59 ans", "14"), ("60 ans et plus", "32"), ("Total", "52")]
    parts = {"benevoles_age_18_25": 6, "benevoles_age_26_59": 14, "benevoles_age_60_plus": 32}
    assert read(table(*rows), RULED) == {"benevoles": 52, **parts}


def test_households_and_housing_are_parts_when_their_sum_is_the_persons():
    households = [("Personnes seules", "220"), ("Couples sans enfant", "60"), ("Couples avec enfants", "220")]
    housing = [("Rue, squat", "200"), ("Hébergées chez des tiers", "180"), ("Logement personnel", "120")]
    found = read(f"{WHOLE}{table(*households)}<h2>Logement</h2>{table(*housing)}", RULED)
    assert found == {
        "personnes": 500,
        "personnes_household_seules": 220,
        "personnes_household_couples": 60,
        "personnes_household_familles": 220,
        "personnes_housing_sans_abri": 200,
        "personnes_housing_proches": 180,
        "personnes_housing_personnel": 120,
    }


@pytest.mark.parametrize(
    "body",
    [
        "<p>38 % de femmes et 62 % d’hommes.</p>",
        "<p>Aux ateliers : 30 femmes et 12 hommes.</p>",
        "<p>190 femmes seules et 310 hommes isolés.</p>",
        "<p>190 femmes de moins de 25 ans.</p>",
        "<p>Nos 96 bénévoles, dont 12 femmes, se relaient.</p>",
        table(("Femmes", "35"), ("Hommes", "65")),
        table(("Femmes", "38 %"), ("Hommes", "62 %")),
        table(("Composition", "Foyers"), ("Personnes seules", "90"), ("Couples sans enfant", "20")),
        table(("0-3 ans", "200"), ("4-17 ans", "300")),
    ],
)
def test_what_is_no_part(body):
    found = read(f"{WHOLE}<h2>Public</h2>{body}", RULED)
    assert not [code for code in found if code.startswith(("personnes_sex", "personnes_age", "personnes_household"))]


def test_parts_come_after_their_whole_in_the_catalogue():
    indicators = {indicator.code: indicator for indicator in read_catalogue(OURS)}
    part = indicators["personnes_sex_femmes"]
    assert (part.part_of, part.dimension, part.unit) == ("personnes", "sex", "personnes")
    assert "ratio_benevoles" not in indicators  # computed, never read


def test_a_flat_catalogue_may_have_parts_too():
    whole = {"code": "P", "label": "Personnes accueillies", "unit": "personnes", "keywords": []}
    parts = [
        {"code": c, "label": c, "unit": "personnes", "part_of": "P", "dimension": "sex"} for c in ("Femmes", "Hommes")
    ]
    pdf = pdf_of("<p>500 personnes accueillies, dont 190 femmes et 310 hommes.</p>")
    assert {found.code: found.value for found in extract(pdf, [whole, *parts], 2023)} == {
        "P": 500,
        "Femmes": 190,
        "Hommes": 310,
    }


def test_a_part_is_named_by_its_own_words():
    indicators = read_catalogue(OURS)
    persons = next(indicator for indicator in indicators if indicator.code == "personnes")
    parts = [indicator for indicator in indicators if indicator.part_of == "personnes"]
    assert part_named(parts, persons, "Femmes accueillies").code == "personnes_sex_femmes"
    assert part_named(parts, persons, "Couples avec enfants").code == "personnes_household_familles"
    assert part_named(parts, persons, "Femmes enceintes") is None


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("moins de 18 ans", [(0, 17)]),
        ("de 18 à 25 ans", [(18, 25)]),
        ("26 – 59 ans", [(26, 59)]),
        ("60 ans et plus", [(60, None)]),
        ("+ de 60 ans", [(60, None)]),
        ("mineurs", [(0, 17)]),
        ("moins de 18 mois", [(0, 1.5)]),
        ("depuis 12 ans", []),
    ],
)
def test_age_classes(text, ages):
    assert ages_in(text) == ages


def test_those_who_do_are_not_what_they_do():
    assert stem("formateurs") == stem("formatrices") != stem("formations")
    assert stem("accueillies") == stem("accueilli") != stem("accueil")


@pytest.mark.parametrize(
    ("texts", "year"),
    [
        (["Notre action en 2024, présentée le 1er mars 2025", "Souhaits pour 2025"], 2024),
        (["Bilan de la saison septembre 2023 – août 2024", "Exercice 2023"], 2024),
        (["Exercice clos le 31 décembre 2022, publié le 4 mai 2023"], 2022),
    ],
)
def test_the_year_of_a_report_is_not_that_of_its_publication(texts, year):
    assert report_year(texts) == year


def test_a_code_above_a_column_is_that_of_its_total():
    rows = [("Système", "Collecte P203.3", "Équipement P204.3"), ("Nord", "100", "0"), ("Total", "100", "73")]
    catalogue = [{"code": code, "label": "Conformité", "unit": "%", "max": 100} for code in ("P203.3", "P204.3")]
    found = extract(pdf_of(table(*rows), RULED), catalogue, 2023)
    assert {proposal.code: proposal.value for proposal in found} == {"P203.3": 100, "P204.3": 73}


CODED = [
    {"code": "D201.0", "label": "Nombre d’habitants desservis", "unit": "hab", "decimals": 0},
    {"code": "D203.0", "label": "Quantité de boues issues des ouvrages", "unit": "tMS"},
    {"code": "P255.3", "label": "Connaissance des rejets au milieu naturel", "unit": "points", "max": 120},
]


def sheet_of(code, name, unit, *values):
    """A page for an indicator: its code beside its name, then « Valeur » and years that go back."""
    head = f"<span style='font-size: 16pt; margin-right: 40pt'>{code}</span><span style='font-size: 14pt'>{name}</span>"
    rows = table(("Exercice", "2023", "2022", "2021"), ("Valeur de l’indicateur", *values)) if values else ""
    return (
        f"<div style='break-before: page; padding-top: 20pt'><div>{head}</div>"
        f"<p>Définition donnée par l’observatoire.</p><p>Unité : {unit}</p>{rows}<p>Fiabilité : A</p></div>"
    )


def test_a_page_for_each_indicator():
    pages = [
        sheet_of("D201.0", "Estimation du nombre d’habitants desservis", "habitants", "4 310", "4 290", "4 250"),
        sheet_of("D203.0", "Quantité de boues issues des ouvrages", "tMS", "41,5", "40,2", "39,9"),
        sheet_of("P255.3", "Connaissance des rejets au milieu naturel", "points (0 à 120)"),
    ]
    found = extract(pdf_of("".join(pages), RULED), CODED, 2023)
    assert {proposal.code: proposal.value for proposal in found} == {"D201.0": 4310, "D203.0": 41.5}


PRICE = {"code": "D204.0", "label": "Prix TTC du service au m³", "unit": "€/m³", "max": 30}
DEBT = {"code": "P256.2", "label": "Durée d’extinction de la dette", "unit": "an", "max": 99, "keywords": ["dette"]}
PIPES = {"code": "P202.2B", "label": "Connaissance et gestion patrimoniale", "unit": "points", "max": 120}
WORKS = {"code": "P204.3", "label": "Conformité des équipements d’épuration", "unit": "%", "max": 100}


@pytest.mark.parametrize(
    ("text", "indicator", "value"),
    [
        ("Le mètre cube revient à 2,41 € toutes taxes comprises, après 2,35 € l’année d’avant.", PRICE, 2.41),
        ("Il nous faudrait 6,5 ans pour éteindre la dette.", DEBT, 6.5),
        (
            "L’indice de connaissance et de gestion patrimoniale, noté sur 120, progresse : "
            "il passe de 30 points en 2022 à 61 points en 2023.",
            PIPES,
            61,
        ),
        ("La préfecture a rendu son avis le 4 mai 2024 : les équipements d’épuration sont conformes.", WORKS, 100),
    ],
)
def test_a_mayor_tells(text, indicator, value):
    found = extract(pdf_of(f"<h1>Rapport 2023</h1><p>{text}</p>"), [indicator], 2023)
    assert [proposal.value for proposal in found] == [value]


def test_what_stands_over_a_big_number_names_it_and_the_small_note_under_it_does_not():
    card = "<div style='display: inline-block; width: 30%; text-align: center'><div style='font-size: 9pt'>{}</div>"
    card += "<div style='font-size: 22pt'>{}</div><div style='font-size: 7pt'>{}</div></div>"
    cards = [("Repas servis", "21 300", "20 100 en 2022"), ("dont chauds", "17 450", "le reste en pique-nique")]
    body = "<h2>Au menu</h2>" + "".join(card.format(*words) for words in cards) + "<p>On mange assis.</p>" * 12
    assert read(body) == {"repas": 21300, "repas_chauds": 17450}


def test_what_is_said_again_of_one_place_is_not_the_total():
    rows = [("Antenne", "Ménages", "Bénévoles"), ("Port", "214", "31"), ("Ville", "151", "24"), ("Toutes", "365", "55")]
    body = f"{table(*rows)}<h2>Focus sur le Port</h2><p>214 ménages</p><p>31 bénévoles</p>"
    assert read(body, RULED) == {"menages": 365, "benevoles": 55}


def test_figures_at_one_place_on_many_pages_are_no_page_numbers():
    page = "<div style='break-before: page; padding-top: 90pt'>{}<p style='margin-top: 200pt'>Fin</p></div>"
    rows = [("Passages", "711"), ("Douches", "340"), ("Repas servis", "902")]
    body = "".join(page.format(table(row)) for row in rows)
    assert read(body, BARE) == {"passages": 711, "douches": 340, "repas": 902}


def test_a_count_is_not_a_rate():
    points = {
        "code": "P252.2",
        "label": "Points de curage fréquent du réseau",
        "unit": "nb/100km",
        "keywords": ["curage"],
    }
    body = "<p>9 points du réseau nécessitent un curage fréquent, soit 9,3 pour 100 km.</p>"
    found = extract(pdf_of(body), [points], 2023)
    assert [proposal.value for proposal in found] in ([9.3], [])
