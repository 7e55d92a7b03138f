"""Two people at the same moment, in a database of their own, each with a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from django.db import connection, transaction

PATIENCE = 1  # seconds given to the second, who may have to wait for the first


def while_open(first, second):
    """`second` begins once `first` has written, and before it is kept: what both return."""
    written, done = Event(), Event()

    def begin():
        with transaction.atomic():
            try:
                return first()
            finally:
                written.set()
                done.wait(PATIENCE)

    def follow():
        written.wait()
        try:
            with transaction.atomic():
                return second()
        finally:
            done.set()

    return together(begin, follow)


def together(*steps):
    def run(step):
        try:
            return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return [one.result() for one in [pool.submit(run, step) for step in steps]]
