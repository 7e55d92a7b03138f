"""Reads a report that someone sent in a process of its own that ends, with little memory and time and no secret."""

import itertools
import json
import resource

from indicators.extraction import Proposal, Reading, ocr
from indicators.extraction.starting import READER, on_no_disk, start, stopped_after
from lemans_solidaire.network import untrusted
from lemans_solidaire.network.untrusted import MB, RefusedFile

SECONDS = 240  # by the clock: a busy machine is no reason to refuse
MAX_ANSWER = 10 * MB
LIMITS = {**untrusted.LIMITS, resource.RLIMIT_CPU: 90, resource.RLIMIT_AS: 400 * MB}


def extract_limited(file, catalogue, year=None, *, before=None, progress=None):
    """The Reading of an open PDF file; RefusedFile says in a French sentence why there is none to be had.

    before: {code: last year's figure}; progress(done, total) is called as pages are read.
    """
    data = untrusted.content(file, untrusted.MAX_BYTES["pdf"])
    if b"%PDF-" not in data[:1024]:
        raise RefusedFile(untrusted.SENTENCES["not_a_pdf"])
    asked = {"catalogue": catalogue, "year": year, "before": before, "recognised": {}}
    return reading(answer_to(asked, data, progress or ignore))


def ignore(done, total):
    pass


def answer_to(asked, data, progress):
    """What the process says, where needed after the pages without text were recognised."""
    program = ocr.tesseract()
    if not program:
        return ask(asked, data, progress)
    match answer := ask({**asked, "recognised": None}, data, progress):
        case {"scanned": list(numbers), "pages": int(total)}:
            done = itertools.count(total - len(numbers) + 1)
            found = ocr.recognise(program, data, numbers, lambda: progress(next(done), total))
            return ask({**asked, "recognised": found}, data, ignore)
    return answer


def reading(answer):
    try:
        return Reading(
            [proposal(found) for found in answer["proposals"]], answer["pages"], answer["by_ocr"], answer["unread"]
        )
    except (KeyError, TypeError):
        raise RefusedFile(untrusted.BROKEN["pdf"]) from None


def proposal(found):
    return Proposal(**{**found, "others": [proposal(other) for other in found["others"]]})


def ask(asked, data, progress):
    """The last line that the process says; {} when it makes no sense."""
    with on_no_disk(json.dumps(asked).encode(), b"\n", data) as stdin:
        process = start(READER, stdin, LIMITS)
    with stopped_after(SECONDS, process), process:
        answer = listen(process, progress)
    return understood(answer, process.returncode)


def listen(process, progress):
    """Passes its progress on. What it says past MAX_ANSWER is not read, and writing it stops the process."""
    answer, left = {}, MAX_ANSWER
    try:
        while line := process.stdout.readline(left):
            answer, left = untrusted.understood(line), left - len(line)
            match answer:
                case {"done": int(done), "total": int(total)}:
                    progress(done, total)
    except BaseException:
        process.kill()
        raise
    return answer if left else {"refused": "too_heavy"}


def understood(answer, code):
    sentence = untrusted.SENTENCES.get("too_heavy" if code < 0 else str(answer.get("refused")))
    if sentence:
        raise RefusedFile(sentence)
    return answer if code == 0 else {}
