"""The process that reads one file and ends: bytes on stdin, {"read": …} or {"refused": …} on stdout. No Django here.

openpyxl and pypdfium2 are imported where they serve: a refusal does not wait for them. What is not a Refusal ends the
process, and the parent says that the file is broken.
"""

import csv
import io
import json
import os
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from xml.parsers import expat
from zipfile import ZipFile

from lemans_solidaire.network.untrusted import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ENTRIES,
    MAX_PAGES,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_UNPACKED,
)

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # OLE holds the old .xls, and workbooks with a password
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
NOT_CSV = (ZIP, b"%PDF-", b"<")
DELIMITERS = ";\t,"  # in doubt the first one: a comma may belong to a figure
CHUNK = 64 * 1024


class Refusal(Exception):
    """Its text is a key of SENTENCES."""


class FirstElement(Exception):
    """Where a DTD can no longer come."""


class Tables:
    """Builds the tables of one file, within the limits they share."""

    def __init__(self, empty):
        self.empty = empty
        self.filled = 0

    def build(self, numbered_rows):
        """Rows of texts from (row number, [(column number, text)]); numbers start at 1, rows keep their place."""
        rows = []
        for number, cells in numbered_rows:
            for column, text in cells:
                if text:
                    self.count(number, column)
                    rows += ([] for _ in range(number - len(rows)))
                    self.put(rows[number - 1], column, text)
        return rows

    def count(self, number, column):
        self.filled += 1
        if number > MAX_ROWS:
            raise Refusal("too_many_rows")
        if column > MAX_COLUMNS:
            raise Refusal("too_many_columns")
        if self.filled > MAX_CELLS:
            raise Refusal("too_many_cells")

    def put(self, row, column, text):
        row += [self.empty] * (column - len(row))
        row[column - 1] = text


def read_workbook(data):
    check_archive(data)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except OSError:  # an Office document without a workbook
        raise Refusal("not_a_workbook") from None
    if not book.worksheets:
        raise Refusal("not_a_workbook")
    if len(book.worksheets) > MAX_SHEETS:
        raise Refusal("too_many_sheets")
    tables = Tables(empty=None)
    return {sheet.title: tables.build(filled_cells(sheet)) for sheet in book.worksheets}


def check_archive(data):
    """Reads what the archive declares, then the start of each of its parts; zipfile gives no byte past the declared."""
    if data.startswith(OLE) and ENCRYPTED_PACKAGE in data:
        raise Refusal("workbook_password")
    if not data.startswith(ZIP):
        raise Refusal("not_a_workbook")
    archive = ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refusal("too_heavy")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("workbook_password")
    if "[Content_Types].xml" not in archive.namelist():
        raise Refusal("not_a_workbook")
    for entry in entries:
        with archive.open(entry) as part:
            refuse_dtd(part)


def refuse_dtd(part):
    """No tool that writes workbooks declares one, and all the attacks on XML by its entities need one."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = found_dtd
    parser.StartElementHandler = found_element
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk)
    except (FirstElement, expat.ExpatError):  # a picture is no XML, and openpyxl would stop where expat does
        pass


def found_dtd(*declaration):
    raise ValueError("a DTD in a workbook")


def found_element(*element):
    raise FirstElement


def filled_cells(sheet):
    """(row number, [(column number, text)]), without the padding that openpyxl adds up to the last cell announced."""
    for number, cells in parser_of(sheet).parse():
        yield number, [(cell["column"], text_of(cell["value"])) for cell in cells]


def parser_of(sheet):
    from openpyxl.worksheet._reader import WorkSheetParser

    parser = WorkSheetParser(
        sheet._get_source(),
        sheet._shared_strings,
        data_only=True,
        epoch=sheet.parent.epoch,
        date_formats=sheet.parent._date_formats,
        timedelta_formats=sheet.parent._timedelta_formats,
    )
    parser.parse_cell = or_formula(parser.parse_cell)
    return parser


def or_formula(parse_cell):
    """The formula stands in for a result that was never computed; a text (str) computed as empty is a result."""
    from openpyxl.worksheet._reader import FORMULA_TAG

    def parse(element):
        cell = parse_cell(element)
        if cell["value"] is None and element.get("t") != "str":
            formula = element.find(FORMULA_TAG)
            cell["value"] = None if formula is None else f"={formula.text or ''}"
        return cell

    return parse


def text_of(value):
    if isinstance(value, str):
        return value.replace("_x000D_", "\r")  # how Excel writes it in a cell of several lines
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"  # the digits Excel keeps: 0.1 + 0.2 is 0.3
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration(value)
    return None if value is None else str(value)


def duration(value):
    """« 26:30:00 »"""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def read_csv(data):
    text = decoded(data)
    csv.field_size_limit(len(text) + 1)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    return Tables(empty="").build((number, enumerate(row, 1)) for number, row in enumerate(rows, 1))


def decoded(data):
    if b"\0" in data or data.lstrip().startswith(NOT_CSV):
        raise Refusal("not_csv")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def delimiter_of(text):
    return max(DELIMITERS, key=lambda delimiter: regular_rows(text, delimiter))


def regular_rows(text, delimiter):
    """How many of the first rows have as many columns as most of them do."""
    rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 20)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.values(), default=0)


def check_pdf(data):
    if b"%PDF-" not in data[:1024]:
        raise Refusal("not_a_pdf")
    pages = opened_pdf(data)
    if len(pages) > MAX_PAGES:
        raise Refusal("too_many_pages")
    for index in range(len(pages)):
        pages.get_page_size(index)  # stops at a page announced but missing
    return len(pages)


def opened_pdf(data):
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        return PdfDocument(data)
    except PdfiumError as problem:
        if problem.err_code == FPDF_ERR_PASSWORD:
            raise Refusal("pdf_password") from None
        raise


READERS = {"workbook": read_workbook, "csv": read_csv, "pdf": check_pdf}


def answer_about(kind, data):
    try:
        answer = {"read": READERS[kind](data)}
    except Refusal as refusal:
        answer = {"refused": str(refusal)}
    return json.dumps(answer, ensure_ascii=False).encode()


def main():
    try:
        sys.stdout.buffer.write(answer_about(sys.argv[1], sys.stdin.buffer.read()))
    except MemoryError:
        os.abort()  # too little is left for words; the parent takes a process that is stopped for a heavy file


if __name__ == "__main__":
    main()
