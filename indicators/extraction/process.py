"""The process that reads one report, or draws a page of it, and ends.

On stdin a line of JSON, then the PDF; on stdout lines of JSON: {"done": 3, "total": 40} as pages are read, then
{"proposals": …}, {"scanned": the numbers of the pages to be recognised first} or {"refused": …}. {"draw": 3} is
answered by an image.
"""

import json
import os
import sys

from pypdfium2 import PdfDocument, PdfiumError
from pypdfium2.raw import FPDF_ERR_PASSWORD

from indicators.extraction import extract
from indicators.extraction.confidence import THRESHOLD
from indicators.extraction.pages import MAX_PAGES, read_pages
from indicators.extraction.pictures import draw
from indicators.extraction.recognised import leaning_back, put_words

RECOGNISED = 0.9  # of its confidence is left to a figure that was recognised


def answer_about(asked, data):
    try:
        with PdfDocument(data) as document:
            return draw(document, asked["draw"]) if "draw" in asked else answer_about_report(asked, document)
    except PdfiumError as problem:
        if problem.err_code == FPDF_ERR_PASSWORD:
            return {"refused": "pdf_password"}
        raise


def answer_about_report(asked, document):
    if len(document) > MAX_PAGES:
        return {"refused": "too_many_pages"}
    recognised = asked["recognised"]
    pages = list(told(read_pages(document), len(document), recognised is None))
    scanned = [page for page in pages if page.lacks_text]
    if scanned and recognised is None:
        return {"scanned": numbers(scanned), "pages": len(pages)}
    for page in scanned:
        put_words(page, recognised.get(str(page.index + 1), ""))
    return {
        "proposals": proposals(pages, asked),
        "pages": len(pages),
        "by_ocr": numbers(page for page in scanned if page.is_recognised),
        "unread": numbers(page for page in scanned if page.lacks_text),
    }


def told(pages, total, but_scanned):
    """Says how far it is; pages that are to be recognised first are not done."""
    done = 0
    for page in pages:
        yield page
        if not (but_scanned and page.lacks_text):
            done += 1
            say({"done": done, "total": total})


def numbers(pages):
    return [page.index + 1 for page in pages]


def proposals(pages, asked):
    found = extract(pages, asked["catalogue"], asked["year"], asked["before"])
    for proposal in found:
        temper(proposal, pages)
    return [proposal.as_dict() for proposal in found if proposal.confidence >= THRESHOLD]


def temper(proposal, pages):
    """What was recognised is a little less sure, and stands where the page leans."""
    for found in (proposal, *proposal.others):
        page = pages[found.page - 1]
        if page.is_recognised:
            found.confidence = round(found.confidence * RECOGNISED, 3)
            found.boxes = [leaning_back(page, box) for box in found.boxes]


def say(answer):
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def main():
    asked, data = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    try:
        if answer := answer_about(asked, data):
            say(answer)
    except MemoryError:
        os.abort()  # too little is left for words; the parent takes a process that is stopped for a heavy file


if __name__ == "__main__":
    main()
