"""HTML to tagged PDF, in a process that ends: WeasyPrint does not give its memory back."""

import resource
import subprocess
import sys
import threading

SECONDS = 120
MEMORY = 2 * 1024**3  # bytes


class RenderingProblem(Exception):
    """What stopped a rendering, in one French sentence."""


def render_pdf(html, identifier, on_step=lambda step: None):
    """PDF/UA-1 bytes of a page; `identifier` is a hex digest, `on_step` is told 1 to 7 as WeasyPrint goes on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lemans_solidaire.network.pdf.process", identifier],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=limit,
    )
    said = []
    listener = threading.Thread(target=listen, args=(process.stderr, on_step, said), daemon=True)
    clock = threading.Timer(SECONDS, process.kill)
    listener.start()
    clock.start()
    try:
        pdf = exchange(process, html.encode())
    finally:
        clock.cancel()
        listener.join()
        process.stderr.close()
    if process.returncode != 0 or not pdf.startswith(b"%PDF"):
        raise RenderingProblem(why(process.returncode, said))
    return pdf


def exchange(process, data):
    try:
        with process.stdin as stdin:
            stdin.write(data)
    except BrokenPipeError:  # the process ended early: its exit code and last words tell why
        pass
    with process.stdout as stdout:
        pdf = stdout.read()
    process.wait()
    return pdf


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    die_with_parent()


def die_with_parent():
    import ctypes
    import signal

    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def listen(stream, on_step, said):
    """Lines « step N » are progress; anything else is kept for the explanation."""
    for line in stream:
        word, _, number = line.decode(errors="replace").strip().partition(" ")
        if word == "step" and number.isdigit():
            on_step(int(number))
        else:
            said.append(line.decode(errors="replace").strip())


def why(code, said):
    if code < 0:
        return "La mise en page a été arrêtée : trop longue ou trop lourde."
    last = said[-1][:150] if said else "sans explication"
    return f"La mise en page n’a pas abouti ({last})."
