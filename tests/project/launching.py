"""Real commands of the portal, each on a cluster of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from lemans_solidaire import postgres

PROJECT = Path(__file__).resolve().parents[2]
LAUNCHER = [sys.executable, "-m", "lemans_solidaire.postgres"]
MANAGE = [sys.executable, "manage.py"]
PATIENCE = 30


@contextmanager
def short_folder():
    """The path of PostgreSQL's socket is limited to 107 bytes, which pytest's own folders may pass."""
    with tempfile.TemporaryDirectory(prefix="lms-") as folder:
        yield Path(folder)


def environment(var, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "LMS_", "PORT"))}
    return {**kept, "VAR_DIR": str(var), "LMS_MODE": "demo", "PYTHONWARNINGS": "", **more}


def run(command, var, **more):
    return subprocess.run(
        command, cwd=PROJECT, env=environment(var, **more), capture_output=True, text=True, timeout=150
    )


def manage(*arguments, var, **more):
    return run([*MANAGE, *arguments], var, **more)


@contextmanager
def started(command, var, **more):
    """A command in a process group of its own, as a terminal would run it; stopped at the end."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=environment(var, PYTHONUNBUFFERED="1", **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            end(process)


def end(process):
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def until(condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return result


def server_pid(var):
    return postgres.Cluster(var).server_pid()


def processes_of(var):
    """Every living process that was started with this VAR_DIR, or that works under it."""
    return {pid: name for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if (name := belongs(pid, var))}


def belongs(pid, var):
    folder = Path("/proc", str(pid))
    try:
        command = (folder / "cmdline").read_bytes()
        mine = f"VAR_DIR={var}".encode() in (folder / "environ").read_bytes().split(b"\0")
        mine = mine or str(os.readlink(folder / "cwd")).startswith(str(var))
    except OSError:
        return None
    return command.replace(b"\0", b" ").decode() if mine and command else None  # a zombie has no command line


def says_one_line(result, *parts):
    """A refusal: one line in French on stderr, exit code 2, no traceback."""
    assert result.returncode == 2, result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert all(part in result.stderr for part in parts), result.stderr
