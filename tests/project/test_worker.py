"""One job worker at a time, and none that works without its lock."""

import subprocess
import sys

from django.db import connection

from tests.databases import PROJECT
from tests.processes import environment_for, start_worker, wait_until

LOCK_HOLDERS = """
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
     WHERE locktype = 'advisory' AND granted AND datname = current_database()
"""


def holders():
    with connection.cursor() as cursor:
        cursor.execute(LOCK_HOLDERS)
        return [pid for (pid,) in cursor.fetchall()]


def test_a_worker_that_lost_its_lock_ends(fresh_database):
    worker = start_worker(fresh_database)
    wait_until(holders)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", holders())
    assert worker.wait(timeout=20) == 1


def test_a_second_worker_waits_its_turn_and_says_so(fresh_database):
    first = start_worker(fresh_database)
    wait_until(holders)
    command = [sys.executable, "manage.py", "worker"]
    second = subprocess.Popen(
        command, env=environment_for(fresh_database), cwd=PROJECT, stderr=subprocess.PIPE, text=True
    )
    try:
        assert "attend son tour" in second.stderr.readline()
        before = holders()
        first.kill()
        first.wait()
        wait_until(lambda: holders() and holders() != before)
    finally:
        second.terminate()
        second.wait(timeout=20)
        second.stderr.close()
