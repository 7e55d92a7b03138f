"""Processes killed while people write and read: what was answered is kept, with its line, once.

CUTS_WORKER and CUTS_DATABASE say how many times; the figures are printed (pytest -s).
"""

import http.client
import os
import random
import signal
import socket
import threading
import time
import uuid
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from lemans_solidaire import postgres
from tests.project.launching import MANAGE, PATIENCE, manage, processes_of, short_folder, started, until

CUTS_WORKER = int(os.environ.get("CUTS_WORKER", 5))
CUTS_DATABASE = int(os.environ.get("CUTS_DATABASE", 2))
BROWSERS, WORKERS = 4, 2
BETWEEN_CUTS = 20  # lines kept at least
SIGN_IN = f"""
from django.test import Client
from lemans_solidaire.network.models import User
from tests.cast import sign_in
for _ in range({BROWSERS}):
    client = Client()
    sign_in(client, User.objects.get(email="travailleur.social@demo.test"))
    print(client.cookies["sessionid"].value)
"""
TOKEN = "a" * 32  # the form's own, in the cookie and in the header
AWAY = {None, 503}


@dataclass
class Portal:
    """The demonstration's, with a PostgreSQL of its own; its Halte keeps three dossiers."""

    var: Path
    port: int
    sessions: list

    @property
    def cluster(self):
        return postgres.Cluster(self.var)

    def rows(self, query, role="postgres"):
        address = postgres.url(self.cluster, role, "lms_demo")
        with psycopg.connect(address, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def dossiers(self):
        return dict(self.rows("SELECT number, id FROM consent_dossier"))

    def entries(self):
        """{(dossier, key)}"""
        return set(self.rows("SELECT dossier_id, id FROM consent_entry"))

    def lines(self):
        """How many of each (dossier, action)."""
        return Counter(self.rows("SELECT dossier, action FROM consent_access"))

    def seal(self):
        self.rows("SELECT consent_seal_now()", role="lms_web")

    def broken_links(self):
        return self.rows("SELECT * FROM consent_verify()", role="lms_web")


@pytest.fixture(scope="module")
def portal():
    with ExitStack() as stack:
        var = stack.enter_context(short_folder())
        ready = manage("prepare", var=var)
        assert ready.returncode == 0, ready.stderr
        port = free_port()
        serving = stack.enter_context(started([*MANAGE, "serve"], var, PORT=str(port)))
        threading.Thread(target=read_and_forget, args=[serving.stdout], daemon=True).start()
        until(lambda: len(web_workers(var)) == WORKERS and answers(port), seconds=240)
        signed = manage("shell", "--no-imports", "-c", SIGN_IN, var=var)
        assert signed.returncode == 0, signed.stderr
        yield Portal(var, port, signed.stdout.split())


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def read_and_forget(said):
    """Lest who speaks wait for a reader."""
    for _ in said:
        pass


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


# Who writes and reads meanwhile


@dataclass
class Browser:
    """Signed in; writes lines one after the other, and reads. A form that had no answer is sent again."""

    portal: Portal
    session: str
    stopped: threading.Event
    chance: random.Random
    sent: list = field(default_factory=list)  # (dossier, key)
    kept: list = field(default_factory=list)  # (dossier, key) that were answered
    asked: list = field(default_factory=list)  # dossiers whose page was asked for
    read: list = field(default_factory=list)  # dossiers whose page came
    cuts: Counter = field(default_factory=Counter)
    surprises: list = field(default_factory=list)

    def answer(self, method, path, form=None):
        """Its status; None when the server went away."""
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=10)
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def is_done(self, expected, *request):
        status = self.answer(*request)
        if status in AWAY:
            self.cuts[status] += 1
            time.sleep(0.02)
        elif status != expected:
            self.surprises.append((status, *request))
        return status == expected

    def run(self, dossiers):
        for number in dossiers:
            self.is_done(302, "POST", f"/dossiers/{number}/", {"reason": "demande"})
        while not self.stopped.is_set():
            number, dossier_id = self.chance.choice(list(dossiers.items()))
            if self.chance.random() < 0.3:
                self.open(number, dossier_id)
            else:
                self.write(number, dossier_id)

    def open(self, number, dossier_id):
        self.asked.append(dossier_id)
        if self.is_done(200, "GET", f"/dossiers/{number}/"):
            self.read.append(dossier_id)

    def write(self, number, dossier_id):
        form = {"id": uuid.uuid4(), "kind": "note", "purpose": "logement", "text": "Écrit pendant une coupure."}
        self.sent.append((dossier_id, form["id"]))
        request = "POST", f"/dossiers/{number}/ligne/", form
        impatience = time.monotonic() + PATIENCE
        while not self.is_done(302, *request):
            if self.surprises or time.monotonic() > impatience:
                return
        self.kept.append((dossier_id, form["id"]))
        if self.chance.random() < 0.2:
            self.is_done(302, *request)  # a double click


@contextmanager
def busy(portal):
    """The browsers, at work until the end of the block."""
    stopped, dossiers = threading.Event(), portal.dossiers()
    browsers = [Browser(portal, session, stopped, random.Random(rank)) for rank, session in enumerate(portal.sessions)]
    threads = [threading.Thread(target=browser.run, args=[dossiers]) for browser in browsers]
    for thread in threads:
        thread.start()
    try:
        yield browsers
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def all_of(browsers, name):
    return [each for browser in browsers for each in getattr(browser, name)]


# What is cut


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def web_server(var):
    found = [pid for pid, name in processes_of(var).items() if "gunicorn" in name and os.getsid(pid) == pid]
    return found[0] if found else None


def web_workers(var):
    return children(web_server(var))


def kill_a_web_worker(portal, chance):
    workers = until(lambda: len(found := web_workers(portal.var)) == WORKERS and found)
    killed = chance.choice(workers)
    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in (found := web_workers(portal.var)) and len(found) == WORKERS)


def kill_the_database(portal, chance):
    """All its processes at once, then it is started again, as by whoever puts the power back."""
    portal.seal()
    time.sleep(chance.random() / 10)
    server = portal.cluster.server_pid()
    processes = [server, *children(server)]
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{pid}/cwd").exists() for pid in processes))
    with postgres.one_at_a_time(portal.cluster):
        postgres.bring_up(portal.cluster)


def cut_while_busy(portal, cut, times):
    """(the browsers, how long it took): before each cut something is kept again."""
    chance, start = random.Random(20), time.monotonic()
    with busy(portal) as browsers:
        for _ in range(times):
            before = len(all_of(browsers, "kept"))
            until(lambda before=before: len(all_of(browsers, "kept")) >= before + BETWEEN_CUTS)
            time.sleep(chance.random() / 20)
            cut(portal, chance)
        before = len(all_of(browsers, "kept"))
        until(lambda: len(all_of(browsers, "kept")) >= before + BETWEEN_CUTS)
    return browsers, time.monotonic() - start


@pytest.mark.parametrize(
    ("cut", "times"),
    [(kill_a_web_worker, CUTS_WORKER), (kill_the_database, CUTS_DATABASE)],
    ids=["web workers", "database"],
)
def test_what_was_answered_is_kept_once_with_its_line(portal, cut, times):
    entries, lines = portal.entries(), portal.lines()
    browsers, seconds = cut_while_busy(portal, cut, times)
    assert all_of(browsers, "surprises") == []
    made, written = portal.entries() - entries, portal.lines() - lines
    sent, kept = set(all_of(browsers, "sent")), set(all_of(browsers, "kept"))
    asked, read = Counter(all_of(browsers, "asked")), Counter(all_of(browsers, "read"))
    cuts = sum((browser.cuts for browser in browsers), Counter())
    print(
        f"\n{times} × {cut.__name__} : {len(kept)} lignes confirmées, {len(kept - made)} perdues,"
        f" {read.total()} lectures servies, demandes coupées {dict(cuts)}, {seconds:.1f} s"
    )
    assert kept <= made <= sent
    for dossier_id in portal.dossiers().values():
        assert written[dossier_id, "written"] == [where for where, _ in made].count(dossier_id)
        assert read[dossier_id] <= written[dossier_id, "read"] <= asked[dossier_id]
    assert cuts  # otherwise nothing was under way when it happened
    portal.seal()
    assert portal.broken_links() == []
