"""The process that reads one report and ends: a line of JSON then the PDF on stdin; lines of JSON on stdout.

{"done": 3, "total": 40} as pages are read, then {"proposals": …} or {"refused": …}.
"""

import json
import os
import sys

from indicators.extraction import extract
from indicators.extraction.reading import MAX_PAGES, read_pages


def answer_about(asked, data):
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        with PdfDocument(data) as document:
            if len(document) > MAX_PAGES:
                return {"refused": "too_many_pages"}
            pages = list(told(read_pages(document), len(document)))
    except PdfiumError as problem:
        if problem.err_code == FPDF_ERR_PASSWORD:
            return {"refused": "pdf_password"}
        raise
    return {"proposals": proposals(pages, asked), "pages": len(pages), "by_ocr": [], "unread": []}


def told(pages, total):
    for page in pages:
        yield page
        say({"done": page.index + 1, "total": total})


def proposals(pages, asked):
    found = extract(pages, asked["catalogue"], asked["year"], asked["before"])
    return [proposal.as_dict() for proposal in found]


def say(answer):
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def main():
    asked, data = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    try:
        say(answer_about(asked, data))
    except MemoryError:
        os.abort()  # too little is left for words; the parent takes a process that is stopped for a heavy file


if __name__ == "__main__":
    main()
