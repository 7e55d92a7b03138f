"""Keeps the web server and the job worker up together, and leaves nothing behind when it stops."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from lemans_solidaire.processes import STOPS, dies_with_parent, wait_for_signals_only

PROJECT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(PROJECT / "manage.py")]
WORKERS, THREADS = 2, 4
TIME_TO_ANSWER = 60  # seconds before we say that the web server does not come up
TIME_TO_STOP = 10  # seconds between asking a process to stop and killing it
TIME_TO_REST = 60  # a worker that lived that long starts again at once
LONGEST_PAUSE = 60
GLANCE = 0.05
EVERYWHERE = "0.0.0.0"  # noqa: S104  only when LMS_BIND asks for it


class ServeError(Exception):
    """One line in French: why the portal does not start, or has stopped."""


@dataclass
class Address:
    """Where the web server listens: host:port, or unix:/path."""

    text: str

    @property
    def is_file(self):
        return self.text.startswith("unix:")

    @property
    def host_and_port(self):
        host, _, port = self.text.rpartition(":")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise ServeError(f"L’adresse {self.text} ne va pas : écrivez par exemple 127.0.0.1:8000.")
        return host.strip("[]") or EVERYWHERE, int(port)

    def refuse_if_taken(self):
        if self.is_file:
            return
        host, port = self.host_and_port
        try:
            with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind((host, port))
                trial.listen()
        except OSError as error:
            raise ServeError(f"{self.why(error)} Essayez par exemple PORT={other_port(port)}.") from None

    def why(self, error):
        if isinstance(error, PermissionError):
            return f"L’adresse {self.text} est réservée à l’administrateur de la machine."
        return f"L’adresse {self.text} est déjà prise, ou n’existe pas sur cette machine."

    def answers(self, host_name):
        """True once the web server answers, whatever it says."""
        connection = http.client.HTTPConnection("localhost", timeout=2)
        try:
            connection.sock = self.connected()
            connection.request("GET", "/healthz", headers={"Host": host_name})
            return bool(connection.getresponse().status)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def connected(self):
        if not self.is_file:
            host, port = self.host_and_port
            return socket.create_connection(({EVERYWHERE: "127.0.0.1", "::": "::1"}.get(host, host), port), timeout=2)
        channel = socket.socket(socket.AF_UNIX)
        channel.settimeout(2)
        channel.connect(self.text.removeprefix("unix:"))
        return channel


def other_port(port):
    return port + 1 if 1024 < port < 65535 else 8000


def address(environ):
    port = environ.get("PORT") or "8000"
    return Address(environ.get("LMS_BIND") or f"127.0.0.1:{port}")


def web_command(where, run_dir):
    return [
        *(sys.executable, "-m", "gunicorn", "lemans_solidaire.wsgi:application"),
        *("--bind", where.text, "--workers", str(WORKERS), "--threads", str(THREADS)),
        *("--chdir", str(PROJECT), "--preload", "--no-control-socket", "--worker-tmp-dir", str(run_dir)),
        *("--graceful-timeout", str(TIME_TO_STOP - 2), "--log-level", "warning"),
    ]


class Supervisor:
    """Runs in the main thread, on which the children's lives depend."""

    def __init__(self, where, var_dir, say, host_name="localhost", once_up=lambda: None):
        self.where = where
        self.run_dir = Path(var_dir) / "run"
        self.say = say
        self.host_name = host_name
        self.once_up = once_up  # called when the portal answers
        self.web = self.worker = self.worker_since = None
        self.pause = 1
        self.worker_due = 0
        self.announced = False

    def run(self):
        """Until Ctrl-C or SIGTERM; raises ServeError if the web server stops by itself."""
        self.where.refuse_if_taken()
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        wait_for_signals_only()
        try:
            self.web = self.child(web_command(self.where, self.run_dir))
            self.deadline = time.monotonic() + TIME_TO_ANSWER
            while not self.asked_to_stop():
                self.look_around()
        finally:
            self.stop()

    def child(self, command, if_orphan=signal.SIGTERM):
        """In a session of its own: Ctrl-C reaches the supervisor alone, which stops things in order."""
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=dies_with_parent(if_orphan)
        )

    def asked_to_stop(self):
        received = signal.sigtimedwait(STOPS | {signal.SIGCHLD}, GLANCE if self.is_waiting() else 5)
        return bool(received) and received.si_signo in STOPS

    def is_waiting(self):
        return not self.announced or not self.worker

    def look_around(self):
        if self.web.poll() is not None:
            raise ServeError(f"Le serveur web s’est arrêté (code {self.web.returncode}) : le portail s’arrête.")
        if self.announced:
            self.look_after_worker()
        else:
            self.announce()

    def announce(self):
        if self.where.answers(self.host_name):
            self.announced = True
            self.say(f"Le portail est ouvert : {self.shown_address()} (Ctrl-C pour l’arrêter)")
            self.once_up()
        elif time.monotonic() > self.deadline:
            raise ServeError(f"Le serveur web ne répond pas au bout de {TIME_TO_ANSWER} s : le portail s’arrête.")

    def shown_address(self):
        return self.where.text if self.where.is_file else f"http://{self.where.text}"

    def look_after_worker(self):
        if self.worker and self.worker.poll() is not None:
            self.worker_died()
        if not self.worker and time.monotonic() >= self.worker_due:
            self.start_worker()

    def start_worker(self):
        self.worker = self.child([*MANAGE, "worker"], if_orphan=signal.SIGKILL)
        self.worker_since = time.monotonic()
        self.pid_file.write_text(f"{self.worker.pid}\n")

    def worker_died(self):
        lived = time.monotonic() - self.worker_since
        self.pause = 1 if lived > TIME_TO_REST else self.pause
        self.say(f"Le processus des tâches s’est arrêté : il repart dans {self.pause} s.")
        self.worker_due = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        self.worker = None
        self.pid_file.unlink(missing_ok=True)

    @property
    def pid_file(self):
        return self.run_dir / "worker.pid"

    def stop(self):
        """Web and worker together, then whatever they left in their sessions."""
        children = [child for child in (self.web, self.worker) if child]
        for child in children:
            child.terminate()
        end = time.monotonic() + TIME_TO_STOP
        for child in children:
            end_of(child, end)
        self.pid_file.unlink(missing_ok=True)


def end_of(child, deadline):
    try:
        child.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # its session: a PDF being drawn, a child it lost


def main():
    """Before anything starts: is the address free?"""
    try:
        address(os.environ).refuse_if_taken()
    except ServeError as reason:
        print(reason, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
