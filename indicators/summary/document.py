"""The summary's text and charts as .docx, to be used again in a word processor."""

from datetime import datetime
from io import BytesIO

from django.template.loader import render_to_string
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from indicators.summary.files import frozen, preface
from indicators.summary.reading import state_in_words, structures_in_words
from lemans_solidaire.network.pdf import render_pictures
from lemans_solidaire.network.templatetags.french import figure

BRICK = RGBColor(0x7C, 0x32, 0x22)


def drawn(chart):
    return render_to_string("charts/chart.svg", {"chart": chart, "spoken_whole": True})


def document(reading):
    """Bytes; RenderingProblem when the charts cannot be drawn."""
    pictures = dict(
        zip(
            (chart.key for chart in reading.all_charts),
            render_pictures([drawn(chart) for chart in reading.all_charts]),
            strict=True,
        )
    )
    return Paper(reading, pictures).write()


class Paper:
    def __init__(self, reading, pictures):
        self.reading, self.pictures = reading, pictures
        self.paper = Document()
        self.paper.styles["Normal"].font.name = "Atkinson Hyperlegible"
        self.paper.styles["Normal"].font.size = Pt(11)
        for level in range(3):
            style = self.paper.styles["Title" if level == 0 else f"Heading {level}"]
            style.font.name, style.font.color.rgb = "Atkinson Hyperlegible", BRICK
        self.paper.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), "fr-FR")

    def write(self):
        reading, about = self.reading, self.paper.core_properties
        moment = datetime(reading.date.year, reading.date.month, reading.date.day)
        about.title, about.author, about.language = reading.title, "Le Mans Solidaire", "fr-FR"
        about.comments, about.created, about.modified = "", moment, moment
        self.paper.add_heading(reading.title, 0)
        for words in preface(reading):
            self.paper.add_paragraph(words)
        self.said("foreword", "Avant-propos")
        self.said("correction", "Ce que cette édition corrige")
        self.paper.add_heading("Chiffres clés", 1)
        self.totals(reading.key_lines)
        self.comment(reading.texts["key"])
        self.charts(reading.key_charts)
        for chapter in reading.chapters:
            self.chapter(chapter)
        self.problems()
        for other in reading.other_chapters:
            self.paper.add_heading(other["title"], 1)
            for words in other["paragraphs"]:
                self.paper.add_paragraph(words)
            if other["headings"]:
                self.table(other["headings"], other["rows"])
        content = BytesIO()
        self.paper.save(content)
        return frozen(content.getvalue(), reading.date)

    def said(self, place, title):
        if self.reading.texts[place]:
            self.paper.add_heading(title, 1)
            self.comment(self.reading.texts[place])

    def comment(self, text):
        if text:
            for words in text["text"].splitlines():
                self.paper.add_paragraph(words)
            self.paper.add_paragraph(f"{text['name']}, {text['function']}").runs[0].italic = True

    def chapter(self, chapter):
        self.paper.add_heading(chapter["title"], 1)
        self.comment(chapter["comment"])
        self.totals(chapter["lines"])
        self.charts(chapter["charts"])
        for one in chapter["breakdowns"]:
            self.paper.add_heading(one["title"], 2)
            self.charts([one["chart"]])
            self.table(
                ["Groupe", one["unit"].capitalize(), "Part du total"],
                [[group["label"], figure(group["value"]), group["share"]] for group in one["groups"]],
            )
            self.paper.add_paragraph(f"{structures_in_words(one['structures'])} ont répondu. {one['use']}")

    def totals(self, lines):
        self.table(
            ["Indicateur", "Total", "Structures qui ont donné un chiffre", "Dont estimé"],
            [
                [f"{line['label']} ({line['unit']})", line["shown"], line["coverage"], line["estimated"]]
                for line in lines
            ],
        )

    def problems(self):
        if self.reading.problems:
            self.paper.add_heading("Les difficultés rencontrées", 1)
            self.comment(self.reading.texts["problems"])
            self.charts([self.reading.problems_chart])
            self.table(
                ["Difficulté", "Structures", "Dont nouveau", "Où elle en est"],
                [[one["label"], one["structures"], one["new"], state_in_words(one)] for one in self.reading.problems],
            )
        new = self.reading.new
        if new or self.reading.highlights:
            self.paper.add_heading("Ce qui est nouveau", 1)
        if new:
            self.paper.add_paragraph(f"{structures_in_words(len(new))} pour la première fois : {', '.join(new)}.")
        for highlight in self.reading.highlights:
            self.paper.add_paragraph(f"« {highlight['text']} » {highlight['structure']}")

    def charts(self, charts):
        for chart in charts:
            self.paper.add_picture(BytesIO(self.pictures[chart.key]), width=Cm(10))
            described = self.paper.paragraphs[-1]._p.find(f".//{qn('wp:docPr')}")
            described.set("name", chart.key)
            described.set("descr", f"{chart.title} : {chart.desc}")
            self.paper.add_paragraph(chart.title).runs[0].italic = True

    def table(self, headings, rows):
        table = self.paper.add_table(1, len(headings), "Light Grid")
        fill(table.rows[0], headings)
        for values in rows:
            fill(table.add_row(), values)
        self.paper.add_paragraph()


def fill(row, values):
    for cell, value in zip(row.cells, values, strict=True):
        cell.text = str(value)
