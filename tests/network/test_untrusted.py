"""Files as people send them, and as nobody should: each is made here, byte by byte when it must be."""

import io
import json
import re
import resource
import struct
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile
from zlib import crc32

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from openpyxl.chart import BarChart

from lemans_solidaire.network import untrusted
from lemans_solidaire.network.untrusted import RefusedFile, check_pdf, read_csv, read_workbook
from tests.processes import wait_until

MB = 1024**2
SHEET, MANIFEST = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
SHEET_START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END = b"</sheetData></worksheet>"
EXE = b"MZ\x90\x00" + bytes(2000)
HTML = b"<!DOCTYPE html><title>Rapport</title><p>Connectez-vous.</p>"
DTD_START = b'<!DOCTYPE l [<!ENTITY a "lol">'
LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
TEXT_CELL = b'<row><c t="inlineStr"><is><t>%s</t></is></c></row>'


def saved(workbook):
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def workbook_of(*rows):
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    return saved(workbook)


def with_parts(parts):
    """A sound workbook where some parts are replaced or added: {name: chunks of bytes}."""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(workbook_of([1]))) as sound, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in sound.namelist():
            parts.setdefault(name, [sound.read(name)])
        for name, chunks in parts.items():
            with archive.open(name, "w") as part:
                part.writelines(chunks)
    return file.getvalue()


def with_sheet(*rows):
    return with_parts({SHEET: [SHEET_START, *rows, SHEET_END]})


def declaring(archive, name, content_declared):
    """The same archive, whose directory announces only this as the content of that part."""
    entry = archive.rindex(name.encode()) - 46  # the last mention of the name is in the central directory
    lying = bytearray(archive)
    struct.pack_into("<I", lying, entry + 16, crc32(content_declared))
    struct.pack_into("<I", lying, entry + 24, len(content_declared))
    return bytes(lying)


def pdf_of(pages, **options):
    pdf, file = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        pdf.add_blank_page()
    pdf.save(file, **options)
    return file.getvalue()


def rows_of(data):
    return read_workbook(io.BytesIO(data))["Sheet"]


def csv_rows(data):
    return read_csv(io.BytesIO(data))


def refusal(reader, data):
    with pytest.raises(RefusedFile) as caught:
        reader(io.BytesIO(data))
    return str(caught.value)


# Workbooks


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1200, "1200"),
        (1200.0, "1200"),
        (1187.5, "1187.5"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (1.5e-7, "0.00000015"),
        (12345678901234, "12345678901234"),
        (True, "VRAI"),
        ("#DIV/0!", "#DIV/0!"),
        (date(2025, 3, 1), "2025-03-01"),
        (datetime(2025, 3, 1, 14, 30), "2025-03-01T14:30:00"),
        (timedelta(hours=26, minutes=30), "26:30:00"),
        ("  un  texte\nde deux lignes ", "  un  texte\nde deux lignes "),
        ("00123", "00123"),
        ("1e3", "1e3"),
        ("un_x000D_\ndeux", "un\r\ndeux"),
    ],
)
def test_a_cell_becomes_the_text_that_was_meant(value, text):
    assert rows_of(workbook_of([value])) == [[text]]


def test_cells_keep_their_place_and_empty_ends_are_left_out():
    workbook = Workbook()
    workbook.active["B3"] = "ici"
    workbook.active["Z40"].number_format = "0.00"
    assert rows_of(saved(workbook)) == [[], [], [None, "ici"]]


def test_sheets_by_their_title_without_charts():
    workbook = Workbook()
    workbook.active.title = "Repas & colis"
    workbook.create_sheet("Vide")
    workbook.create_chartsheet("Graphique").add_chart(BarChart())
    assert read_workbook(io.BytesIO(saved(workbook))) == {"Repas & colis": [], "Vide": []}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (b"<c><f>A1+1</f><v>12.50</v></c>", "12.5"),
        (b"<c><f>A1+1</f></c>", "=A1+1"),
        (b"<c><f>A1+1</f><v/></c>", "=A1+1"),
        (b'<c t="str"><f>A1</f><v>texte</v></c>', "texte"),
        (b'<c t="str"><f>IF(A1,1,"")</f><v></v></c>', None),
        (b'<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c t="b"><f>1=2</f><v>0</v></c>', "FAUX"),
        (b'<c><f t="shared" si="0"/></c>', "="),
    ],
)
def test_a_formula_gives_its_result_or_itself(cell, text):
    assert rows_of(with_sheet(b"<row>", cell, b"<c><v>7</v></c></row>")) == [[text, "7"]]


def test_a_file_of_django_is_read_from_its_start_and_given_back_at_its_start(tmp_path):
    upload = SimpleUploadedFile("tableau.xlsx", workbook_of(["a"]))
    upload.read(10)
    assert read_workbook(upload) == {"Sheet": [["a"]]}
    assert upload.tell() == 0
    path = tmp_path / "tableau.xlsx"
    path.write_bytes(upload.read())
    assert read_workbook(path) == read_workbook(str(path)) == {"Sheet": [["a"]]}


def workbook_with_sheets(count):
    workbook = Workbook()
    for _ in range(count - 1):
        workbook.create_sheet()
    return saved(workbook)


def test_workbooks_at_the_limits_are_read():
    assert len(read_workbook(io.BytesIO(workbook_with_sheets(10)))) == 10
    assert len(rows_of(with_sheet(b'<row r="20000"><c r="GR20000"><v>1</v></c></row>'))[-1]) == 200
    empty_rows = b"".join(b'<row r="%d" s="1"><c s="0"/></row>' % number for number in range(1, 30_001))
    assert rows_of(with_sheet(empty_rows)) == []


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: workbook_with_sheets(11), "plus de 10 feuilles"),
        (lambda: workbook_of(*([1] for _ in range(30_000))), "plus de 20\u202f000 lignes"),
        (lambda: with_sheet(b'<row r="999999999999"><c><v>1</v></c></row>'), "plus de 20\u202f000 lignes"),
        (lambda: workbook_of([None] * 200 + [1]), "plus de 200 colonnes"),
        (lambda: with_sheet(*[b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"] * 5001), "plus de 500\u202f000 cases"),
    ],
    ids=["sheets", "rows", "far row", "columns", "cells"],
)
def test_workbooks_past_the_limits_are_refused(make, says):
    assert says in refusal(read_workbook, make())


def zipped(**parts):
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx():
    word = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with ZipFile(io.BytesIO(workbook_of([1]))) as sound:
        excel = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        return with_parts({MANIFEST: [sound.read(MANIFEST).replace(excel, word)]})


NOT_WORKBOOKS = {
    "exe": EXE,
    "html": HTML,
    "pdf": pdf_of(1),
    "csv": b"a;b\n1;2\n",
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"),
    "ods": zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": "<x/>"}),
    "zip": zipped(notes="rien"),
    "docx": docx(),
    "zip behind an exe": EXE + workbook_of([1]),
}


@pytest.mark.parametrize("kind", NOT_WORKBOOKS)
def test_what_is_no_workbook_is_told_how_to_become_one(kind):
    assert "«\u202fclasseur Excel (.xlsx)\u202f»" in refusal(read_workbook, NOT_WORKBOOKS[kind])


def test_a_workbook_with_a_password_is_told_so():
    envelope = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "mot de passe" in refusal(read_workbook, envelope)
    encrypted_zip = bytearray(workbook_of([1]))
    encrypted_zip[encrypted_zip.rindex(MANIFEST.encode()) - 46 + 8] |= 1
    assert "mot de passe" in refusal(read_workbook, bytes(encrypted_zip))


def test_a_damaged_workbook_is_refused():
    sound = workbook_of([1])
    assert "n’a pas pu être lu" in refusal(read_workbook, sound[: len(sound) // 2])
    assert "n’a pas pu être lu" in refusal(read_workbook, with_sheet(b"<row><c>"))
    assert "n’a pas pu être lu" in refusal(read_workbook, with_sheet(b'<row><c t="s"><v>99</v></c></row>'))


# Workbooks made to hurt


@pytest.fixture(scope="module")
def bomb():
    """Less than 4 MB, 700 MB once unpacked."""
    blank = b" " * MB
    data = with_parts({SHEET: [SHEET_START, *[blank] * 700, SHEET_END]})
    assert len(data) < 4 * MB
    return data


def test_a_bomb_is_refused_at_once_and_costs_us_nothing(bomb, tmp_path):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb)
    growth, seconds, sentence = json.loads(subprocess.check_output([sys.executable, "-c", MEASURE, path]))
    assert "trop de temps ou de mémoire" in sentence
    assert growth < 10 * MB
    assert seconds < 2


MEASURE = """
import json, re, sys, time
from lemans_solidaire.network.untrusted import RefusedFile, read_workbook

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024

before, start = peak(), time.monotonic()
try:
    read_workbook(sys.argv[1])
except RefusedFile as refused:
    print(json.dumps([peak() - before, time.monotonic() - start, str(refused)]))
"""


def test_a_bomb_that_lies_is_cut_at_what_it_declares(bomb):
    start = time.monotonic()
    assert "n’a pas pu être lu" in refusal(read_workbook, declaring(bomb, SHEET, SHEET_START))
    assert time.monotonic() - start < 2


def test_a_bomb_whose_lie_is_coherent_is_only_what_it_declares():
    small = SHEET_START + b"<row><c><v>7</v></c></row>" + SHEET_END
    bomb = with_parts({SHEET: [small, *[b" " * MB] * 100]})
    assert rows_of(declaring(bomb, SHEET, small)) == [["7"]]


def test_too_many_parts_are_refused():
    parts = {f"xl/media/{number}": [b""] for number in range(1001)}
    assert "trop de temps ou de mémoire" in refusal(read_workbook, with_parts(parts))


def test_what_fills_the_memory_is_refused(monkeypatch):
    monkeypatch.setitem(untrusted.LIMITS, resource.RLIMIT_AS, 200 * MB)
    styles = [b"<styleSheet>", *[b"<a/>" * 100_000] * 40, b"</styleSheet>"]
    assert "trop de temps ou de mémoire" in refusal(read_workbook, with_parts({"xl/styles.xml": styles}))


def test_what_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setitem(untrusted.LIMITS, resource.RLIMIT_CPU, 1)
    assert "trop de temps ou de mémoire" in refusal(read_workbook, with_sheet(*[b"<row/>" * 100_000] * 30))


@pytest.mark.parametrize(
    "sheet",
    [
        DTD_START + LAUGHS + b"]>" + SHEET_START + TEXT_CELL % b"&j;" + SHEET_END,
        DTD_START + b"]>" + SHEET_START + TEXT_CELL % b"&a;" + SHEET_END,
        b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SHEET_START + TEXT_CELL % b"&a;" + SHEET_END,
        b"<!-- " + b" " * 200_000 + b"--><!DOCTYPE l>" + SHEET_START + SHEET_END,
        (DTD_START + b"]>" + SHEET_START + TEXT_CELL % b"&a;" + SHEET_END).decode().encode("utf-16"),
    ],
    ids=["billion laughs", "one laugh", "external", "far", "utf-16"],
)
@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "docProps/core.xml"])
def test_no_part_may_declare_entities(sheet, part):
    assert "n’a pas pu être lu" in refusal(read_workbook, with_parts({part: [sheet]}))


def test_pictures_are_no_obstacle():
    assert rows_of(with_parts({"xl/media/image1.png": [b"\x89PNG\r\n\x1a\n", bytes(5000)]})) == [["1"]]


# CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_of_every_spreadsheet(encoding, delimiter, end):
    text = end.join(delimiter.join(row) for row in (["Année", "Repas servis"], ["2025", "12"], ["2024", "Été"]))
    assert csv_rows(text.encode(encoding)) == [["Année", "Repas servis"], ["2025", "12"], ["2024", "Été"]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Nom, prénom, ville;Repas\nX;1,5\n", [["Nom, prénom, ville", "Repas"], ["X", "1,5"]]),
        ("1,5;2,5\n3,5;4,5\n", [["1,5", "2,5"], ["3,5", "4,5"]]),
        ('a,"b; c"\nd,"e\nf"\n', [["a", "b; c"], ["d", "e\nf"]]),
        ('dit,"bonjour;oui\nx;y\n', [['dit,"bonjour', "oui"], ["x", "y"]]),
        ("Bilan 2025\nRepas,12\nColis,3\n", [["Bilan 2025"], ["Repas", "12"], ["Colis", "3"]]),
        ("seul\nencore\n", [["seul"], ["encore"]]),
        ("a;;c;;\n;;;\n;b\n;;;\n", [["a", "", "c"], [], ["", "b"]]),
        ("\n\n", []),
    ],
)
def test_csv_delimiters_and_empty_cells(text, rows):
    assert csv_rows(text.encode()) == rows


@pytest.mark.parametrize("data", [EXE, HTML, pdf_of(1), workbook_of([1]), "a;b".encode("utf-16")])
def test_what_is_no_csv_is_refused(data):
    assert "CSV UTF-8" in refusal(read_csv, data)


def test_csv_past_the_limits():
    assert "plus de 20\u202f000 lignes" in refusal(read_csv, b"1;2\n" * 20_001)
    assert "plus de 200 colonnes" in refusal(read_csv, b"1;" * 200 + b"2")
    assert "jusqu’à 5\u202fMo" in refusal(read_csv, b"a" * (5 * MB + 1))
    assert len(csv_rows(b"1;2\n" * 20_000 + b";;\n" * 10_000)) == 20_000


# PDF


@pytest.mark.parametrize("pages", [1, 500])
def test_a_pdf_is_counted(pages):
    assert check_pdf(io.BytesIO(pdf_of(pages))) == pages
    assert check_pdf(io.BytesIO(b"junk from a scanner\n" + pdf_of(pages))) == pages


def test_a_pdf_that_only_forbids_changes_opens():
    assert check_pdf(io.BytesIO(pdf_of(2, encryption=pikepdf.Encryption(owner="o", user="")))) == 2


def pdf_of_size(size):
    return (pdf_of(1) + b"\n%").ljust(size)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: b"", "est vide"),
        (lambda: EXE, "n’est pas un PDF"),
        (lambda: HTML, "n’est pas un PDF"),
        (docx, "n’est pas un PDF"),
        (lambda: b" " * 1024 + pdf_of(1), "n’est pas un PDF"),
        (lambda: pdf_of_size(21 * MB), "pèse 21\u202fMo\u202f; le portail accepte jusqu’à 20\u202fMo"),
        (lambda: pdf_of_size(20 * MB + 1), "pèse 20,1\u202fMo"),
        (lambda: pdf_of(1, encryption=pikepdf.Encryption(owner="o", user="u")), "mot de passe"),
        (lambda: b"%PDF-1.7\n" + b"x" * 1000, "abîmé ou incomplet"),
        (lambda: pdf_of(300)[:5000], "abîmé ou incomplet"),
        (lambda: pdf_of(0), "abîmé ou incomplet"),
        (lambda: pdf_of(3).replace(b"/Count 3", b"/Count 9"), "abîmé ou incomplet"),
        (lambda: pdf_of(501), "plus de 500 pages"),
    ],
    ids=[
        "empty",
        "exe",
        "html",
        "docx",
        "far magic",
        "21 MB",
        "over 20 MB",
        "password",
        "only magic",
        "cut",
        "no page",
        "missing pages",
        "501",
    ],
)
def test_pdfs_that_are_refused(make, says):
    assert says in refusal(check_pdf, make())


def test_a_pdf_of_20_mb_is_read():
    assert check_pdf(io.BytesIO(pdf_of_size(20 * MB))) == 1


# The process


def speaking(monkeypatch, code):
    """From now on the reader is this Python code."""

    def start(kind, stdin):
        return subprocess.Popen([sys.executable, "-c", code], stdin=stdin, stdout=subprocess.PIPE)

    monkeypatch.setattr(untrusted, "start", start)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "not JSON",
        "[]",
        "[" * 100_000,
        '{"read": null}',
        '{"read": {"a": [[1]]}}',
        '{"read": {"a": ["text"]}}',
        '{"read": ["a"]}',
        '{"refused": "<b>words of its own</b>"}',
        '{"refused": ["empty"]}',
        '{"read": 9' + "9" * 5000 + "}",
    ],
)
def test_an_answer_of_another_shape_is_a_refusal(monkeypatch, said):
    speaking(monkeypatch, f"print({said!r})")
    assert refusal(read_workbook, b"x") == untrusted.BROKEN["workbook"]


@pytest.mark.parametrize("pages", ["true", "0", "501", '"3"', "2.5"])
def test_a_number_of_pages_is_checked(monkeypatch, pages):
    speaking(monkeypatch, f"""print('{{"read": {pages}}}')""")
    assert refusal(check_pdf, b"x") == untrusted.BROKEN["pdf"]


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import time; time.sleep(60)",
        "import os; os.close(1); import time; time.sleep(60)",
        "while True: print('x' * 2**20)",
    ],
    ids=["crash", "slow", "slow and silent", "too long an answer"],
)
def test_a_process_that_goes_wrong_is_a_refusal(monkeypatch, code):
    monkeypatch.setattr(untrusted, "SECONDS", 1)
    monkeypatch.setattr(untrusted, "MAX_ANSWER", 10 * MB)
    speaking(monkeypatch, f"import sys; sys.stderr.close()\n{code}")
    assert refusal(read_csv, b"x") == untrusted.SENTENCES["too_heavy"]


def test_an_answer_before_a_crash_is_not_believed(monkeypatch):
    speaking(monkeypatch, """print('{"read": [["a"]]}', flush=True); raise SystemExit(1)""")
    assert refusal(read_csv, b"x") == untrusted.BROKEN["csv"]


def test_a_process_that_cannot_start_is_a_refusal(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert refusal(read_csv, b"x") == untrusted.SENTENCES["not_started"]


def limited(code):
    return subprocess.run([sys.executable, "-c", code], preexec_fn=untrusted.limits(), capture_output=True, text=True)


def test_the_limits_hold(tmp_path):
    assert "MemoryError" in limited("bytearray(800 * 2**20)").stderr
    assert "File too large" in limited(f"open({str(tmp_path / 'written')!r}, 'wb', 0).write(b'x')").stderr
    assert limited("import resource as r; print(r.getrlimit(r.RLIMIT_CPU))").stdout == "(15, 15)\n"


def test_the_process_knows_no_secret(monkeypatch):
    monkeypatch.setenv("LMS_SECRET_KEY", "a secret")
    process = untrusted.start("csv", subprocess.PIPE)
    with process:
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()
        process.stdin.close()
    assert environment == b"OPENPYXL_LXML=False\0"


def test_the_process_dies_with_us():
    code = (
        "import subprocess, time; from lemans_solidaire.network import untrusted\n"
        "print(untrusted.start('csv', subprocess.PIPE).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        reader = Path(f"/proc/{int(parent.stdout.readline())}/cmdline")
        assert b"untrusted.process" in reader.read_bytes()
        parent.kill()
    wait_until(lambda: not reader.exists() or not reader.read_bytes(), seconds=10)  # a zombie has no command line


@pytest.mark.parametrize("sentence", [*untrusted.SENTENCES.values(), *untrusted.BROKEN.values()])
def test_refusals_are_plain_french(sentence):
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert not re.search(r"erreur|invalide|!|'|[^\u202f][:;?»]|«[^\u202f]", sentence, re.IGNORECASE)
