import io
import socket
import time
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from indicators.actions import answer_highlight, choose_highlight, keep_past_figures, make_proof, save_problem_states
from indicators.figures import read_reply
from indicators.models import Audience, Format, Proof, Sheet
from indicators.summary import as_text, readings
from indicators.summary.document import drawn
from indicators.summary.files import as_csv, workbook
from indicators.summary.making import files_of
from lemans_solidaire.network.charts import bars
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.pdf import RenderingProblem, render_pdf, render_pictures
from tests.indicators.publishing import reviewed_network, write_text
from tests.processes import running_worker, start_worker, wait_until

DAY = date(2026, 3, 1)
TABLES = ["Totaux", "Évolutions", "Répartitions", "Difficultés", "Structures", "Définitions"]
DIGEST = "ab" * 32
LOGO = Path("static/img/logo.svg").resolve()


@pytest.fixture(scope="module")
def simple():
    """A page with all that the summary uses: headings, tables, an ornament."""
    table = "<table><thead><tr><th scope=col>A<th scope=col>B</thead><tbody><tr><th scope=row>C<td>1</table>"
    head = '<html lang="fr"><head><title>Essai</title><link rel="stylesheet" href="portail:print.css"></head>'
    return f'{head}<body><h1>Un</h1><div class="frieze"></div><h2>Deux</h2>{table}</body></html>'


MADE = {}  # one summary and its files for all these tests: they depend on its text alone


@pytest.fixture
def reading(request):
    if "reading" not in MADE:
        MADE["reading"] = make_reading(request.getfixturevalue("cast"))
    return MADE["reading"]


def make_reading(cast):
    """A network edition with all that a summary can have: charts, breakdowns, words, what is told apart."""
    figures = {"passages": 1200000, "personnes": 100, "salaries": 3, "benevoles": 60, "repas": 40}
    ages = {"0_17": 2, "18_25": 30, "26_59": 40, "60_plus": 20, "non_connu": 0}
    figures |= {f"personnes_age_{part}": size for part, size in ages.items()}
    figures |= {f"benevoles_age_{part}": size for part, size in {"18_25": 12, "26_59": 20, "60_plus": 20}.items()}
    sheets = [
        cast.reviewed(Structure.objects.create(name=f"Structure {n}", city="Le Mans"), **figures) for n in range(3)
    ]
    apart = cast.reviewed(cast.panier, passages="environ 12", menages="non compté")
    Sheet.objects.filter(pk=apart.pk).update(period="winter", missions="Accueillir → loger.\x0bÉcouter.")
    for code, before in {"passages": 1100000, "salaries": 2, "benevoles": 50, "repas": 41}.items():
        past = {(sheet.structure, 2024, code): read_reply(str(before)) for sheet in sheets}
        keep_past_figures(figures=past, by=cast.ccas, source="essai")
    for theme in ("logement", "alimentation", "isolement"):
        sheets[0].difficulties.create(theme=theme, text="Trop de demandes.")
    states = dict.fromkeys(("logement", "alimentation", "isolement"), ("studied", "Un groupe y travaille. " * 13))
    save_problem_states(campaign=cast.campaign, states=states, by=cast.ccas)
    write_text(cast)
    Sheet.objects.filter(pk=sheets[0].pk).update(highlights="Une belle année.")
    choose_highlight(sheet=sheets[0], text="Une belle année.", by=cast.ccas)
    answer_highlight(highlight=sheets[0].highlight, agrees=True, text="Une belle année.", by=cast.owner)
    return readings(cast.campaign, DAY)[Audience.NETWORK]


@pytest.fixture
def files(reading):
    if "files" not in MADE:
        MADE["files"] = files_of(as_text(reading.snapshot))
    return MADE["files"]


@pytest.fixture
def summary_pdf(files):
    return pikepdf.open(io.BytesIO(files["pdf"]))


def elements(pdf):
    """Every structure element of a tagged PDF, in reading order."""

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for kid in node:
                yield from walk(kid)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            yield from walk(node.get("/K", pikepdf.Array()))

    return list(walk(pdf.Root.StructTreeRoot.K))


def kinds(pdf):
    return [str(element.S) for element in elements(pdf)]


def test_the_summary_is_a_tagged_french_pdf(summary_pdf, reading):
    pdf = summary_pdf
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "fr"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert "2025" in metadata["dc:title"]
    headings = [e for e in elements(pdf) if e.S == "/TH"]
    assert {str(e.A.Scope) for e in headings} == {"/Column", "/Row"}
    figures = [e for e in elements(pdf) if e.S == "/Figure"]
    told = [str(e.Alt) for e in figures]
    assert len(figures) == len(reading.all_charts) > 5
    for chart in reading.all_charts:  # each figure says its title and every figure in it
        assert f"{chart.title}\u202f: {chart.desc}".replace("\u202f", "\u00a0") in told
    titles = [str(item.title) for item in pdf.open_outline().root[0].children]
    assert "Note à l’élu\u00a0: l’essentiel en une page" in titles
    assert "Structure par structure" in titles


def test_no_heading_level_is_skipped(summary_pdf):
    levels = [int(kind[2]) for kind in kinds(summary_pdf) if len(kind) == 3 and kind[:2] == "/H" and kind[2].isdigit()]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_font_is_ours_embedded_and_readable(summary_pdf):
    fonts = [font for page in summary_pdf.pages for font in page.Resources.get("/Font", {}).values()]
    assert fonts
    for font in fonts:
        assert "Atkinson" in str(font.BaseFont)
        assert "/ToUnicode" in font
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_the_note_fits_one_page_with_its_date_and_digest_at_the_foot(files, reading):
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(files["pdf"])]
    assert "Note à l’élu" in pages[1]
    assert "décider d’une subvention" in pages[1]
    assert "Comment lire" not in pages[1]
    for page in pages[1:]:
        assert "1 mars 2026" in page
        assert reading.digest[:16] in page
    assert "Accueillir -> loger. Écouter." in " ".join("".join(pages).split())  # the font has no arrow


def test_what_is_attached_is_what_is_exported(summary_pdf, files):
    attached = {name: one.get_file() for name, one in summary_pdf.attachments.items()}
    assert {name: one.read_bytes() for name, one in attached.items()} == {
        "synthese-2025.xlsx": files["xlsx"],
        "synthese-2025.csv": files["csv"],
    }
    assert all(str(one.creation_date)[:10] == "2026-03-01" for one in attached.values())


def test_the_same_snapshot_gives_the_same_bytes(reading, files, monkeypatch):
    """Even on another day, in another place."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.sleep(1.1)  # a zip dates its entries by the second, a PDF too
    assert files_of(as_text(reading.snapshot)) == files


def test_the_workbook_has_every_figure_as_a_number_and_text_as_text(files):
    book = load_workbook(io.BytesIO(files["xlsx"]))
    assert book.sheetnames == [
        "Lisez-moi",
        "Totaux",
        "Évolutions",
        "Répartitions",
        "Difficultés",
        "Structures",
        "Définitions",
    ]
    rows = list(book["Totaux"].values)
    passages = dict(zip(rows[0], next(row for row in rows if row[0] == "passages"), strict=True))
    assert (passages["Total"], passages["Structures qui ont donné un chiffre"]) == (3600000, 3)
    [apart] = [row for row in rows if row[0] == "passages" and row[-1] == "l’agglomération, campagne d’hiver"]
    assert 12 in apart
    assert book.properties.modified.date() == DAY


def test_no_text_becomes_a_formula(cast):
    Structure.objects.filter(pk=cast.panier.pk).update(name="=1+1", city="@SUM(A1)")
    cast.panier.refresh_from_db()
    cast.reviewed(passages=1)
    reading = readings(cast.campaign, DAY)[Audience.PUBLIC]
    page = load_workbook(io.BytesIO(workbook(reading)))["Structures"]
    assert (page["A2"].value, page["A2"].data_type) == ("=1+1", "s")
    assert ";'=1+1;'@SUM(A1);" in as_csv(reading).decode("utf-8-sig")


def test_the_csv_opens_as_it_is_in_a_french_spreadsheet(files):
    text = files["csv"].decode("utf-8-sig")
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    tables = {line.split(";")[0] for line in text.splitlines() if line}
    assert {"Lisez-moi", *TABLES} <= tables


def test_the_document_has_the_words_and_the_charts_with_their_text(files, reading):
    paper = Document(io.BytesIO(files["docx"]))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "Merci à toutes et tous." in words
    assert "Une belle année." in words
    assert len(paper.inline_shapes) == len(reading.all_charts)
    described = [shape._inline.docPr.get("descr") for shape in paper.inline_shapes]
    assert all(chart.desc in one for chart, one in zip(reading.all_charts, described, strict=True))
    assert paper.core_properties.modified.date() == DAY


def test_a_chart_becomes_a_picture_with_something_in_it():
    chart = bars("c", "Essai", [("A", 5), ("B", 9)])
    [picture] = render_pictures([drawn(chart)])
    image = Image.open(io.BytesIO(picture))
    assert image.width == 2 * chart.width
    assert len(image.getcolors(100000)) > 10


def test_the_command_makes_the_same_files_of_a_published_snapshot(reading, files, tmp_path):
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(as_text(reading.snapshot), encoding="utf-8")
    call_command("render_summary", snapshot, tmp_path / "files", stdout=io.StringIO())
    for format, content in files.items():
        assert (tmp_path / f"files/synthese.{format}").read_bytes() == content
    snapshot.write_text("{")
    with pytest.raises(CommandError, match="n’a pas pu être lu"):
        call_command("render_summary", snapshot, tmp_path)


def test_two_renderings_are_the_same_bytes(simple):
    steps = []
    assert render_pdf(simple, DIGEST, steps.append) == render_pdf(simple, DIGEST)
    assert (steps[0], steps[-1]) == (1, 7)


@pytest.fixture
def listener():
    """A server of this machine that must never be called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="{server}">',
        '<link rel="stylesheet" href="{server}">',
        '<style>@import "{server}"; body {{ background: url({server}) }}</style>',
        '<object data="{server}"></object>',
        '<link rel="attachment" href="{server}">',
    ],
)
def test_no_address_is_called(simple, listener, hostile):
    tag = hostile.format(server=f"http://127.0.0.1:{listener.getsockname()[1]}/x")
    render_pdf(simple.replace("<h1>", f"{tag}<h1>"), DIGEST)
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("url", ["file://{}", "portail:../../static/img/logo.svg"])
def test_no_file_but_our_resources_is_read(simple, url):
    tag = f'<link rel="attachment" href="{url.format(LOGO)}"><img alt="Intrus" src="{url.format(LOGO)}">'
    pdf = pikepdf.open(io.BytesIO(render_pdf(simple.replace("<h1>", f"{tag}<h1>"), DIGEST)))
    assert len(pdf.attachments) == 0
    assert drawings(pdf) == drawings(pikepdf.open(io.BytesIO(render_pdf(simple, DIGEST))))


def drawings(pdf):
    return sum(len(page.Resources.get("/XObject", {})) for page in pdf.pages)


def test_a_rendering_that_breaks_says_so(simple):
    with pytest.raises(RenderingProblem, match="n’a pas abouti"):
        render_pdf(simple, "pas une empreinte")


def test_a_job_interrupted_by_kill_is_taken_up_by_the_next_worker(fresh_database, cast):
    """A real worker is killed while it renders; a second one ends the job: one proof, nothing left to do."""
    reviewed_network(cast)
    proof = make_proof(campaign=cast.campaign, by=cast.ccas)
    first = start_worker(fresh_database)
    wait_until(lambda: state_of(proof) == Proof.State.RENDERING)
    first.kill()
    first.wait()
    assert state_of(proof) == Proof.State.RENDERING
    with running_worker(fresh_database):
        wait_until(lambda: state_of(proof) == Proof.State.READY)
    assert Proof.objects.count() == 1
    assert sorted(proof.files.values_list("audience", "format")) == sorted(
        (audience, format) for audience in Audience.values for format in Format.values
    )
    assert bytes(proof.files.filter(format="pdf").first().content).startswith(b"%PDF")


def state_of(proof):
    proof.refresh_from_db()
    return proof.state


def test_the_worker_command_exists():
    with pytest.raises(SystemExit):
        call_command("worker", "--help")
