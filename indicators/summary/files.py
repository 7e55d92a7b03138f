"""The summary as data: a workbook and a CSV. The same snapshot always gives the same bytes."""

import csv
import re
from datetime import datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from indicators.models import Section
from indicators.spreadsheets import head, in_bytes, put
from lemans_solidaire.network.templatetags.french import plural

MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
TOTALS = [
    "Code", "Partie", "Indicateur", "Unité", "Total", "Au moins", "Au plus", "Structures qui ont donné un chiffre",
    "Structures concernées", "Dont estimé", "Non compté", "Non demandé", "Périmètre",
]  # fmt: skip
TRENDS = ["Code", "Indicateur", "Unité", "Année", "Valeur", "Structures comparées"]
BREAKDOWNS = ["Code", "Indicateur", "Répartition par", "Part", "Valeur", "Structures", "Arrêtée à l’édition"]
PROBLEMS = ["Difficulté", "Structures", "Dont nouveau", "L’année d’avant", "Où elle en est", "En une phrase"]
ANNEX = ["Structure", "Commune", "Période et territoire", "Code", "Indicateur", "Unité", "Valeur", "En toutes lettres"]
DEFINITIONS = ["Code", "Indicateur", "Unité", "Ce qui compte, ce qui ne compte pas"]
SUMMED = "total du réseau"


def number(text):
    """What a spreadsheet adds up: a number, or nothing."""
    if text in (None, ""):
        return None
    value = float(text)
    return int(value) if value.is_integer() else value


def tables(reading):
    """[(title, headings, rows)] of everything in figures."""
    return [
        ("Totaux", TOTALS, [row for line in reading.lines.values() for row in total_rows(line)]),
        ("Évolutions", TRENDS, [row for line in reading.lines.values() for row in trend_rows(line)]),
        ("Répartitions", BREAKDOWNS, [row for chapter in reading.chapters for row in breakdown_rows(chapter)]),
        ("Difficultés", PROBLEMS, [problem_row(problem) for problem in reading.problems]),
        ("Structures", annex_headings(reading), [row for page in reading.annexes for row in annex_rows(page, reading)]),
        ("Définitions", DEFINITIONS, [definition_row(line) for line in reading.lines.values()]),
    ]


def breakdown_rows(chapter):
    for one in chapter["breakdowns"]:
        for group in one["groups"]:
            value = number(group["value"])
            yield [one["code"], one["label"], one["by"], group["label"], value, one["structures"], one["edition"]]


def problem_row(one):
    return [one["label"], one["structures"], one["new"], one["before"], one["state"], one["words"]]


def annex_headings(reading):
    return [*ANNEX, *([] if reading.is_public else ["Page du rapport"])]


def annex_rows(page, reading):
    for answer in page["answers"]:
        told = answer["code"], answer["label"], answer["unit"], number(answer["value"]), answer["text"]
        yield [page["structure"], page["city"], page["where"], *told, *page_of(answer, reading)]


def definition_row(line):
    return [line["code"], line["label"], line["unit"], line["definition"]]


def page_of(answer, reading):
    """In the network's edition alone."""
    return [] if reading.is_public else [answer.get("page")]


def total_rows(line):
    """The total of the network, then those of the figures told apart."""
    counts = [line["concerned"], line["estimated"], line["not_counted"], line["not_asked"]]
    yield total_row(line, line, counts, SUMMED)
    for apart in line["apart"]:
        yield total_row(line, apart, [None] * len(counts), apart["where"])


def total_row(line, total, counts, where):
    bounds = [number(total.get(name)) for name in ("total", "at_least", "at_most")]
    named = [line["code"], Section(line["section"]).label, line["label"], line["unit"]]
    return [*named, *bounds, total["answered"], *counts, where]


def trend_rows(line):
    trend = line["trend"] or {"years": [], "values": []}
    for year, value in zip(trend["years"], trend["values"], strict=True):
        yield [line["code"], line["label"], line["unit"], year, number(value), trend["structures"]]


def preface(reading):
    """How to read the figures, on the workbook's first page."""
    yield f"Le Mans Solidaire, {reading.title.lower()} : {reading.edition_in_words}"
    yield f"Arrêtée le {reading.date:%d/%m/%Y}. Empreinte des données (SHA-256) : {reading.digest}"
    yield "Ces chiffres servent à connaître les besoins, pas à classer ni à décider d’une subvention."
    who = f"{reading.sheets} structure{plural(reading.sheets)} sur {reading.structures}."
    yield f"{who} {reading.withheld_in_words}".strip()
    yield (
        "Les totaux additionnent ce qui porte sur l’année civile et sur un même territoire "
        f"({reading.perimeter}) : {reading.summed} structure{plural(reading.summed)}. Le reste est donné à part."
    )
    yield "Pour les personnes, « au moins » est la plus grande structure seule, « au plus » la somme de toutes."
    yield (
        f"Répartitions : sur tout le réseau, une à la fois ; une part de moins de {reading.threshold} est réunie à ses "
        "voisines."
    )


def workbook(reading):
    book = Workbook()
    page = book.active
    page.title = "Lisez-moi"
    page.column_dimensions["A"].width = 110
    for row, words in enumerate(preface(reading), 1):
        cell = put(page, row, 1, words)
        cell.alignment = Alignment(wrap_text=True)
        if row == 1:
            cell.font = Font(bold=True, size=14)
    for title, headings, rows in tables(reading):
        page = book.create_sheet(title)
        head(page, 1, headings, [18 if heading != "Indicateur" else 44 for heading in headings])
        for row, values in enumerate(rows, 2):
            for column, value in enumerate(values, 1):
                if value is not None:
                    put(page, row, column, value)
    book.properties.title = f"{reading.title}, {reading.edition_in_words}"
    book.properties.creator = "Le Mans Solidaire"
    return frozen(in_bytes(book), reading.date)


def frozen(package, day):
    """The same zip, every date inside it being that day."""
    moment, kept = datetime(day.year, day.month, day.day), BytesIO()
    with ZipFile(BytesIO(package)) as before, ZipFile(kept, "w", ZIP_DEFLATED) as after:
        for name in sorted(before.namelist()):
            content = before.read(name)
            if name == "docProps/core.xml":
                content = MODIFIED.sub(rb"\g<1>" + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            entry = ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            after.writestr(entry, content)
    return kept.getvalue()


def text_only(value):
    """A text that a spreadsheet could take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def as_csv(reading):
    """Every table one under the other, its name in the first column; what French spreadsheets open as it is."""
    content = StringIO()
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    for words in preface(reading):
        writer.writerow(["Lisez-moi", words])
    for title, headings, rows in tables(reading):
        writer.writerow([])
        writer.writerow(["Tableau", *headings])
        for row in rows:
            writer.writerow([title, *(decimal_comma(text_only(value)) for value in row)])
    return content.getvalue().encode("utf-8-sig")


def decimal_comma(value):
    return str(value).replace(".", ",") if isinstance(value, float) else value
