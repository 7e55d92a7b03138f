"""Character recognition by Debian's tesseract, where it is installed.

A page is drawn by one process and read by another, each with its limits; neither outlives its page.
"""

import json
import resource
import shutil
import subprocess
import time

from indicators.extraction.starting import READER, on_no_disk, start, stopped_after
from lemans_solidaire.network import untrusted
from lemans_solidaire.network.untrusted import MB

LANGUAGE = "fra"
SECONDS, SECONDS_OF_A_PAGE = 600, 60
MAX_WORDS = 2 * MB  # of what tesseract says about a page
LIMITS = {**untrusted.LIMITS, resource.RLIMIT_CPU: SECONDS_OF_A_PAGE, resource.RLIMIT_AS: 768 * MB}
ENVIRONMENT = {"OMP_THREAD_LIMIT": "1"}
OPTIONS = ["stdin", "stdout", "-l", LANGUAGE, "--dpi", "300", "--psm", "3", "tsv"]


def tesseract():
    """Where the program is; None when it, or its French, is not installed."""
    program = shutil.which("tesseract")
    return program if program and LANGUAGE in languages(program) else None


def languages(program):
    try:
        said = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=10, env=ENVIRONMENT)
    except (OSError, subprocess.SubprocessError):
        return []
    return said.stdout.split()


def recognise(program, data, numbers, told):
    """{number of a page, as text: the words tesseract found, with their places}, for the pages time was left for."""
    end = time.monotonic() + SECONDS
    found = {}
    for number in numbers:
        left = end - time.monotonic()
        if left <= 0:
            break
        found[str(number)] = recognise_page(program, data, number, min(left, SECONDS_OF_A_PAGE))
        told()
    return found


def recognise_page(program, data, number, seconds):
    with on_no_disk(json.dumps({"draw": number}).encode(), b"\n", data) as report:
        drawing = start(READER, report, LIMITS)
    with drawing:
        reading = start([program, *OPTIONS], drawing.stdout, LIMITS, ENVIRONMENT)
        drawing.stdout.close()  # tesseract holds the other end
        with stopped_after(seconds, reading, drawing), reading:
            said = reading.stdout.read(MAX_WORDS)
    return said.decode(errors="replace") if reading.returncode == 0 else ""
