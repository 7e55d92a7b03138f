"""Fictional reports, labelled by hand, and the real ones where they are at hand; each with its scores by kind of error.

Run with -s to see the scores. The reports were written in six rounds, each before the rules had seen it; the sixth
after reports by other hands, of which it takes the layouts and the wordings, not the words.
"""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from indicators.extraction import extract
from indicators.extraction.catalogue import read_catalogue
from indicators.extraction.pages import read_pages
from indicators.extraction.proposing import propose
from lemans_solidaire.network.pdf import render_pdf

REAL = Path("../shared/data/rapports")
KINDS = ("TP", "TN", "FP1", "FP2", "FN")
OURS = json.loads(Path("indicators/catalogue.json").read_text(encoding="utf-8"))


def entry(code, label, unit, keywords, most=1e7):
    names = {"code": code, "label": label, "unit": unit, "keywords": keywords.split(" / ")}
    return {**names, "decimals": 2 if unit in ("%", "ETP") else 0, "min": 0, "max": most}


OTHER = [
    entry("BEN", "Nombre de bénévoles", "personnes", "bénévole"),
    entry("HB", "Heures de bénévolat", "heures", "bénévolat / heures bénévoles"),
    entry("FA", "Nombre de personnes accueillies", "personnes", "file active / personnes accueillies / bénéficiaires"),
    entry("REP", "Nombre de repas distribués", "repas", "repas"),
    entry("NUI", "Nombre de nuitées", "nuitées", "nuitée"),
    entry("TO", "Taux d’occupation", "%", "occupation", 150),
    entry("ETP", "Effectif salarié en équivalents temps plein", "ETP", "ETP / équivalent temps plein"),
    entry("BUD", "Total des produits", "€", "produits / recettes"),
    entry("FEM", "Part des femmes parmi les personnes accueillies", "%", "femmes", 100),
    entry("MAR", "Nombre de maraudes", "maraudes", "maraude"),
]


@dataclass
class Report:
    name: str
    style: str
    body: str
    labels: str  # what a person reads in it
    catalogue: object = None

    def pdf(self):
        sheets = f'<link rel="stylesheet" href="portail:print.css"><style>{PLAIN} {self.style}</style>'
        head = f'<html lang="fr"><head><title>Rapport</title>{sheets}</head>'
        return render_pdf(f"<!doctype html>{head}<body>{self.body}</body></html>", "ab" * 32)

    def stated(self):
        pairs = (label.split("=") for label in self.labels.split())
        return {code: float(value) for code, value in pairs}


PLAIN = "table { width: auto; table-layout: auto } th, td { border: 0; padding: 3pt 8pt } p { max-width: none }"
REPORTS = [
    Report(
        "Un récit",
        "",
        """
<h1>Rapport d’activité 2024</h1>
<p>Association Le Pont, 12 rue du Port, 72000 Le Mans. Tél. 02 43 00 11 22. SIRET 775 123 456 00012.</p>
<h2>L’accueil de jour</h2>
<p>En 2024, notre accueil de jour a ouvert 251 jours et enregistré 14 320 passages, contre 12 980 en 2023. Nous
avons accueilli 1 187 personnes différentes, dont 312 femmes et 96 enfants. L’objectif de 1 300 personnes fixé par
le projet n’est pas atteint.</p>
<p>Au cours de l’année, 4 200 douches ont été prises et 1 050 lessives ont été faites. La capacité d’accueil est de
40 places.</p>
<h2>L’aide alimentaire</h2>
<p>Les bénévoles ont distribué 23 450 repas (21 900 en 2023), soit 93 repas par jour. À cela s’ajoutent deux mille
trois cents colis alimentaires. En Sarthe, 180 000 repas sont servis chaque année par l’ensemble des associations du
département.</p>
<h2>La vie de l’association</h2>
<p>L’équipe compte six salariés, soit 4,8 ETP, et quatre-vingt-seize bénévoles actifs qui ont donné près de 8 400
heures de bénévolat. L’association compte 154 adhérents au 31 décembre 2024 (148 au 31 décembre 2023).</p>
""",
        "jours_ouverture=251 passages=14320 personnes=1187 personnes_sex_femmes=312 douches=4200 "
        "lessives=1050 places=40 enfants=96 "
        "repas=23450 colis=2300 salaries=6 salaries_etp=4.8 benevoles=96 heures_benevoles=8400 adherents=154",
    ),
    Report(
        "Un tableau avec filets",
        "table{border-collapse:collapse} td,th{border:1px solid #000} .n{text-align:right}",
        """
<h1>Bilan d’activité 2024</h1>
<h2>Les chiffres de l’année</h2>
<table>
<tr><th>Indicateurs</th><th>2023</th><th>2024</th><th>Évolution</th></tr>
<tr><td>Passages<td class=n>12 980<td class=n>14 320<td class=n>+ 10,3 %</tr>
<tr><td>Personnes accueillies<td class=n>1 102<td class=n>1 187<td class=n>+ 7,7 %</tr>
<tr><td>Nouvelles personnes<td class=n>402<td class=n>438<td class=n>+ 9,0 %</tr>
<tr><td>Repas servis<td class=n>21 900<td class=n>23 450<td class=n>+ 7,1 %</tr>
<tr><td>dont repas chauds<td class=n>9 800<td class=n>10 200<td class=n>+ 4,1 %</tr>
<tr><td>Colis alimentaires distribués<td class=n>2 150<td class=n>2 300<td class=n>+ 7,0 %</tr>
<tr><td>Douches prises<td class=n>118<td class=n>131<td class=n>+ 11,0 %</tr>
<tr><td>Nombre de bénévoles<td class=n>90<td class=n>96<td class=n>+ 6,7 %</tr>
<tr><td>Heures de bénévolat<td class=n>7 900<td class=n>8 400<td class=n>+ 6,3 %</tr>
<tr><td>Montant des aides financières (€)<td class=n>15 200,50<td class=n>17 845,30<td class=n>+ 17,4 %</tr>
<tr><td>Nuitées<td class=n>3 650<td class=n>4 012<td class=n>+ 9,9 %</tr>
<tr><td>Ménages accompagnés<td class=n>420<td class=n>455<td class=n>+ 8,3 %</tr>
</table>
""",
        "passages=14320 personnes=1187 nouvelles_personnes=438 repas=23450 repas_chauds=10200 colis=2300 "
        "douches=131 benevoles=96 heures_benevoles=8400 montant_aides=17845.3 nuitees=4012 menages=455",
    ),
    Report(
        "Un tableau sans filets",
        ".n{text-align:right}",
        """
<h1>Bilan d’activité 2024</h1>
<h2>Les chiffres de l’année</h2>
<table>
<tr><th>Indicateurs</th><th>2023</th><th>2024</th><th>Évolution</th></tr>
<tr><td>Passages<td class=n>12 980<td class=n>14 320<td class=n>+ 10,3 %</tr>
<tr><td>Personnes accueillies<td class=n>1 102<td class=n>1 187<td class=n>+ 7,7 %</tr>
<tr><td>Nouvelles personnes<td class=n>402<td class=n>438<td class=n>+ 9,0 %</tr>
<tr><td>Repas servis<td class=n>21 900<td class=n>23 450<td class=n>+ 7,1 %</tr>
<tr><td>dont repas chauds<td class=n>9 800<td class=n>10 200<td class=n>+ 4,1 %</tr>
<tr><td>Colis alimentaires distribués<td class=n>2 150<td class=n>2 300<td class=n>+ 7,0 %</tr>
<tr><td>Douches prises<td class=n>118<td class=n>131<td class=n>+ 11,0 %</tr>
<tr><td>Nombre de bénévoles<td class=n>90<td class=n>96<td class=n>+ 6,7 %</tr>
<tr><td>Heures de bénévolat<td class=n>7 900<td class=n>8 400<td class=n>+ 6,3 %</tr>
<tr><td>Montant des aides financières (€)<td class=n>15 200,50<td class=n>17 845,30<td class=n>+ 17,4 %</tr>
<tr><td>Nuitées<td class=n>3 650<td class=n>4 012<td class=n>+ 9,9 %</tr>
<tr><td>Ménages accompagnés<td class=n>420<td class=n>455<td class=n>+ 8,3 %</tr>
</table>
""",
        "passages=14320 personnes=1187 nouvelles_personnes=438 repas=23450 repas_chauds=10200 colis=2300 "
        "douches=131 benevoles=96 heures_benevoles=8400 montant_aides=17845.3 nuitees=4012 menages=455",
    ),
    Report(
        "Des colonnes serrées",
        "td,th{padding:1pt 4pt}",
        """
<h1>Bilan d’activité 2024</h1>
<h2>Les chiffres de l’année</h2>
<table>
<tr><th>Indicateurs</th><th>2024</th><th>2023</th><th>Évolution</th></tr>
<tr><td>Passages<td class=n>14 320<td class=n>12 980<td class=n>- 9,4 %</tr>
<tr><td>Personnes accueillies<td class=n>1 187<td class=n>1 102<td class=n>- 7,2 %</tr>
<tr><td>Nouvelles personnes<td class=n>438<td class=n>402<td class=n>- 8,2 %</tr>
<tr><td>Repas servis<td class=n>23 450<td class=n>21 900<td class=n>- 6,6 %</tr>
<tr><td>dont repas chauds<td class=n>10 200<td class=n>9 800<td class=n>- 3,9 %</tr>
<tr><td>Colis alimentaires distribués<td class=n>2 300<td class=n>2 150<td class=n>- 6,5 %</tr>
<tr><td>Douches prises<td class=n>131<td class=n>118<td class=n>- 9,9 %</tr>
<tr><td>Nombre de bénévoles<td class=n>96<td class=n>90<td class=n>- 6,2 %</tr>
<tr><td>Heures de bénévolat<td class=n>8 400<td class=n>7 900<td class=n>- 6,0 %</tr>
<tr><td>Montant des aides financières (€)<td class=n>17 845,30<td class=n>15 200,50<td class=n>- 14,8 %</tr>
<tr><td>Nuitées<td class=n>4 012<td class=n>3 650<td class=n>- 9,0 %</tr>
<tr><td>Ménages accompagnés<td class=n>455<td class=n>420<td class=n>- 7,7 %</tr>
</table>
""",
        "passages=14320 personnes=1187 nouvelles_personnes=438 repas=23450 repas_chauds=10200 colis=2300 "
        "douches=131 benevoles=96 heures_benevoles=8400 montant_aides=17845.3 nuitees=4012 menages=455",
    ),
    Report(
        "Deux colonnes de texte",
        ".c{columns:2;text-align:justify;hyphens:auto}",
        """
<h1>Rapport moral et d’activité – exercice 2024</h1>
<div class=c><h3>Accueillir</h3>
<p>Tout au long de l’année 2024, les équipes de l’accueil de jour ont reçu 1 187 personnes différentes. Le nombre
total de passages s’élève à 14 320, en progression par rapport à l’année précédente (12 980). Nous étions ouverts
251 jours.</p>
<h3>Nourrir</h3>
<p>Nous avons servi 23 450 repas, dont 10 200 repas chauds. La collecte de novembre a permis de réunir 3,2 tonnes de
denrées. 2 300 colis alimentaires ont été distribués à 455 ménages.</p>
<h3>Héberger</h3>
<p>Notre maison a assuré 4 012 nuitées pour 61 personnes hébergées. Le taux d’occupation est de 91 %. Quatorze
ménages sont entrés dans un logement durable.</p>
<h3>S’engager</h3>
<p>Nous pouvons compter sur 96 bénévoles, qui ont offert 8 400 heures de bénévolat. Les dons représentent 45 600 €.
Les formations ont réuni une trentaine de participants aux formations internes.</p>
</div>
""",
        "personnes=1187 passages=14320 jours_ouverture=251 repas=23450 repas_chauds=10200 colis=2300 "
        "menages=455 nuitees=4012 personnes_hebergees=61 sorties_logement=14 benevoles=96 "
        "heures_benevoles=8400 formations=30",
    ),
    Report(
        "De grands chiffres",
        ".g{display:flex;flex-wrap:wrap} .b{width:30%;margin:8pt 1%;text-align:center} "
        ".v{font-size:26pt;font-weight:bold}",
        """
<h1>2024 en chiffres</h1>
<div class=g><div class=b><div class=v>14 320</div><div>passages à l’accueil</div></div>
<div class=b><div class=v>1 187</div><div>personnes accueillies</div></div>
<div class=b><div class=v>23 450</div><div>repas servis</div></div>
<div class=b><div class=v>2 300</div><div>colis alimentaires</div></div>
<div class=b><div class=v>96</div><div>bénévoles actifs</div></div>
<div class=b><div class=v>8 400 h</div><div>de bénévolat</div></div>
<div class=b><div class=v>131</div><div>douches</div></div>
<div class=b><div class=v>17 845 €</div><div>d’aides versées</div></div>
<div class=b><div class=v>455</div><div>ménages accompagnés</div></div>
</div>
""",
        "passages=14320 personnes=1187 repas=23450 colis=2300 benevoles=96 heures_benevoles=8400 douches=131 "
        "montant_aides=17845 menages=455",
    ),
    Report(
        "Une liste",
        "",
        """
<h1>Compte rendu d’activité – année 2024</h1>
<h2>Publics</h2>
<ul>
<li>Personnes accueillies : 1 187</li>
<li>Familles monoparentales : 88</li>
<li>Enfants inscrits : 212 (198 en 2023)</li>
</ul>
<h2>Services</h2>
<ul>
<li>Nombre de repas : 23 450</li>
<li>Colis distribués .......... 2 300</li>
<li>Cours de français : 312 séances, 145 apprenants</li>
<li>Permanences d’accès aux droits : 1 240 rendez-vous</li>
<li>Domiciliations : 367</li>
<li>Demandes non satisfaites : 54</li>
</ul>
<h2>Moyens humains</h2>
<ul>
<li>Salariés : 6 (4,8 ETP)</li>
<li>Bénévoles : 96</li>
<li>Objectif 2025 : 110 bénévoles</li>
</ul>
""",
        "personnes=1187 familles_un_parent=88 enfants=212 repas=23450 colis=2300 ateliers_francais=312 "
        "apprenants=145 rendez_vous_droits=1240 domiciliations=367 demandes_sans_reponse=54 salaries=6 "
        "salaries_etp=4.8 benevoles=96",
    ),
    Report(
        "Un récit plein de pièges",
        "",
        """
<h1>Rapport d’activité 2023</h1>
<p>Les Paniers du Cœur de ville – 3 place de l’Éperon – 72000 Le Mans – contact@paniers.test – 06 12 34 56 78</p>
<h2>1. Une année dense</h2>
<p>Créée en 1987, l’association fête ses 36 ans. Trente-quatre bénévoles se relaient du lundi au vendredi, de 9h à
12h30. Cette année, nous avons reçu 642 familles, soit 1 930 personnes accompagnées ; elles étaient 588 en 2022.
Parmi elles, un enfant sur trois a moins de 12 ans. Le nombre de colis distribués atteint 18 204 (+ 12 % par rapport
à 2022). En France, les associations ont distribué 171 millions de repas en 2023.</p>
<p>Nous espérons atteindre 700 familles en 2024. Le budget prévoit 52 000 € d’aides financières ; 48 310 € ont été
versés au titre des aides financières d’urgence, pour 217 aides accordées. 12 % des demandes n’ont pas abouti, soit
85 demandes non satisfaites. Chaque colis pèse en moyenne 9 kg et coûte 3,50 €.</p>
<h2>2. Les bénévoles</h2>
<p>Nos bénévoles ont donné 5 640 heures (5 210 heures en 2022), ce qui équivaut à 3,1 emplois. Deux salariées
complètent l’équipe (1,6 ETP). L’assemblée générale du 14 mai 2023 a réuni 61 personnes. L’association compte
désormais 212 adhérents.</p>
""",
        "benevoles=34 menages=642 personnes=1930 colis=18204 montant_aides=48310 aides_accordees=217 "
        "demandes_sans_reponse=85 heures_benevoles=5640 salaries=2 salaries_etp=1.6 adherents=212",
    ),
    Report(
        "Des sites et des années",
        "table{border-collapse:collapse} td,th{border:1px solid #333}",
        """
<h1>Bilan 2024</h1>
<h2>Activité par site</h2>
<table>
<tr><th>Activité</th><th>Site Nord</th><th>Site Sud</th><th>Total</th></tr>
<tr><td>Repas servis</td><td>12 100</td><td>8 300</td><td>20 400</td></tr>
<tr><td>Douches</td><td>840</td><td>0</td><td>840</td></tr>
<tr><td>Passages</td><td>9 870</td><td>4 130</td><td>14 000</td></tr>
<tr><td>Bénévoles actifs</td><td>41</td><td>22</td><td>63</td></tr>
</table>
<h2>Évolution</h2>
<table>
<tr><th>Année</th><th>Colis alimentaires</th><th>Ménages accompagnés</th><th>Adhérents</th></tr>
<tr><td>2022</td><td>2 010</td><td>300</td><td>120</td></tr>
<tr><td>2023</td><td>2 222</td><td>318</td><td>131</td></tr>
<tr><td>2024</td><td>2 450</td><td>341</td><td>127</td></tr>
</table>
""",
        "repas=20400 douches=840 passages=14000 benevoles=63 colis=2450 menages=341 adherents=127",
    ),
    Report(
        "Un tableau sur deux pages",
        "td,th{border-bottom:1px solid #999;padding:9pt} body{text-align:justify;hyphens:auto}",
        """
<h1>Rapport annuel</h1>
<p>Exercice clos le 31 décembre 2024</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<h2>Hébergement</h2>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<p>La maison relais a hébergé 47 personnes au cours de l’exercice et totalise 11 680 nuitées. Le taux d’occupation
s’établit à 94 %. Neuf ménages ont accédé à un logement durable, contre six l’an dernier.</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<p>Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.
Le projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend. Le
projet associatif place la rencontre au cœur de l’action et laisse à chacun le temps de dire ce qu’il attend.</p>
<table>
<tr><th>Indicateur</th><th>2024</th><th>2023</th></tr>
<tr><td>Personnes domiciliées</td><td>367</td><td>340</td></tr>
<tr><td>Rendez-vous d’accès aux droits</td><td>1 240</td><td>1 105</td></tr>
<tr><td>Premiers entretiens</td><td>512</td><td>498</td></tr>
<tr><td>Permanences santé</td><td>46</td><td>44</td></tr>
<tr><td>Accompagnements santé</td><td>133</td><td>120</td></tr>
<tr><td>Séances de français</td><td>312</td><td>290</td></tr>
<tr><td>Heures de cours de français</td><td>936</td><td>870</td></tr>
<tr><td>Apprenants</td><td>145</td><td>139</td></tr>
<tr><td>Visites à domicile</td><td>604</td><td>577</td></tr>
<tr><td>Maraudes</td><td>208</td><td>204</td></tr>
<tr><td>Rencontres en maraude</td><td>3 310</td><td>3 018</td></tr>
</table>
""",
        "personnes_hebergees=47 nuitees=11680 sorties_logement=9 domiciliations=367 rendez_vous_droits=1240 "
        "accueils=512 permanences_soins=46 accompagnements_soins=133 ateliers_francais=312 "
        "heures_francais=936 apprenants=145 visites=604 maraudes=208 rencontres_rue=3310",
    ),
    Report(
        "Des encadrés",
        ".g{display:flex;flex-wrap:wrap} "
        ".b{width:40%;margin:8pt 2%;padding:6pt;border:1px solid #555} .v{font-size:22pt;font-weight:bold;color:#900}",
        """
<h1>L’essentiel 2024</h1>
<div class=g><div class=b><div>Repas servis</div><div class=v>9 412</div></div>
<div class=b><div>Personnes accueillies</div><div class=v>812</div></div>
<div class=b><div>Bénévoles</div><div class=v>58</div></div>
<div class=b><div>Heures de bénévolat</div><div class=v>4 100</div></div>
</div><p>Et aussi :</p>
<div class=h><div class=r><span class=v>1 204</span> <span>colis distribués</span></div><div class=r><span
class=v>77</span> <span>bébés aidés</span></div><div class=r><span class=v>365</span> <span>jours
d’ouverture</span></div></div>
""",
        "repas=9412 personnes=812 benevoles=58 heures_benevoles=4100 colis=1204 bebes=77 jours_ouverture=365",
    ),
    Report(
        "Une saison",
        "td{border:1px solid}table{border-collapse:collapse}",
        """
<h1>Compte rendu moral – saison 2023-2024</h1>
<p>Le vestiaire a connu 2 480 passages. La laverie a tourné : 690 machines lancées. 310 kits d’hygiène ont été
remis. Une quarantaine de bénévoles s’y relaient. L’accueil des mères seules reste une priorité : 74 familles
monoparentales. Aucune demande n’est restée sans réponse.</p>
<table>
<tr><td>Effectif salarié</td><td>7</td></tr>
<tr><td>Équivalent temps plein</td><td>5,35</td></tr>
<tr><td>Budget prévisionnel 2025</td><td>310 000 €</td></tr>
<tr><td>Capacité d’hébergement</td><td>28</td></tr>
<tr><td>Orientations vers les partenaires</td><td>455</td></tr>
</table>
""",
        "vestiaire=2480 lessives=690 kits=310 benevoles=40 familles_un_parent=74 demandes_sans_reponse=0 "
        "salaries=7 salaries_etp=5.35 places=28 orientations=455",
    ),
    Report(
        "Un récit dense",
        "",
        """
<h1>Rapport d’activité de l’année 2023</h1>
<h2>I. L’accompagnement</h2>
<p>Durant l’année écoulée, 934 personnes ont été reçues par nos équipes (871 en 2022), parmi lesquelles 305 venaient
pour la première fois. Le nombre de familles accueillies s’établit à 410. Plus de 2 100 appels téléphoniques ont été
traités. Les travailleurs sociaux ont conduit 1 560 entretiens.</p>
<p>Sur l’ensemble de l’exercice, 73 % des demandes ont trouvé une réponse dans la journée. 66 personnes ont obtenu
une domiciliation, 28 ménages ont été relogés et 19 demandes n’ont pas pu être satisfaites.</p>
<h2>II. L’atelier de français</h2>
<p>Nos 14 bénévoles formateurs ont animé 220 séances de français pour un total de 440 heures. 83 apprenants sont
venus régulièrement.</p>
<h2>III. L’équipe</h2>
<p>Au 31/12/2023 l’association employait 9 salariés (7,6 ETP) et comptait 51 bénévoles. Les bénévoles ont consacré 6
230 heures à l’association. Le montant total des secours versés s’élève à 12 480 euros.</p>
""",
        "personnes=934 nouvelles_personnes=305 menages=410 contacts=2100 domiciliations=66 "
        "sorties_logement=28 demandes_sans_reponse=19 ateliers_francais=220 heures_francais=440 apprenants=83 "
        "salaries=9 salaries_etp=7.6 benevoles=51 heures_benevoles=6230 montant_aides=12480",
    ),
    Report(
        "Du prévu et du réalisé",
        "table{border-collapse:collapse;margin:12pt} td{border:.5pt solid}",
        """
<h1>BILAN 2024</h1>
<table>
<caption>Tableau 1 – Activité</caption><tr><td></td><td>Réalisé 2023</td><td>Prévu 2024</td><td>Réalisé
2024</td></tr>
<tr><td>Nombre de repas servis sur place</td><td>30 120</td><td>32 000</td><td>31 455</td></tr>
<tr><td>Nombre de colis</td><td>1 900</td><td>2 000</td><td>2 044</td></tr>
<tr><td>Nuitées d’hébergement</td><td>5 840</td><td>5 840</td><td>5 795</td></tr>
<tr><td>Personnes hébergées</td><td>88</td><td>90</td><td>93</td></tr>
<tr><td>Nombre de bénévoles actifs</td><td>77</td><td>80</td><td>81</td></tr>
</table>
<table>
<caption>Tableau 2 – Public</caption><tr><td>File active</td><td>1 320</td></tr>
<tr><td>dont nouveaux arrivants</td><td>402</td></tr>
<tr><td>Enfants de moins de 18 ans</td><td>288</td></tr>
<tr><td>Familles monoparentales</td><td>96</td></tr>
</table>
""",
        "repas=31455 colis=2044 nuitees=5795 personnes_hebergees=93 benevoles=81 personnes=1320 "
        "nouvelles_personnes=402 enfants=288 familles_un_parent=96",
    ),
    Report(
        "Un coup d’œil",
        ".g{columns:3} .b{break-inside:avoid;text-align:center;background:#eee;margin:4pt} "
        ".v{font-size:24pt;margin:0;color:#007} .l{margin:0}",
        """
<h1>Notre année 2024 en un coup d’œil</h1>
<div class=g><div class=b><p class=v>+ 12 %</p>
<p class=l>de fréquentation</p>
</div><div class=b><p class=v>8 765</p>
<p class=l>passages à l’accueil de jour</p>
</div><div class=b><p class=v>603</p>
<p class=l>personnes<br>différentes accueillies</p>
</div><div class=b><p class=v>248</p>
<p class=l>jours d’ouverture</p>
</div><div class=b><p class=v>3 420</p>
<p class=l>douches</p>
</div><div class=b><p class=v>1 118</p>
<p class=l>machines à laver</p>
</div><div class=b><p class=v>145</p>
<p class=l>trousses d’hygiène<br>remises</p>
</div></div>
""",
        "passages=8765 personnes=603 jours_ouverture=248 douches=3420 lessives=1118 kits=145",
    ),
    Report(
        "Des progressions",
        "",
        """
<h1>Rapport d’activité 2024</h1>
<p>Le nombre de maraudes est passé de 180 à 196 en un an. Elles ont permis 2 905 rencontres, soit 15 par sortie. Le
local a ouvert ses portes 300 jours et reçu 41 200 passages.</p>
<p>Faute de places, 120 demandes sont restées sans réponse ; nous disposons de 32 places d’hébergement. Depuis 2010,
plus de 500 000 repas ont été servis, dont 38 900 repas en 2024. Chaque mois, environ 200 colis sont préparés.</p>
<p>La ville compte 145 000 habitants. D’autres associations du département ont servi 90 000 repas.</p>
<p>Prévision 2025 : 40 000 repas.</p>
""",
        "maraudes=196 rencontres_rue=2905 jours_ouverture=300 passages=41200 demandes_sans_reponse=120 "
        "places=32 repas=38900",
    ),
    Report(
        "Un autre catalogue",
        "",
        """
<h1>RAPPORT D’ACTIVITÉ 2022</h1>
<p>La Halte du Soir</p>
<h2>Le mot du président</h2>
<p>Avec 1 204 bénéficiaires en 2022, notre file active progresse de 8 %. Les femmes représentent 31 % des personnes
accueillies (29 % en 2021). L’équipe de rue a réalisé 188 maraudes, soit environ 4 par semaine.</p>
<p>Le centre a fourni 12 340 nuitées, pour un taux d’occupation de 96,4 %. Chaque soir, 35 repas sont servis ; au
total 12 600 repas ont été distribués dans l’année. 22 bénévoles donnent de leur temps, pour un total de 3 150
heures.</p>
<h2>Les moyens</h2>
<p>Au 31 décembre 2022, l’effectif est de 11,75 ETP (10,5 ETP au 31 décembre 2021).</p>
<table>
<tr><th>Produits</th><th>2021</th><th>2022</th></tr>
<tr><td>Subventions</td><td>412 300</td><td>455 120</td></tr>
<tr><td>Dons</td><td>23 410</td><td>19 870</td></tr>
<tr><td>Total des produits</td><td>435 710</td><td>474 990</td></tr>
</table>
""",
        "FA=1204 FEM=31 MAR=188 NUI=12340 TO=96.4 REP=12600 BEN=22 HB=3150 ETP=11.75 BUD=474990",
        OTHER,
    ),
    Report(
        "Un autre catalogue, en chiffres",
        ".k b{font-size:20pt} td{border:1px solid #aaa;text-align:center}",
        """
<h1>Chiffres clés 2022</h1>
<table class=k>
<tr><td><b>1 204</b><br>personnes accueillies</td><td><b>12 340</b><br>nuitées</td><td><b>96,4
%</b><br>d’occupation</td><td><b>188</b><br>maraudes</td></tr>
</table>
<table>
<tr><th colspan=2>Ressources humaines</th></tr>
<tr><td>Bénévoles</td><td>22</td></tr>
<tr><td>Heures de bénévolat</td><td>3 150 h</td></tr>
<tr><td>Salariés (ETP)</td><td>11,75</td></tr>
</table>
<p>Repas distribués : 12 600</p>
""",
        "FA=1204 NUI=12340 TO=96.4 MAR=188 BEN=22 HB=3150 ETP=11.75 REP=12600",
        OTHER,
    ),
    Report(
        "Une maison",
        "",
        """
<h1>Rapport d’activités 2025</h1>
<p>Maison des Alliés, centre social</p>
<h2>Fréquentation</h2>
<p>La fréquentation reste forte : 18 940 passages enregistrés sur 242 jours d’ouverture, soit une moyenne de 78
personnes par jour. Notre file active s’élève à 1 540 personnes. On dénombre 620 ménages, dont 143 familles
monoparentales. L’accueil des enfants concerne 410 mineurs.</p>
<h2>Accès aux droits</h2>
<p>2 015 rendez-vous ont été tenus au titre de l’accès aux droits et 233 personnes sont domiciliées au CCAS par
notre intermédiaire.</p>
<h2>Hygiène</h2>
<table>
<tr><th></th><th>Année 2024</th><th>Année 2025</th></tr>
<tr><td>Douches</td><td>5 210</td><td>5 644</td></tr>
<tr><td>Lessives</td><td>1 302</td><td>1 288</td></tr>
<tr><td>Passages au vestiaire</td><td>910</td><td>975</td></tr>
</table>
<h2>Ressources</h2>
<p>Le conseil d’administration compte 15 membres. 72 bénévoles, 8 salariés à temps plein ou partiel (6,4 équivalents
temps plein) et 3 volontaires en service civique font vivre la maison. Le temps bénévole représente 9 800 heures.
Nos charges s’élèvent à 512 000 €, et 23 150 € d’aides financières ont été accordées.</p>
""",
        "passages=18940 jours_ouverture=242 affluence=78 personnes=1540 menages=620 familles_un_parent=143 "
        "enfants=410 rendez_vous_droits=2015 domiciliations=233 douches=5644 lessives=1288 vestiaire=975 "
        "benevoles=72 salaries=8 salaries_etp=6.4 heures_benevoles=9800 montant_aides=23150",
    ),
    Report(
        "Des objectifs en colonnes",
        "table{border-collapse:collapse} td,th{border:1px solid}",
        """
<h1>Année 2024 : nos résultats</h1>
<table>
<tr><th rowspan=2>Action</th><th colspan=2>2024</th><th colspan=2>2023</th></tr>
<tr><th>Nombre</th><th>Objectif</th><th>Nombre</th><th>Objectif</th></tr>
<tr><td>Tournées de rue</td><td>156</td><td>150</td><td>149</td><td>150</td></tr>
<tr><td>Rencontres dans la rue</td><td>2 480</td><td>2 300</td><td>2 310</td><td>2 300</td></tr>
<tr><td>Repas distribués</td><td>11 020</td><td>12 000</td><td>10 875</td><td>11 000</td></tr>
<tr><td>Nuitées</td><td>7 300</td><td>7 300</td><td>7 280</td><td>7 300</td></tr>
</table>
<p>Source : rapport d’activité validé par l’assemblée générale du 12 juin 2025.</p>
""",
        "maraudes=156 rencontres_rue=2480 repas=11020 nuitees=7300",
    ),
    Report(
        "Des lignes",
        "",
        """
<h1>Bilan annuel 2024</h1>
<p>Nombre de personnes accueillies en 2024 : 715<br>
Nombre de repas servis en 2024 : 15 300<br>
Nombre de bénévoles : 44 (dont 28 femmes)<br>
Nombre d’heures de bénévolat : 5 120<br>
Nombre de salariés : 3<br>
Montant des aides : 9 870,50 €<br>
Nombre d’adhérents : 98</p>
<p>Pour mémoire, 2023 : 690 personnes accueillies, 14 100 repas servis.</p>
""",
        "personnes=715 repas=15300 benevoles=44 heures_benevoles=5120 salaries=3 montant_aides=9870.5 adherents=98",
    ),
    Report(
        "Un CCAS, deux années par colonne",
        "table{border-collapse:collapse} td,th{border:1px solid} .n{text-align:right}",
        """
<h1>Rapport d’activité du CCAS</h1><p>Exercice 2022, présenté au conseil d’administration du 14 mars 2023</p>
<h2>1. Le service</h2>
<p>La commune compte 9 640 habitants, dont 812 familles monoparentales au dernier recensement. Le conseil
d’administration comprend 15 membres. Au 31/12/2022, le service emploie 11 agents.</p>
<table><tr><th></th><th>2020</th><th>2021</th><th>2022</th></tr>
<tr><td>Appels téléphoniques reçus<td class=n>5 210<td class=n>6 004<td class=n>6 377</tr>
<tr><td>Premiers entretiens<td class=n>141<td class=n>152<td class=n>160</tr>
<tr><td>Orientations vers un partenaire<td class=n>333<td class=n>401<td class=n>418</tr></table>
<h2>2. Le public</h2>
<p>402 ménages ont été suivis, soit 911 personnes (512 femmes et 399 hommes).</p>
<table><tr><th rowspan=2>Âge</th><th colspan=2>2021</th><th colspan=2>2022</th></tr>
<tr><th>Nombre</th><th>%</th><th>Nombre</th><th>%</th></tr>
<tr><td>Moins de 18 ans<td>240<td>27,9<td>251<td>27,6</tr>
<tr><td>18 à 25 ans<td>90<td>10,5<td>99<td>10,9</tr>
<tr><td>26 à 59 ans<td>410<td>47,7<td>431<td>47,3</tr>
<tr><td>60 ans et plus<td>120<td>13,9<td>130<td>14,2</tr>
<tr><td>Ensemble<td>860<td>100<td>911<td>100</tr></table>
<h2>3. Les aides facultatives</h2>
<table><tr><th>Nature de l’aide</th><th>Nombre d’aides accordées</th><th>Montant (€)</th></tr>
<tr><td>Énergie<td>61<td>12 200</tr><tr><td>Accès au logement<td>22<td>8 140</tr>
<tr><td>Alimentaire<td>130<td>7 020</tr>
<tr><td>TOTAL 2022<td>213<td>27 360</tr><tr><td>Rappel 2021<td>190<td>24 118</tr></table>
<p>L’aide moyenne s’établit à 128 €. L’enveloppe votée était de 30 000 €.</p>
<h2>4. Les aînés</h2>
<p>Le registre des personnes fragiles comporte 190 inscrits. Les agents ont fait 305 visites à domicile. Le goûter de
Noël a réuni 210 personnes.</p>
<h2>Comptes</h2>
<table><tr><th>Fonctionnement</th><th>2021</th><th>2022</th></tr><tr><td>Charges de personnel<td>402 110<td>418 500</tr>
<tr><td>Produits<td>640 200<td>655 010</tr></table>
""",
        "contacts=6377 accueils=160 orientations=418 menages=402 personnes=911 personnes_sex_femmes=512 "
        "personnes_sex_hommes=399 personnes_age_0_17=251 personnes_age_18_25=99 personnes_age_26_59=431 "
        "personnes_age_60_plus=130 enfants=251 aides_accordees=213 montant_aides=27360 visites=305 salaries=11",
    ),
    Report(
        "Une halte, mois par mois",
        "td,th{border:1px solid #999;padding:2pt 6pt} .g{display:flex;flex-wrap:wrap} "
        ".b{width:30%;margin:8pt 1%;text-align:center} .v{font-size:24pt}",
        """
<h1>Ce que nous avons fait en 2024</h1>
<p>« Je viens depuis 3 ans, on connaît mon prénom. » Nous espérons approcher les 9 500 passages en 2025.</p>
<div class=g><div class=b><div class=v>8 644</div>passages à la halte</div>
<div class=b><div class=v>702</div>personnes différentes</div>
<div class=b><div class=v>36</div>personnes reçues par jour en moyenne</div></div>
<h2>Mois par mois</h2>
<table><tr><th>Trimestre</th><th>Jours ouverts</th><th>Passages 2023</th><th>Passages 2024</th><th>Douches
2024</th></tr>
<tr><td>Premier<td>62<td>2 010<td>2 201<td>410</tr><tr><td>Deuxième<td>60<td>1 980<td>2 094<td>398</tr>
<tr><td>Troisième<td>55<td>1 901<td>2 040<td>377</tr><tr><td>Quatrième<td>63<td>2 150<td>2 309<td>442</tr>
<tr><td>Ensemble de l’année<td>240<td>8 041<td>8 644<td>1 627</tr></table>
<h2>Qui vient ?</h2>
<table><tr><th>Sexe</th><th>Effectif</th><th>Part</th></tr><tr><td>Femmes<td>161<td>22,9 %</tr>
<tr><td>Hommes<td>535<td>76,2 %</tr><tr><td>Non renseigné<td>6<td>0,9 %</tr></table>
<table><tr><th>Nuit d’avant</th><th>Effectif</th><th>Part</th></tr><tr><td>Rue, squat, tente<td>310<td>44 %</tr>
<tr><td>Hôtel du 115, CHRS<td>150<td>21 %</tr><tr><td>Chez un ami, un parent<td>140<td>20 %</tr>
<tr><td>Logement personnel<td>80<td>11 %</tr><tr><td>On ne sait pas<td>22<td>3 %</tr>
<tr><td>Total<td>702<td>100 %</tr></table>
<h2>Nos partenaires</h2><p>La Croix-Rouge, dont la maraude a fait 90 sorties et rencontré 1 400 personnes selon son
propre bilan.</p>
""",
        "passages=8644 personnes=702 affluence=36 jours_ouverture=240 douches=1627 personnes_sex_femmes=161 "
        "personnes_sex_hommes=535 personnes_sex_autre=6 personnes_housing_sans_abri=310 "
        "personnes_housing_structure=150 "
        "personnes_housing_proches=140 personnes_housing_personnel=80 personnes_housing_non_connu=22",
    ),
    Report(
        "Une saison en colonnes étroites",
        "td,th{padding:1pt 3pt;text-align:right} td:first-child{text-align:left}",
        """
<h1>Bilan de la saison septembre 2022 – août 2023</h1>
<p>Assemblée générale du 9 novembre 2023</p>
<h2>La vie associative</h2>
<table><tr><td>Saisons<td>2020-2021<td>2021-2022<td>2022-2023</tr><tr><td>Adhérents<td>611<td>655<td>702</tr>
<tr><td>Bénévoles actifs<td>48<td>51<td>57</tr><tr><td>Heures de bénévolat<td>2 900<td>3 105<td>3 460</tr>
<tr><td>Administrateurs<td>12<td>12<td>13</tr><tr><td>Salariés<td>14<td>14<td>15</tr>
<tr><td>Équivalents temps plein<td>9,1<td>9,4<td>10,2</tr></table>
<h2>L’âge de nos bénévoles</h2>
<p>moins de 18 ans : 2<br>18 à 25 ans : 6<br>26 à 59 ans : 21<br>60 ans et plus : 28</p>
<h2>Apprendre le français</h2>
<p>Trois bénévoles ont animé 140 séances de deux heures, soit 280 heures de cours de français. 41 apprenants les ont
suivies.</p>
<h2>Perspectives</h2>
<p>Pour la saison prochaine, nous visons 750 adhérents et 60 bénévoles.</p>
""",
        "adherents=702 benevoles=57 heures_benevoles=3460 salaries=15 salaries_etp=10.2 benevoles_age_0_17=2 "
        "benevoles_age_18_25=6 benevoles_age_26_59=21 benevoles_age_60_plus=28 ateliers_francais=140 "
        "heures_francais=280 "
        "apprenants=41",
    ),
    Report(
        "Un comité et ses centres",
        "td,th{border-bottom:.5pt solid #777;padding:4pt 10pt}",
        """
<h1>Notre action en 2024</h1><p>Document remis le 2 mars 2025</p>
<ul><li>310 foyers aidés (288 en 2023)</li><li>742 personnes aidées, dont 291 enfants de moins de 18 ans</li>
<li>37 bébés de moins de 18 mois</li><li>88 familles monoparentales</li>
<li>355 entretiens d’inscription menés par l’équipe</li></ul>
<p>Le comité fait partie d’une fédération qui compte 2.100 centres et 70.000 bénévoles.</p>
<h2>Nos centres</h2>
<table><tr><td>Centre<td>Colis<td>Repas</tr><tr><td>La Butte<td>7.204<td>1.310</tr><tr><td>Le Port<td>3.101<td>0</tr>
<tr><td>Val-Fleuri<td>1.988<td>640</tr><tr><td>Comité<td>12.293<td>1.950</tr></table>
<h2>Au-delà du panier</h2>
<ul><li>Vestiaire : 1.604 passages, en hausse de 4 %</li><li>Trousses d’hygiène : 312 lots remis</li>
<li>Orientations : 47 vers la PMI</li></ul>
<h2>Les bénévoles</h2>
<p>Nous sommes 61 bénévoles réguliers. Plus de 150 personnes nous rejoignent pour la collecte de mars.</p>
<table><tr><td>Âge<td>Bénévoles</tr><tr><td>18-25 ans<td>4</tr><tr><td>26-59 ans<td>17</tr>
<tr><td>60 ans et plus<td>40</tr>
<tr><td>Ensemble<td>61</tr></table>
<h2>Nos souhaits pour 2025</h2><p>Passer à 70 bénévoles ; nous craignons 340 foyers.</p>
""",
        "menages=310 personnes=742 personnes_age_0_17=291 enfants=291 bebes=37 familles_un_parent=88 accueils=355 "
        "colis=12293 repas=1950 vestiaire=1604 kits=312 orientations=47 benevoles=61 benevoles_age_18_25=4 "
        "benevoles_age_26_59=17 benevoles_age_60_plus=40",
    ),
    Report(
        "Une épicerie, foyers et personnes",
        ".n{text-align:right} td{border-bottom:.5pt solid #777}",
        """
<h1>Rapport d’activité 2023 de l’épicerie solidaire</h1>
<h2>Le magasin</h2>
<table><tr><td><td class=n>2022<td class=n>2023<td class=n>Évolution</tr>
<tr><td>Foyers inscrits<td class=n>201<td class=n>224<td class=n>+ 11,4 %</tr>
<tr><td>Personnes vivant dans ces foyers<td class=n>540<td class=n>588<td class=n>+ 8,9 %</tr>
<tr><td>– dont mineurs<td class=n>230<td class=n>251<td class=n>+ 9,1 %</tr>
<tr><td>– dont enfants de moins de 18 mois<td class=n>21<td class=n>26<td class=n>+ 23,8 %</tr>
<tr><td>Passages en caisse<td class=n>4 410<td class=n>4 903<td class=n>+ 11,2 %</tr></table>
<h2>Les foyers</h2>
<table><tr><td>Situation<td class=n>Foyers<td class=n>Personnes</tr>
<tr><td>Personnes isolées<td class=n>92<td class=n>92</tr><tr><td>Couples sans enfant<td class=n>20<td class=n>40</tr>
<tr><td>Familles monoparentales<td class=n>70<td class=n>220</tr>
<tr><td>Couples avec enfants<td class=n>42<td class=n>236</tr><tr><td>Total<td class=n>224<td class=n>588</tr></table>
<p>Faute de place, 31 demandes n’ont pas pu être satisfaites. Nous avons ouvert 139 jours. Le panier moyen est de
7,40 €. Au niveau national, le réseau rassemble 500 épiceries et 200 000 personnes.</p>
<h2>Comptes</h2>
<table><tr><td>Charges<td class=n>2022<td class=n>2023</tr>
<tr><td>Denrées alimentaires<td class=n>31 050<td class=n>38 117</tr>
<tr><td>Produits<td class=n>88 100<td class=n>91 220</tr></table>
""",
        "menages=224 personnes=588 personnes_age_0_17=251 enfants=251 bebes=26 colis=4903 "
        "personnes_household_seules=92 "
        "personnes_household_couples=40 personnes_household_un_parent=220 personnes_household_familles=236 "
        "familles_un_parent=70 demandes_sans_reponse=31 jours_ouverture=139",
    ),
]


def kind_of(value, stated):
    """The kinds of the OFB's NARVAL report: right, rightly nothing, value never stated, wrong value, missed."""
    if stated is None:
        return "TN" if value is None else "FP1"
    if value is None:
        return "FN"
    return "TP" if abs(value - stated) <= max(1e-9, 0.005 * abs(stated)) else "FP2"


def scores(counts):
    given_values = counts["TP"] + counts["FP1"] + counts["FP2"]
    stated_values = counts["TP"] + counts["FP2"] + counts["FN"]
    return counts["TP"] / max(given_values, 1), counts["TP"] / max(stated_values, 1)


def line(name, counts):
    precision, recall = scores(counts)
    kinds = "  ".join(f"{kind} {counts[kind]:3}" for kind in KINDS)
    return f"{name[:36]:36}  {kinds}  précision {precision:.3f}  rappel {recall:.3f}"


def codes_of(catalogue):
    return [indicator.code for indicator in read_catalogue(catalogue)]


@pytest.fixture(scope="module")
def read():
    """{report: (its pdf, its proposals)}"""
    pdfs = {report.name: report.pdf() for report in REPORTS}
    return {
        report.name: (pdfs[report.name], extract(pdfs[report.name], report.catalogue or OURS)) for report in REPORTS
    }


def test_the_fictional_reports_are_read(read):
    total = Counter()
    for report in REPORTS:
        found = {proposal.code: proposal.value for proposal in read[report.name][1]}
        stated = report.stated()
        kinds = {code: kind_of(found.get(code), stated.get(code)) for code in codes_of(report.catalogue or OURS)}
        print(line(report.name, Counter(kinds.values())), [code for code in kinds if kinds[code][0] == "F"])
        total.update(kinds.values())
    print(line("Ensemble", total))
    precision, recall = scores(total)
    assert precision >= 0.97
    assert recall >= 0.9


def assert_quoted(pdf, proposals):
    texts = [" ".join(page.text.replace("\u200b", "").split()) for page in read_pages(pdf)]
    for proposal in proposals:
        assert proposal.quote
        assert proposal.quote in texts[proposal.page - 1]


def test_every_quote_is_on_its_page(read):
    for pdf, proposals in read.values():
        assert_quoted(pdf, proposals)


@pytest.fixture(scope="module")
def labels():
    if not REAL.is_dir():
        pytest.skip("the real reports are not at hand")
    found = {}
    for row in csv.DictReader((REAL / "attendus.csv").read_text(encoding="utf-8").splitlines()):
        found.setdefault(row["pdf"], {})[row["code"]] = float(row["value"]) if row["value"] else None
    return found


@pytest.fixture(scope="module")
def real(labels):
    """{report: every value found for a code, whatever its confidence}"""
    catalogue = json.loads((REAL / "catalogue.json").read_text(encoding="utf-8"))
    return {name: propose(REAL / name, catalogue, threshold=0) for name in labels}


def kinds_at(threshold, proposals, stated):
    found = {proposal.code: proposal.value for proposal in proposals if proposal.confidence >= threshold}
    return Counter(kind_of(found.get(code), value) for code, value in stated.items())


def best_threshold(real, labels, left_out):
    """The one that finds the most with a precision of 0.97 on the reports that are not left out."""

    def merit(threshold):
        others = (kinds_at(threshold, real[name], labels[name]) for name in real if name != left_out)
        counts = sum(others, Counter())
        return scores(counts)[0] >= 0.97, counts["TP"], threshold

    return max((step / 20 for step in range(2, 19)), key=merit)


def test_the_real_reports_are_read(real, labels):
    total, apart = Counter(), Counter()
    for name, proposals in real.items():
        counts = kinds_at(0.5, proposals, labels[name])
        print(line(name, counts))
        total += counts
        apart += kinds_at(best_threshold(real, labels, name), proposals, labels[name])
    print(line("Ensemble", total))
    print(line("Seuil choisi sur les six autres", apart))
    for counts in (total, apart):
        precision, recall = scores(counts)
        assert precision >= 0.97
        assert recall >= 0.88


def test_the_real_quotes_are_on_their_pages(real):
    for name, proposals in real.items():
        assert_quoted(REAL / name, proposals)
