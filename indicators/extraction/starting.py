"""How a process that handles someone's file is started: apart, with limits, without a secret."""

import os
import resource
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

from lemans_solidaire.network.untrusted import PROJECT, SENTENCES, RefusedFile
from lemans_solidaire.processes import dies_with_parent

READER = [sys.executable, "-B", "-m", "indicators.extraction.process"]


@contextmanager
def on_no_disk(*parts):
    """An open file that holds these bytes, to be the stdin of a process."""
    with open(os.memfd_create("report"), "w+b") as file:
        for part in parts:
            file.write(part)
        file.seek(0)
        yield file


def start(command, stdin, limits, env=None):
    try:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the file
            cwd=PROJECT,
            env=env or {},
            preexec_fn=limited_by(limits),
        )
    except (OSError, subprocess.SubprocessError):
        raise RefusedFile(SENTENCES["not_started"]) from None


@contextmanager
def stopped_after(seconds, *processes):
    clock = threading.Timer(seconds, lambda: [process.kill() for process in processes])
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def limited_by(limits):
    die_with_us = dies_with_parent(signal.SIGKILL)

    def in_child():
        die_with_us()
        for what, most in limits.items():
            resource.setrlimit(what, (most, most))

    return in_child
