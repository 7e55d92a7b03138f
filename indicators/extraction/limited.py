"""Reads a report that someone sent in a process of its own that ends, with little memory and time and no secret."""

import json
import resource
import signal
import subprocess
import sys
import tempfile
import threading

from indicators.extraction import Proposal
from lemans_solidaire.network import untrusted
from lemans_solidaire.network.untrusted import MB, PROJECT, RefusedFile
from lemans_solidaire.processes import dies_with_parent

SECONDS = 120
LIMITS = {**untrusted.LIMITS, resource.RLIMIT_CPU: 90, resource.RLIMIT_AS: 400 * MB}


def extract_limited(file, catalogue, year=None):
    """The proposals of an open PDF file; RefusedFile says in a French sentence why there are none to be had."""
    data = untrusted.content(file, untrusted.MAX_BYTES["pdf"])
    if b"%PDF-" not in data[:1024]:
        raise RefusedFile(untrusted.SENTENCES["not_a_pdf"])
    code, said = run(json.dumps({"catalogue": catalogue, "year": year}).encode() + b"\n" + data)
    if code < 0 or len(said) == untrusted.MAX_ANSWER:
        raise RefusedFile(untrusted.SENTENCES["too_heavy"])
    answer = untrusted.understood(said) if code == 0 else {}
    if sentence := untrusted.SENTENCES.get(str(answer.get("refused"))):
        raise RefusedFile(sentence)
    try:
        return [proposal(found) for found in answer["proposals"]]
    except (KeyError, TypeError):
        raise RefusedFile(untrusted.BROKEN["pdf"]) from None


def proposal(found):
    return Proposal(**{**found, "others": [proposal(other) for other in found["others"]]})


def run(request):
    """Exit code and output of the process; its output is cut past MAX_ANSWER, which stops it."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(request)
        stdin.seek(0)
        process = start(stdin)
    clock = threading.Timer(SECONDS, process.kill)
    clock.start()
    try:
        with process:
            said = process.stdout.read(untrusted.MAX_ANSWER)
    finally:
        clock.cancel()
    return process.returncode, said


def start(stdin):
    try:
        return subprocess.Popen(
            [sys.executable, "-B", "-m", "indicators.extraction.process"],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the file
            cwd=PROJECT,
            env={},
            preexec_fn=limits(),
        )
    except (OSError, subprocess.SubprocessError):
        raise RefusedFile(untrusted.SENTENCES["not_started"]) from None


def limits():
    die_with_us = dies_with_parent(signal.SIGKILL)

    def in_child():
        die_with_us()
        for what, most in LIMITS.items():
            resource.setrlimit(what, (most, most))

    return in_child
