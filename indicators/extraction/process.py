"""The process that reads one report and ends: a line of JSON then the PDF on stdin, {"proposals": …} on stdout."""

import json
import os
import sys

from indicators.extraction import extract
from indicators.extraction.reading import MAX_PAGES


def answer_about(catalogue, year, data):
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        with PdfDocument(data) as document:
            if len(document) > MAX_PAGES:
                return {"refused": "too_many_pages"}
    except PdfiumError as problem:
        if problem.err_code == FPDF_ERR_PASSWORD:
            return {"refused": "pdf_password"}
        raise
    return {"proposals": [proposal.as_dict() for proposal in extract(data, catalogue, year)]}


def main():
    asked, data = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    try:
        answer = answer_about(asked["catalogue"], asked["year"], data)
        sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
    except MemoryError:
        os.abort()  # too little is left for words; the parent takes a process that is stopped for a heavy file


if __name__ == "__main__":
    main()
