"""Whether the unit written with a figure, or missing, is the one that the indicator is counted in."""

import re

from indicators.extraction.words import folded, stems

UNIT_OF_LABEL = re.compile(
    r"[(\[]\s?(%|€|k€|tMS|€\s?/\s?m3|km|kg|heures|h|jours|mois|ans|m2|tonnes)\s?[)\]]"
    r"|\ben (%|€|k€|euros|heures|tMS|km|kg)(?!\w)",
    re.I,
)
CUBED = re.compile(r"metres? cubes?")
SO_MUCH = re.compile(r"\bsoit\s\d", re.I)  # « 14 points de curage, soit 8,5 pour 100 km »
RATE = re.compile(r"/\s?1 ?0|pour (?:1 ?000|cent|100|mille)|\btaux\b|‰|\bpar\b", re.I)


def unit_factor(evidence, indicator):
    figure, family = evidence.figure, indicator.family
    unit = figure.unit or (unit_of_labels(evidence) if evidence.kind == "row" else "")
    if "signed" in figure.marks and (unit in ("%", "€") or figure.value < 0):
        return 0
    if figure.most is not None:
        return 1.0 if figure.most in (indicator.high, 100) and family in ("point", "") and not indicator.is_ratio else 0
    return tax_factor(evidence, indicator) * compared(unit, evidence, indicator)


def compared(unit, evidence, indicator):
    figure, said = evidence.figure, set(stems(f"{evidence.text} {evidence.header}"))
    family, plain = indicator.family, folded(indicator.unit).replace("³", "3").replace(" ", "")
    if figure.marks & {"state", "none"}:
        return 0.85 if indicator.is_rate else 1.0
    if indicator.is_rate and not unit and is_plain_count(evidence, indicator):
        return 0.2
    if not unit:
        return without_unit(evidence, indicator, said)
    if unit in (family, plain):
        return 1.1
    if "/" in plain and unit == plain.split("/")[0]:
        per = plain.split("/")[1]
        around = CUBED.sub("m3", folded(f"{evidence.text} {evidence.header}"))
        return 0.9 if figure.value == 0 or per in around else 0
    if plain.startswith("nb/") and unit in ("%", "‰"):
        return 0.9
    if unit in ("an", "j", "h", "mois") and unit[:1] == plain[:1]:
        return 1.0
    return unit_noun(unit, evidence, indicator)


def is_plain_count(evidence, indicator):
    """« 9 points de curage » is not « 9,3 pour 100 km »."""
    texts = f"{evidence.text} {evidence.header} {evidence.heading if evidence.is_total else ''}"
    if indicator.code_pattern and indicator.code_pattern.search(texts):
        return False
    after = evidence.text[evidence.figure.end :] if evidence.kind == "sentence" else ""
    if evidence.kind != "sentence" and SO_MUCH.search(evidence.text):
        return True
    return not RATE.search(f"{evidence.text} {evidence.header}" if not after else after[:40])


def without_unit(evidence, indicator, said):
    """Hours and years are written with their unit, or named by their row; counts are not."""
    if indicator.family not in ("an", "h", "etp"):
        return 0.9 if indicator.family in ("%", "€", "km", "t", "kg", "m3") else 1.0
    if evidence.kind == "sentence":
        before = evidence.text[: evidence.figure.start].rstrip()
        said = set(stems(before)) if before.endswith(":") else set()
    if indicator.unit_stems & said:
        return 1.0
    return 0.2 if evidence.nouns else 0.5


def unit_noun(unit, evidence, indicator):
    """A unit written as a word may be what the indicator counts: jours, points."""
    words = {"j": "jour", "h": "heur", "point": "point", "mois": "mois", "an": "an"}
    first = stems(f"{indicator.unit} {indicator.label}")[:1]
    if indicator.is_rate and not is_plain_count(evidence, indicator):
        first += stems(indicator.label)[:1]  # « 16,1 points noirs pour 100 km »
    return 1.0 if words.get(unit) in first else 0


def unit_of_labels(evidence):
    text = f"{evidence.text} {evidence.first_header}"
    match = UNIT_OF_LABEL.search(text)
    found = (match[1] or match[2]).lower().replace(" ", "") if match else ""
    return {"euros": "€", "heures": "h", "tms": "tms", "jours": "j", "ans": "an", "tonnes": "t"}.get(found, found)


def tax_factor(evidence, indicator):
    """A price without tax is not a price with tax."""
    wanted = {tax for tax in ("HT", "TTC") if re.search(rf"\b{tax}\b", indicator.label)}
    if not wanted:
        return 1
    said = {tax for tax in ("HT", "TTC") if re.search(rf"\b{tax}\b", evidence.text)} | (
        evidence.figure.marks & {"HT", "TTC"}
    )
    return 1 if not said or wanted & said else 0


def state_factor(evidence, indicator):
    if "state" in evidence.figure.marks:
        return 0.7 if indicator.is_state else 0
    if "none" in evidence.figure.marks:
        return 0.8 if evidence.kind == "sentence" else 0
    return 1
