import os
import re
import signal
import socket
import stat
import threading
import urllib.request
from contextlib import suppress

import pytest

from lemans_solidaire.serve import Address, ServeError, Supervisor, address
from tests.project.launching import (
    LAUNCHER,
    MANAGE,
    PATIENCE,
    manage,
    processes_of,
    run,
    says_one_line,
    server_pid,
    short_folder,
    started,
    until,
)


@pytest.fixture(scope="module")
def var():
    """A whole portal of its own, in demo mode, that each test serves and stops."""
    with short_folder() as folder:
        ready = manage("prepare", var=folder)
        assert ready.returncode == 0, ready.stderr
        yield folder


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@pytest.fixture
def portal(var, port):
    """The portal, served; nothing of it may be left at the end."""
    with started([*MANAGE, "serve"], var, PORT=port) as process:
        process.address = f"http://127.0.0.1:{port}"
        process.said = said_until(process, r"Le portail est ouvert")
        yield process
    assert until(lambda: not processes_of(var))


def said_until(process, pattern):
    """What it printed up to the line that matches; who waits in vain kills it, so as not to wait for ever."""
    lines = []
    impatience = threading.Timer(PATIENCE, process.kill)
    impatience.start()
    try:
        for line in process.stdout:
            lines.append(line)
            if re.search(pattern, line):
                return "".join(lines)
    finally:
        impatience.cancel()
    raise AssertionError(f"never said {pattern}:\n{''.join(lines)}")


def answer(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.status, response.read().decode()


def worker_pid(var):
    def written():
        with suppress(FileNotFoundError):  # between two workers there is none
            return int((var / "run/worker.pid").read_text() or 0)

    return until(written)


def test_serves_says_the_accounts_and_stops_with_ctrl_c(portal, var):
    assert answer(f"{portal.address}/healthz") == (200, "ok")
    assert portal.address in portal.said
    assert "ccas@demo.test" in said_until(portal, r"travailleur\.social")
    assert stat.S_IMODE((var / "run").stat().st_mode) == 0o700
    assert len(processes_of(var)) > 4  # supervisor, web and its two, worker, PostgreSQL's
    os.killpg(portal.pid, signal.SIGINT)
    assert portal.wait(20) == 0
    assert not processes_of(var)
    assert not (var / "run/worker.pid").exists()
    assert "Traceback" not in portal.stdout.read()


def test_ctrl_c_twice_is_no_worse(portal, var):
    os.killpg(portal.pid, signal.SIGINT)
    os.killpg(portal.pid, signal.SIGINT)
    assert portal.wait(20) == 0
    assert not processes_of(var)


def test_a_killed_worker_starts_again(portal, var):
    first = worker_pid(var)
    os.kill(first, signal.SIGKILL)
    said_until(portal, "Le processus des tâches s’est arrêté")
    assert until(lambda: worker_pid(var) != first)
    assert answer(f"{portal.address}/healthz") == (200, "ok")


def test_the_portal_stops_when_its_web_server_does(portal, var):
    web = next(pid for pid, name in processes_of(var).items() if "gunicorn" in name and is_leader(pid))
    os.kill(web, signal.SIGKILL)
    said_until(portal, "Le serveur web s’est arrêté")
    assert portal.wait(20) == 2
    assert not processes_of(var)


def is_leader(pid):
    return os.getsid(pid) == pid


def test_nothing_outlives_a_killed_supervisor_but_the_database(portal, var):
    worker_pid(var)
    portal.kill()
    portal.wait()
    until(lambda: not [name for name in processes_of(var).values() if "postgres" not in name])
    assert server_pid(var)
    assert run([*LAUNCHER, "true"], var).returncode == 0  # the next user stops it
    assert not server_pid(var)


def test_serves_and_stops_under_the_launcher(var, port):
    with started([*LAUNCHER, *MANAGE, "serve"], var, PORT=port) as process:
        said_until(process, "Le portail est ouvert")
        process.terminate()
        assert process.wait(20) == 0
    assert not processes_of(var)


def test_a_busy_port_is_said_before_anything_starts(var):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        says_one_line(manage("serve", var=var, PORT=port), port, "déjà prise", "PORT=")


def test_where_it_listens():
    assert address({}).text == "127.0.0.1:8000"
    assert address({"PORT": "9000"}).text == "127.0.0.1:9000"
    assert address({"PORT": "9000", "LMS_BIND": "0.0.0.0:80"}).host_and_port == ("0.0.0.0", 80)
    assert Address("[::1]:8000").host_and_port == ("::1", 8000)
    assert Address("unix:/run/portal.sock").is_file


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.1:http", "127.0.0.1:0", "127.0.0.1:70000"])
def test_an_address_that_makes_no_sense(text):
    with pytest.raises(ServeError, match="127.0.0.1:8000"):
        Address(text).refuse_if_taken()


def test_a_worker_that_keeps_dying_waits_longer_and_longer(tmp_path):
    said = []
    supervisor = Supervisor(Address("127.0.0.1:8000"), tmp_path, said.append)
    (tmp_path / "run").mkdir()
    for _ in range(8):
        supervisor.worker_since = 10**9
        supervisor.worker_died()
    assert [int(re.search(r"dans (\d+)", line).group(1)) for line in said] == [1, 2, 4, 8, 16, 32, 60, 60]
