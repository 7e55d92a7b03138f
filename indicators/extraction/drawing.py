"""Draws a page of a report that someone sent, in a process of its own that ends."""

import json
import resource
import subprocess
import sys
import threading

from indicators.extraction.starting import on_no_disk, start
from lemans_solidaire.network import untrusted
from lemans_solidaire.network.untrusted import MB, RefusedFile

SECONDS = 5
PATIENCE = 2  # seconds that a page waits for its turn
MOST = 5 * MB
LIMITS = {**untrusted.LIMITS, resource.RLIMIT_CPU: 3, resource.RLIMIT_AS: 400 * MB}
DRAWER = [sys.executable, "-B", "-m", "indicators.extraction.marked"]
ONE_AT_A_TIME = threading.BoundedSemaphore()  # in each process: a page slow to draw leaves the others serving
NOT_DRAWN = "Cette page ne peut pas être montrée ici : ouvrez le rapport pour la voir."


def draw_limited(file, page, boxes, *, whole=False):
    """JPEG bytes as marked.draw; RefusedFile when the page cannot be drawn within the limits, or has to wait."""
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise RefusedFile(NOT_DRAWN)
    try:
        return drawn(file, {"page": page, "boxes": boxes, "whole": whole})
    finally:
        ONE_AT_A_TIME.release()


def drawn(file, asked):
    asked = json.dumps(asked).encode()
    with on_no_disk(asked, b"\n", untrusted.content(file, untrusted.MAX_BYTES["pdf"])) as stdin:
        process = start(DRAWER, stdin, LIMITS)
    try:
        image, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise RefusedFile(NOT_DRAWN) from None
    if process.returncode or not 0 < len(image) <= MOST:
        raise RefusedFile(NOT_DRAWN)
    return image
