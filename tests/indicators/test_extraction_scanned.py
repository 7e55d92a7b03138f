"""Reports that are pictures of pages, with and without tesseract."""

import io
import json
import math
import os
import shutil
import time
from collections import Counter
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from indicators.extraction import extract, ocr
from indicators.extraction.limited import extract_limited
from indicators.extraction.pages import Page
from indicators.extraction.recognised import BLOT, put_words
from lemans_solidaire.network.pdf import render_pdf
from tests.indicators.test_extraction_reports import (
    OURS,
    REAL,
    REPORTS,
    codes_of,
    kind_of,
    labels,
    line,
    scores,
)

PERSONNES = {
    "code": "PER",
    "label": "Personnes accueillies",
    "unit": "personnes",
    "decimals": 0,
    "min": 0,
    "max": 1e6,
    "keywords": [],
}
REPAS = {**PERSONNES, "code": "REP", "label": "Repas distribués", "unit": "repas"}
DOUCHES = {**PERSONNES, "code": "DOU", "label": "Douches", "unit": "douches"}
CATALOGUE = [PERSONNES, REPAS, DOUCHES]
NOTO = """
@font-face { font-family: Noto; src: url("portail:noto.ttf") }
html { font-family: Noto }
"""
STYLE = """
td, th { border: 1px solid; padding: 3pt 8pt } p { max-width: none }
"""
BODY = """
<h1>Rapport d’activité 2024</h1>
<p>Au cours de cette année, l’association a ouvert ses portes tous les jours de la semaine.</p>
<p>Nous avons accueilli 1 187 personnes, qui vivent pour la plupart au Mans.</p>
<table><tr><th>Activité<th>2023<th>2024<tr><td>Repas distribués<td>21 900<td>23 450<tr><td>Douches<td>118<td>131</table>
"""
FIGURES = {"PER": 1187, "REP": 23450, "DOU": 131}
DOTS, LEAN = 200 / 72, 0.7  # of the scanner: dots a point, degrees
needs_tesseract = pytest.mark.skipif(not ocr.tesseract(), reason="tesseract-ocr and tesseract-ocr-fra are optional")
on_demand = pytest.mark.skipif(
    not (ocr.tesseract() and "SCANNED" in os.environ), reason="minutes of recognition: SCANNED=1, with tesseract"
)
__all__ = ["labels"]  # a fixture


def pdf_of(body=BODY):
    head = f'<link rel="stylesheet" href="portail:print.css"><style>{NOTO} {STYLE}</style>'
    page = f'<!doctype html><html lang="fr"><head><title>Rapport</title>{head}</head><body>{body}</body></html>'
    return render_pdf(page, "ab" * 32)


@pytest.fixture(scope="module")
def pdf():
    return pdf_of()


@pytest.fixture(scope="module")
def scan(pdf):
    return scanned(pdf)


def scanned(pdf, lean=LEAN, turn=0):
    """Its pages as a scanner gives them: images, a little grey, blurred and askew."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = [page.render(scale=DOTS, grayscale=True).to_pil().convert("L") for page in document]
    first, *others = [worn(image, lean).rotate(turn, expand=True) for image in drawn]
    written = io.BytesIO()
    first.save(written, "PDF", resolution=200, quality=60, save_all=True, append_images=others)
    return written.getvalue()


def worn(image, lean):
    image = image.rotate(lean, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.5))
    noise = Image.effect_noise(image.size, 12)
    return ImageChops.add(image.point(lambda level: 12 + level * 0.9), noise, offset=-128)


def joined(*pdfs):
    document = pikepdf.new()
    for pdf in pdfs:
        document.pages.extend(pikepdf.open(io.BytesIO(pdf)).pages)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def reading(pdf, **options):
    return extract_limited(io.BytesIO(pdf), CATALOGUE, 2024, **options)


def values(found):
    return {proposal.code: proposal.value for proposal in found.proposals}


# With tesseract


@needs_tesseract
def test_a_scanned_report_is_read_with_its_words_and_their_place(pdf, scan):
    found = reading(scan)
    assert (found.pages, found.by_ocr, found.unread) == (1, [1], [])
    assert values(found) == FIGURES
    written = {proposal.code: proposal for proposal in extract(pdf, CATALOGUE, 2024)}
    for proposal in found.proposals:
        assert proposal.confidence < 1
        assert_shown_at(proposal.boxes, written[proposal.code].boxes)


def assert_shown_at(boxes, written):
    """The first and the last words are where those of the written page were turned to."""
    for box, before in ((boxes[0], written[0]), (boxes[-1], written[-1])):
        x, y = turned((before[0] + before[2]) / 2, (before[1] + before[3]) / 2)
        assert box[0] - 2 < x < box[2] + 2
        assert box[1] < y < box[3]


def turned(x, y, middle=(595 / 2, 842 / 2)):
    angle = math.radians(LEAN)
    x, y = x - middle[0], y - middle[1]
    return (
        middle[0] + x * math.cos(angle) + y * math.sin(angle),
        middle[1] - x * math.sin(angle) + y * math.cos(angle),
    )


@needs_tesseract
def test_quotes_are_those_of_the_page(scan):
    quotes = {proposal.code: proposal.quote for proposal in reading(scan).proposals}
    assert quotes["PER"] == "Nous avons accueilli 1 187 personnes, qui vivent pour la plupart au Mans."


@needs_tesseract
def test_a_page_scanned_on_its_side_and_shown_upright_is_read(pdf):
    document = pikepdf.open(io.BytesIO(scanned(pdf, lean=0, turn=90)))
    document.pages[0].Rotate = 90
    written = io.BytesIO()
    document.save(written)
    found = reading(written.getvalue())
    assert values(found) == FIGURES
    assert all(right <= 596 and bottom <= 843 for p in found.proposals for _, _, right, bottom in p.boxes)


@needs_tesseract
def test_pages_of_text_and_pages_of_pictures_are_read_together(scan):
    told = []
    text = pdf_of("<h1>Rapport 2024</h1><p>L’équipe compte huit personnes, toutes salariées de l’association.</p>")
    found = reading(joined(text, scan), progress=lambda done, total: told.append((done, total)))
    assert (found.pages, found.by_ocr, found.unread) == (2, [2], [])
    assert values(found)["REP"] == 23450
    assert told == [(1, 2), (2, 2)]


@on_demand
def test_what_scanned_fictional_reports_are_worth():
    total = Counter()
    for report in REPORTS:
        pdf = replace(report, style=report.style + NOTO).pdf()
        total += kinds_of(pdf, report.catalogue or OURS, report.stated())
    print(line("Rapports fictifs, numérisés", total))
    assert scores(total)[0] >= 0.94


@on_demand
def test_what_scanned_real_reports_are_worth(labels):
    catalogue = json.loads((REAL / "catalogue.json").read_text(encoding="utf-8"))
    total = sum((kinds_of(REAL / name, catalogue, stated) for name, stated in labels.items()), Counter())
    print(line("Rapports réels, numérisés", total))
    assert scores(total)[0] >= 0.8


def kinds_of(pdf, catalogue, stated):
    found = {p.code: p.value for p in extract_limited(io.BytesIO(scanned(pdf, 0.4)), catalogue).proposals}
    return Counter(kind_of(found.get(code), stated.get(code)) for code in codes_of(catalogue))


# Without


@pytest.fixture
def no_tesseract(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_without_tesseract_the_page_is_told_unread_and_the_rest_is_read(no_tesseract, pdf, scan):
    told = []
    found = reading(joined(scan, pdf), progress=lambda done, total: told.append((done, total)))
    assert (found.pages, found.by_ocr, found.unread) == (2, [], [1])
    assert values(found) == FIGURES
    assert told == [(1, 2), (2, 2)]


def test_a_layer_of_invisible_text_is_text(no_tesseract, scan):
    document = pikepdf.open(io.BytesIO(scan))
    page = document.pages[0]
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources.Font = pikepdf.Dictionary(F1=font)
    lines = (
        f"BT /F1 11 Tf 3 Tr 60 {700 - 14 * n} Td (En 2024, 1 187 personnes ont ete accueillies.) Tj ET\n"
        for n in range(9)
    )
    page.contents_add(document.make_stream("".join(lines).encode()))
    written = io.BytesIO()
    document.save(written)
    found = reading(written.getvalue())
    assert (found.by_ocr, found.unread, values(found)) == ([], [], {"PER": 1187})


def test_an_empty_page_is_empty(no_tesseract):
    document = pikepdf.new()
    document.add_blank_page()
    written = io.BytesIO()
    document.save(written)
    assert reading(written.getvalue()).unread == []


# With something that is called tesseract


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Installs a shell script, of built-in commands only, in the place of tesseract."""

    def install(script, languages="fra"):
        path = tmp_path / "tesseract"
        path.write_text(f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo {languages}; exit; fi\n{script}\n')
        path.chmod(0o755)
        monkeypatch.setattr(shutil, "which", lambda name: str(path))

    return install


def row(place, box, sure, text):
    """A word in tesseract's table; its box in points."""
    left, top, right, bottom = (round(side * 300 / 72) for side in box)
    cells = [5, 1, 1, 1, *place, left, top, right - left, bottom - top, sure, text]
    return "\t".join(map(str, cells))


def rows(text, top=100.0, sure=95, line=1):
    """A line of words, 12 points high."""
    found, left = [], 60
    for number, word in enumerate(text.split(), 1):
        found.append(row((line, number), (left, top, left + 6 * len(word), top + 9), sure, word))
        left += 6 * len(word) + 4
    return found


def test_what_tesseract_says_becomes_proposals(program, scan):
    table = "\\n".join(rows("En 2024 nous avons accueilli 1 187 personnes."))
    program(f"printf '{table}\\n'".replace("\t", "\\t"))
    (proposal,) = reading(scan).proposals
    assert (proposal.value, proposal.page, proposal.is_table) == (1187, 1, False)
    assert proposal.quote == "En 2024 nous avons accueilli 1 187 personnes."
    assert proposal.boxes[0][:2] == pytest.approx([59, 98], abs=2)


@pytest.mark.parametrize(
    "script", ["exit 1", "echo", "printf '5\\t1\\n\\377\\000'", "kill -9 $$", "while :; do echo 123456789; done"]
)
def test_when_tesseract_fails_the_page_is_unread(program, scan, script):
    program(script)
    found = reading(scan)
    assert (found.proposals, found.by_ocr, found.unread) == ([], [], [1])


def test_tesseract_is_stopped_when_a_page_takes_too_long(program, scan, monkeypatch):
    program("while :; do :; done")
    monkeypatch.setattr(ocr, "SECONDS_OF_A_PAGE", 0.5)
    start = time.monotonic()
    assert reading(scan).unread == [1]
    assert time.monotonic() - start < 20


def test_pages_that_time_does_not_allow_are_unread(program, scan, monkeypatch):
    program("exit 1")
    monkeypatch.setattr(ocr, "SECONDS", 0)
    assert reading(joined(scan, scan)).unread == [1, 2]


def test_tesseract_without_french_does_not_serve(program):
    program("", languages="eng")
    assert ocr.tesseract() is None


def test_a_tesseract_that_does_not_start_does_not_serve(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path))
    assert ocr.tesseract() is None


# What is made of its words


def page_of(*lines):
    page = Page(0, 595, 842)
    put_words(page, "\n".join(row for line in lines for row in line))
    return page


def lines_of(page):
    return [" ".join(line.split()) for line in page.text.splitlines()]


def test_words_know_their_characters_and_are_as_high_as_their_type():
    page = page_of(rows("Repas du soir : 12"))
    assert [page.text[word.start : word.end] for word in page.words] == ["Repas", "du", "soir", ":", "12"]
    assert len({word.box[1::2] for word in page.words}) == 1
    assert len(page.boxes) == 4 * len(page.text)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("nous avons servi 1 187 repas", "nous avons servi 1 187 repas"),
        ("nous avons servi 1 ?187 repas", f"nous avons servi {BLOT} {BLOT * 3} repas"),
        ("nous avons servi ?1 187 repas", f"nous avons servi {BLOT} {BLOT * 3} repas"),
        ("nous avons servi l 187 repas", f"nous avons servi l {BLOT * 3} repas"),
        ("nous avons servi 1 O87 repas", f"nous avons servi {BLOT} O{BLOT * 2} repas"),
        ("nous avons servi 1S7 repas", f"nous avons servi {BLOT}S{BLOT} repas"),
        ("le taux est de ?96,4 % pour 12 places", f"le taux est de {BLOT * 2},{BLOT} % pour 12 places"),
        ("le CO2 et la DBO5", "le CO2 et la DBO5"),
        ("+ Repas servis", "• Repas servis"),
    ],
)
def test_a_figure_in_doubt_is_blotted_with_its_neighbours(words, read):
    doubtful = [word.startswith("?") for word in words.split()]
    line = rows(words.replace("?", ""))
    line = [row.replace("\t95\t", "\t70\t") if doubt else row for row, doubt in zip(line, doubtful, strict=True)]
    assert lines_of(page_of(line)) == [read]


def test_a_number_that_goes_on_below_is_in_doubt_as_a_whole():
    above, below = rows("le nombre de repas est de 14"), rows("320 pour cette année", top=114, line=2, sure=70)
    assert lines_of(page_of(above, below))[0].endswith(f"est de {BLOT * 2}")


def test_lines_of_garbage_are_left_out_and_a_word_that_is_not_read_leaves_a_blot():
    garbage = [*rows("~;|", top=130, line=2, sure=40), *rows("xq", top=160, line=3, sure=9)]
    line = rows("Le taux est de Too % ; 98 % avant")
    line[4] = line[4].replace("\t95\t", "\t12\t")
    assert lines_of(page_of(line, garbage)) == [f"Le taux est de {BLOT * 3} % ; 98 % avant"]


def test_a_leaning_page_has_level_lines():
    leaning = [row((1, n), (60 + 60 * n, 300 - 0.6 * n, 100 + 60 * n, 309 - 0.6 * n), 95, "mots") for n in range(1, 8)]
    page = page_of(leaning)
    assert page.lean == pytest.approx(-0.01, abs=0.002)
    assert len({round(word.box[1], 2) for word in page.words}) == 1


def test_cells_are_read_row_by_row_and_columns_of_text_are_not():
    labels = [*rows("Repas", 100, line=1), *rows("Colis", 130, line=2)]
    figures = [row((3, 1), (300, 100, 318, 109), 95, "120"), row((4, 1), (300, 130, 318, 139), 95, "450")]
    assert lines_of(page_of(labels, figures)) == ["Repas", "120", "Colis", "450"]


def test_what_the_page_says_itself_is_not_said_twice():
    page = page_of(rows("Repas servis"))
    put_words(page, "\n".join(rows("Repas servis chauds")))
    assert lines_of(page) == ["Repas servis", "chauds"]
