"""Real processes of the portal, started on a test's own database."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

from tests.databases import PROJECT, with_name


def environment_for(database):
    return {**os.environ, "DATABASE_URL": with_name(os.environ["DATABASE_URL"], database)}


def start_worker(database):
    command = [sys.executable, "manage.py", "worker"]
    return subprocess.Popen(command, env=environment_for(database), cwd=PROJECT)


@contextmanager
def running_worker(database):
    process = start_worker(database)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until(condition, seconds=40):
    """Waits for `condition()` to be true; fails with the last value after that many seconds."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        time.sleep(0.1)
