"""What warns against a figure: another place, a target, a capacity, a definition, a mean, a part of something."""

import re
from math import prod

from indicators.extraction.cells import SUBTOTAL
from indicators.extraction.dating import years_after
from indicators.extraction.evidence import before_and_after
from indicators.extraction.values import AROUND
from indicators.extraction.words import folded, stems
from indicators.extraction.years import MONTH


def pattern(*parts):
    return re.compile("|".join(parts), re.I)


CHANGE = pattern(
    "variation", "[ée]volution", "[ée]cart", "diff[ée]rence", "progression", "tendance", "hausse", "baisse"
)
NOT_DONE = pattern(
    r"objectif|cible|pr[ée]vision|pr[ée]vu|attendu|budget\b|capacit[ée]|agr[ée][ée]e?s?\b|autoris[ée]e?s?\b|maxim",
    r"potentiel|possible|bar[èe]me|\bmax\b|cotation|th[ée]orique|seuil|plafond|estimation pour|projet[ée]",
    r"esp[ée]r|\bvis(?:e|ons|ent)\b|crain|craign|souhait|prochain|approcher|envisag|promis|d['’]ici\b",
    r"[àa] venir(?! pour la premi)",
    r"\b(?:re)?cherch(?:e|ons|ent)\b|besoin",
    r"\w+er(?:ait|aient)\b|\b(?:faud|voud|dev|viend|tiend|atteind|recev)rai(?:t|ent)\b|\bpourr\w+",
    r"\b(?:sera|seront|aura|auront|devra|devront|permettra)\b",
)
AHEAD = pattern(
    r"perspectives?\b|\bdemain\b|souhaits\b|[àa] venir|pr[ée]visionnel|ann[ée]e prochaine|feuille de route",
    r"\bobjectifs? 20",
)
OTHERS = pattern(r"\bpartenaires?\b|remerciements|contexte|territoire|\bla (?:ville|commune)\b|glossaire|t[ée]moignage")
ACCOUNTS = pattern(
    r"\bcomptes?\b(?! rendu)|\bcharges\b|\bproduits\b|\brecettes\b|\bd[ée]penses\b|\bbudgets?\b|financi[eè]r"
)
DETAIL = pattern(r"\bd[ée]tail|\bzoom|\bfocus")
ELSEWHERE = pattern(
    "national|en france|france enti[èe]re|d[ée]partement|r[ée]gion|r[ée]seau national|m[ée]tropole|pays",
    "commune voisine|voisin(?:e?s)?\\b|autres? (?:structure|association|ville)",
)
FROM_OTHERS = pattern(
    r"recensement|\binsee\b|au niveau national|en france|f[ée]d[ée]ration|panorama|[àa] l['’][ée]chelle",
    r"enqu[êe]te (?:nation|r[ée]gion)|selon (?:son|leurs?) propres?|propre bilan|observatoire|barom[èe]tre",
    "d['’]après l['’](?:insee|enqu|observ)",
    r"\btous (?:les )?(?:op[ée]rateurs|acteurs|partenaires)|coordination (?:d[ée]partement|r[ée]gion|nation)",
    r"\b(?:la|cette) (?:commune|ville|agglom[ée]ration|m[ée]tropole)\b.{0,20}\b(?:compt|regroup|d[ée]nombr|recens)",
)
PEAK = pattern(r"\bjusqu['’]à\s$", r"\b(?:pic|record|pointe) (?:de|à|d['’])\s?$")
OTHER_SERVICE = pattern(r"eau potable|\bpluvial|non collectif|\bspanc\b")
THEIRS = pattern(
    r"\b(?:lequel|laquelle|lesquel\w+|qui) (?:en )?(?:annonce|compte|d[ée]clare|revendique|affiche|re[çc]oit)[^.;\d]*$",
    r"compt\w+ à part[^.;\d]*$",
)
OURS = pattern(r"\bnous\b|\bnotre\b|\bnos\b")
FIRST_PERSON = pattern(r"\b(?:j['’]|je\b|mes\b|mon\b|ma\b)")  # a testimony
BY = pattern(r"\bpar\s(?:plus de |près de )?$")  # « suivies par 11 salariés »
DEFINING = pattern(
    "compris(?:e|es)? entre|vari(?:e|ent) (?:de|entre)|est d[ée]fini|est le (?:ratio|quotient|rapport)|s['’]obtien",
    "sont attribu|est obtenu|exprim[ée]e? en|comptabilis[ée]s que|est dite?|[ée]chelle de|valeur 0|si le service",
    r"requis|mesure l|doi(?:t|vent)\b|il faut|n[ée]cessaire pour|à condition|pour (?:pouvoir )?b[ée]n[ée]ficier",
)
GOVERNING = pattern(
    r"\b(?:conseil|bureau|commission|jury|assembl[ée]e|CA|AG)\b[^.;]*\b(?:compt|compren|compos|r[ée]uni|rassembl|[ée]lu)",
    r"\bsi[èe]gent\b",
)
GOVERNED = pattern("conseil|instance|d[ée]cision")
EVENT = pattern(
    r"\bno[ëe]l\b|\bf[êe]tes?\b|kermesse|concert\b|\bloto\b|go[ûu]ter|portes ouvertes|festival|braderie",
    r"vide[- ]grenier|\bforum\b|r[ée]veillon|spectacle|pique-nique|inauguration|nuit de la",
    r"\b(?:à|de|pour) la collecte\b|assembl[ée]e g[ée]n[ée]rale",
)
NOT_OPEN = pattern(r"\bferm[ée]|annul[ée]|supprim[ée]|vacant|manqu")
AVERAGE = pattern(r"\bmoyen(?:ne)?s?\b", r"\b(?:jour|journ[ée]e|midi|soir|matin) (?:ordinaire|habituel)")
PART_OF_YEAR = pattern(
    rf"trimestre|semestre|campagne d['’](?:[ée]t[ée]|hiver)|\b(?!1er|3[01])\d{{1,2}} {MONTH}(?!\w)",
    rf"\b(?:en|de|d['’]|mois d['’e]) ?{MONTH}(?!\w)(?! à| au)",
)
SINCE = pattern(r"\bdepuis\b(?:[^\d.;(]|(?:19|20)\d\d){0,70}$")
LONG_AGO = pattern(
    r"\bil y a [^\W\d]+ ans\b|à l['’][ée]poque|autrefois|à ses d[ée]buts|à l['’]origine,|à sa cr[ée]ation"
)
PART_OF_DAY = pattern(
    r"\s(?:le (?:midi|soir|matin)|la nuit|en soir[ée]e|l['’]apr[èe]s-midi)(?!\w)"
)  # « 6 200 le midi »
EQUAL_TO = pattern(r"[ée]quiva(?:lent|ut|lant|lence)\s(?:à|de|d['’])\s?(?:[^\W\d]+\s)?$")
SHORT_LABEL = pattern(r"(?:^|(?<=[.;(•–]))\s?(?:[\w'’-]+\s){1,4}:\s$")  # « objectif : »
STARTED = pattern(
    rf"\b(?:avis|d[ée]lib[ée]ration|arr[êe]t[ée]|d[ée]cision)\b(?: [^\W\d]+){{0,3}}? (?:du|le) \d{{1,2}} {MONTH}"
    r"(?!\w)",
    r"\b(?:lanc|ouvert|cr[ée][ée]|n[ée]|d[ée]marr|inaugur|repris|install)\w* (?:en|depuis|d[ée]but|fin|mi-)\s?"
    rf"{MONTH}(?!\w)",
)
NEEDING = pattern(r"\bil (?:nous |lui )?faudrait\s")  # « il faudrait 7,5 ans pour éteindre la dette »
OUT_OF = pattern(r"(?:^|[.;]\s)\W*sur (?:un total de )?$")
SO_MANY_OF = pattern(r"\d\s[^.;,\d]{2,60}\bsur (?:un total de )?$")  # « 610 rendez-vous honorés sur 742 »
ITS_PART = pattern(r"[^.;]*,\s\D{0,20}\d")
PER_WHAT = r"par (?:jour|semaine|mois|an\b|personne|s[ée]ance|habitant|foyer|m[ée]nage|b[ée]n[ée]vole|abonn[ée])"
PER = pattern(rf"^\s?(?:[\w'’-]+\s){{0,2}}?{PER_WHAT}")
PER_UNIT = pattern(rf"\b{PER_WHAT}")
EACH = pattern(
    r"\bchaque (?:jour|soir|matin|mois|semaine|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b[^;\d]{0,40}$"
)
AS_BASE = pattern(
    r"(?:not|[ée]valu|mesur|compt)[ée]e?s? sur\s?$",
    r"(?:(?:\d|\bune?|\bdeux|\btrois)\s(?:\w+\s)?sur|/|sur une? \w+ de|[<>≥≤×∗*]|\sx)\s?$",
)
COUNTED = r"\b(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|chaque)\s"
SUMS = "total|montant|budget|volume|somme|enveloppe|[ée]quivalent"
ATTRIBUTE = pattern(rf"{COUNTED}(?!{SUMS})[^\W\d]+\sde\s$")  # « 212 séances de deux heures »
DURATIONS = {"h", "j", "mois", "an", "sem", "min"}
DURING = pattern(
    r"\b(?:en|pendant|depuis|sous|dans les|il y a)\s(?:plus de |près de |moins de )?$"
)  # « en deux jours »
IS_PER = pattern(r"\bpar\b")
PER_SAID = pattern(r"\bpar\b|moyenne|\s/\s", r"\b(?:un|chaque) (?:jour|midi|soir)", r"quotidien")
IN_FORMULA = pattern(r"^\s?(?:[×∗*]|\)?\s?=)")
PART = pattern(r"\b(?:dont|parmi (?:eux|elles|lesquel\w+)|soit|y compris)\s(?:\w+['’\s]){0,2}$")
UP_TO = pattern(r"\bà\s(?:\w+['’\s]){0,2}$")

# In a sentence: what is looked for, where, and what it leaves of the strength, unless it is the indicator's own words.
SENTENCE_CAUTIONS = [
    (NOT_DONE, "clause", 0.25),
    (ELSEWHERE, "place", 0.3),
    (EVENT, "clause", 0.3),
    (NOT_OPEN, "clause", 0.3),
    (PART_OF_YEAR, "near", 0.4),
    (SINCE, "before", 0.2),
    (LONG_AGO, "sentence", 0.2),
    (EQUAL_TO, "before", 0.2),
    (BY, "before", 0.4),
    (FIRST_PERSON, "near", 0.3),
    (PEAK, "before", 0.25),
    (OTHER_SERVICE, "place", 0.3),
    (THEIRS, "before", 0.3),
]


def warning_factor(evidence, indicator):
    before, after = before_and_after(evidence)
    own = indicator.names
    ahead = 0.3 if AHEAD.search(evidence.heading) and not AHEAD.search(own) else 1
    ahead *= 0.4 if OTHERS.search(evidence.heading) and not OTHERS.search(own) else 1
    is_count = not indicator.family and not indicator.is_rate and not indicator.code_pattern
    ahead *= 0.3 if is_count and evidence.kind == "row" and ACCOUNTS.search(evidence.heading) else 1
    ahead *= 0.6 if DETAIL.search(evidence.heading) else 1
    return ahead * own_warning(evidence, indicator, before, after, own)


def own_warning(evidence, indicator, before, after, own):
    if is_base(evidence.figure, before) or IN_FORMULA.match(after) or (PER.match(after) and not indicator.is_ratio):
        return 0
    if IS_PER.search(indicator.unit) and not PER_SAID.search(evidence.text):
        return 0.3
    if evidence.kind == "sentence":
        return sentence_warning(evidence, indicator, before, after)
    column = evidence.first_header
    if CHANGE.search(column) or CHANGE.search(evidence.text) and not CHANGE.search(own):
        return 0
    figure = evidence.figure
    is_highest = figure.most is None and figure.value == indicator.high and indicator.family != "%"
    if is_highest and evidence.columns > 1:
        return 0.4  # the scale beside the score
    return row_warning(evidence, column, indicator, own)


def is_base(figure, before):
    """« par 100 km », « pour 120 m³ », « un sur trois »: what a figure is counted for; or how long, how much each."""
    is_round = figure.value in (1, 10, 100, 1000, 10_000) or figure.unit in ("m3", "km")
    if AS_BASE.search(before) or (is_round and re.search(r"\bp(?:our|ar)\s?$", before)):
        return True
    return bool(figure.unit and ATTRIBUTE.search(before) or figure.unit in DURATIONS and DURING.search(before))


def row_warning(evidence, column, indicator, own):
    if evidence.beside_total:
        return 0.5
    if SUBTOTAL.search(evidence.text):
        return 0.3
    is_average = AVERAGE.search(f"{evidence.text} {column}") or PER_UNIT.search(evidence.text)
    if is_average and not indicator.is_ratio and not AVERAGE.search(own):
        return 0.15
    if NOT_DONE.search(column) and not NOT_DONE.search(own):
        return 0
    if NOT_DONE.search(evidence.text) and not NOT_DONE.search(own):
        return 0.3
    if ELSEWHERE.search(column) or ELSEWHERE.search(evidence.text) and not ELSEWHERE.search(own):
        return 0.3
    return 0.6 if re.match(r"\W*dont\b", evidence.text, re.I) and "dont" not in own else 1


def sentence_warning(evidence, indicator, before, after):
    own, clause = indicator.names, clause_around(evidence)
    if indicator.family == "an":
        clause = NEEDING.sub(" ", clause)
    texts = {
        "sentence": evidence.text,
        "clause": clause,
        "before": before,
        "near": STARTED.sub(" ", before[-60:]) + clause,
        "place": re.split(r"[;:()\d]", before)[-1] + clause,
    }
    said = [left for sign, where, left in SENTENCE_CAUTIONS if warns(sign, texts[where], own)]
    return prod(said) * said_of_others(evidence, clause, own) * said_of_a_part(evidence, indicator, before, after)


def warns(sign, text, own):
    """Unless the indicator says so itself: « capacité d’accueil » may have a capacity, not an aim."""
    said = sign.search(text)
    if not said or not sign.search(own):
        return bool(said)
    return sign is NOT_DONE and folded(said[0]) not in own


def said_of_others(evidence, clause, own):
    """A survey, a federation, the members of a board: figures that are not those of the structure."""
    factor = 1
    if FROM_OTHERS.search(evidence.text) and not OURS.search(clause) and not FROM_OTHERS.search(own):
        factor *= 0.3
    if GOVERNING.search(before_and_after(evidence)[0][-90:] + clause) and not GOVERNED.search(own):
        factor *= 0.3
    if DEFINING.search(evidence.text) and "=" not in before_and_after(evidence)[0][-3:]:
        factor *= 0.25
    return factor


def said_of_a_part(evidence, indicator, before, after):
    """In parentheses, « dont », a mean, a change, each week: not the year's whole."""
    if PART_OF_DAY.match(after):
        return 0.3
    factor = 0.55 if AROUND.sub("", before).rstrip().endswith("(") else 1.0
    label = re.split(r"[,;()]\s", before)[-1] if before.rstrip().endswith(":") else ""
    is_mean = AVERAGE.search(label + clause_around(evidence)) and not AVERAGE.search(indicator.names)
    if not indicator.is_ratio and (is_mean or EACH.search(before)):
        factor *= 0.15
    if CHANGE.search(before[-60:]) and not UP_TO.search(before):
        factor *= 0.4
    is_all = evidence.figure.unit not in DURATIONS and SO_MANY_OF.search(before)
    if is_all or OUT_OF.search(before) and ITS_PART.match(after):
        factor *= 0.2
    return factor * (0.6 if is_part(evidence, before, indicator.names) else 1)


def is_part(evidence, before, own):
    """« 900 repas, dont 400 repas chauds », but not « 104 mineurs, dont 13 nourrissons »."""
    if not PART.search(before) or "dont" in own or "soit" in before[-8:] or years_after(evidence):
        return False
    return not evidence.nouns or evidence.nouns[0] in stems(before)


def clause_around(evidence):
    """What stands between two signs before_and_after a figure, up to the next figure."""
    before, after = before_and_after(evidence)
    figure = evidence.text[evidence.figure.start : evidence.figure.end]
    label = SHORT_LABEL.search(before)
    return (label[0] if label else re.split(r"[,;:()]\s", before)[-1]) + figure + re.split(r"[,;()\d]", after)[0]
