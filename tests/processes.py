"""Real processes of the portal, started on a test's own database."""

import os
import socket
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


@contextmanager
def running_portals(database, count, **environment):
    """The addresses of that many web processes of the portal, each with connections of its own to one database."""
    ports = [free_port() for _ in range(count)]
    env = environment_for(database) | environment
    command = [sys.executable, "-m", "gunicorn", "lemans_solidaire.wsgi:application", "--no-control-socket"]
    processes = [
        subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error"], env=env, cwd=PROJECT)
        for port in ports
    ]
    try:
        for port in ports:
            wait_until(lambda port=port: answers(port))
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        [process.terminate() for process in processes]
        [process.wait(timeout=20) for process in processes]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition, seconds=40):
    """Waits for `condition()` to be true; fails with the last value after that many seconds."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        time.sleep(0.1)
