"""HTML to tagged PDF, charts to pictures, in a process that ends: WeasyPrint does not give its memory back."""

import base64
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from lemans_solidaire.processes import dies_with_parent

PROJECT = Path(__file__).resolve().parents[3]
SECONDS = 120
MEMORY = 2 * 1024**3  # bytes


class RenderingProblem(Exception):
    """What stopped a rendering, in one French sentence."""


@dataclass(frozen=True)
class Attachment:
    name: str
    description: str
    content: bytes


def render_pdf(html, identifier, on_step=lambda step: None, *, attachments=(), day=None):
    """PDF/UA-1 bytes of a page; `identifier` is a hex digest, `on_step` is told 1 to 7 as WeasyPrint goes on.

    `day` is the datetime.date of the document and of its attachments: the same input gives the same bytes.
    """
    attached = [asdict(one) | {"content": base64.b64encode(one.content).decode()} for one in attachments]
    pdf = run(
        {"html": html, "identifier": identifier, "attachments": attached, "day": day and day.isoformat()}, on_step
    )
    if not pdf.startswith(b"%PDF"):
        raise RenderingProblem(why(0, []))
    return pdf


def render_pictures(svgs):
    """PNG bytes of each SVG document, at twice the size that it is read at."""
    if not svgs:
        return []
    return [base64.b64decode(picture) for picture in json.loads(run({"pictures": svgs}))]


def run(task, on_step=lambda step: None):
    """What the process answers to a task, in bytes; RenderingProblem when it does not go to the end."""
    process = start()
    clock = threading.Timer(SECONDS, process.kill)
    clock.start()
    try:
        with ThreadPoolExecutor(1) as beside:
            printed = beside.submit(exchange, process, json.dumps(task).encode())
            said = listen(process.stderr, on_step)
            answer = printed.result()
    finally:
        clock.cancel()
        process.stderr.close()
    if process.returncode != 0:
        raise RenderingProblem(why(process.returncode, said))
    return answer


def start():
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "lemans_solidaire.network.pdf.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PROJECT,
            env=os.environ | {"FONTCONFIG_FILE": str(PROJECT / "templates/pdf/fonts.conf")},
            preexec_fn=limits(),
        )
    except OSError as problem:
        raise RenderingProblem(f"La mise en page n’a pas pu commencer ({problem.strerror}).") from None


def exchange(process, data):
    try:
        with process.stdin as stdin:
            stdin.write(data)
    except BrokenPipeError:  # the process ended early: its exit code and last words tell why
        pass
    with process.stdout as stdout:
        answer = stdout.read()
    process.wait()
    return answer


def limits():
    """What the process may take; and it dies with the worker, even by kill -9."""
    die_with_the_worker = dies_with_parent(signal.SIGKILL)

    def in_child():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        die_with_the_worker()

    return in_child


def listen(stream, on_step):
    """Lines « step N » are progress; the others are returned, for the explanation."""
    said = []
    for line in stream:
        text = line.decode(errors="replace").strip()
        word, _, number = text.partition(" ")
        if word == "step" and number.isdigit():
            on_step(int(number))
        else:
            said.append(text)
    return said


def why(code, said):
    if code < 0:
        return "La mise en page a été arrêtée : trop longue ou trop lourde."
    last = said[-1][:150] if said else "sans explication"
    return f"La mise en page n’a pas abouti ({last})."
