import io
import socket
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from indicators import tasks
from indicators.actions import request_pdf
from indicators.figures import NOT_COUNTED
from indicators.models import Rendering
from indicators.summary import summarise
from lemans_solidaire.network.pdf import RenderingProblem, render_pdf
from tests.processes import running_worker, start_worker, wait_until

DIGEST = "ab" * 32
LOGO = Path("static/img/logo.svg").resolve()


@pytest.fixture(scope="module")
def simple():
    """A page with all that the summary uses: headings, tables, an ornament."""
    table = "<table><thead><tr><th scope=col>A<th scope=col>B</thead><tbody><tr><th scope=row>C<td>1</table>"
    head = '<html lang="fr"><head><title>Essai</title><link rel="stylesheet" href="portail:print.css"></head>'
    return f'{head}<body><h1>Un</h1><div class="frieze"></div><h2>Deux</h2>{table}</body></html>'


def summary_html(cast):
    cast.reviewed(repas=Decimal(1200000), bebes=NOT_COUNTED, lieux=Decimal(0))
    summary = summarise(cast.campaign, structures=2)
    return render_to_string("indicators/pdf/summary.html", {"campaign": cast.campaign, "summary": summary})


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


def test_the_summary_is_a_tagged_french_pdf(cast):
    pdf = pikepdf.open(io.BytesIO(render_pdf(summary_html(cast), DIGEST)))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "fr"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert "2025" in metadata["dc:title"]
    assert [str(e.A.Scope) for e in elements(pdf) if e.S == "/TH"]
    assert all("/Scope" in e.A for e in elements(pdf) if e.S == "/TH")
    assert all(e.get("/Alt") for e in elements(pdf) if e.S == "/Figure")


def test_no_heading_level_is_skipped(cast):
    pdf = pikepdf.open(io.BytesIO(render_pdf(summary_html(cast), DIGEST)))
    levels = [int(kind[2]) for kind in kinds(pdf) if len(kind) == 3 and kind[:2] == "/H" and kind[2].isdigit()]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_font_is_ours_embedded_and_readable(cast):
    pdf = pikepdf.open(io.BytesIO(render_pdf(summary_html(cast), DIGEST)))
    fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
    assert fonts
    for font in fonts:
        assert "Atkinson" in str(font.BaseFont)
        assert "/ToUnicode" in font
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


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


def test_the_job_makes_one_pdf_and_does_nothing_twice(cast, monkeypatch):
    made = []
    monkeypatch.setattr(tasks, "render_pdf", lambda html, digest, step: made.append(html) or b"%PDF-1")
    rendering = request_pdf(campaign=cast.campaign, digest=DIGEST, html="<p>", by=cast.ccas)
    tasks.render_summary(rendering.pk)
    tasks.render_summary(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, bytes(rendering.pdf), len(made)) == (Rendering.State.READY, b"%PDF-1", 1)


def test_a_job_that_fails_is_told_on_its_page(cast, monkeypatch):
    def fail(*args):
        raise RenderingProblem("Essai d’échec.")

    monkeypatch.setattr(tasks, "render_pdf", fail)
    rendering = request_pdf(campaign=cast.campaign, digest=DIGEST, html="<p>", by=cast.ccas)
    tasks.render_summary(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.problem) == (Rendering.State.FAILED, "Essai d’échec.")


def test_a_job_interrupted_by_kill_is_taken_up_by_the_next_worker(fresh_database, cast, monkeypatch):
    """A real worker is killed while it renders; a second one ends the job: one result, nothing left to do."""
    rows = "".join(f"<tr><th scope=row>{n}</th><td>{n}</td></tr>" for n in range(4000))
    html = f"<html lang=fr><title>Long</title><h1>Long</h1><table>{rows}</table></html>"
    rendering = request_pdf(campaign=cast.campaign, digest=DIGEST, html=html, by=cast.ccas)
    first = start_worker(fresh_database)
    wait_until(lambda: state_of(rendering) == Rendering.State.RENDERING)
    first.kill()
    first.wait()
    assert state_of(rendering) == Rendering.State.RENDERING
    Rendering.objects.filter(pk=rendering.pk).update(html="<html lang=fr><title>Court</title><h1>Court</h1></html>")
    with running_worker(fresh_database):
        wait_until(lambda: state_of(rendering) == Rendering.State.READY)
    assert Rendering.objects.count() == 1
    assert bytes(rendering.pdf).startswith(b"%PDF")


def state_of(rendering):
    rendering.refresh_from_db()
    return rendering.state


def test_the_worker_command_exists():
    with pytest.raises(SystemExit):
        call_command("worker", "--help")
