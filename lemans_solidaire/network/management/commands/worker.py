import asyncio
import signal
from contextlib import suppress

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from procrastinate.contrib.django import app

from lemans_solidaire.database_role import refuse_too_strong_a_role
from lemans_solidaire.network.state.jobs import ONE_WORKER

EVERY = 5  # seconds between two looks at the lock


class Command(BaseCommand):
    help = "Exécute les tâches du portail (PDF, courriels) jusqu’à Ctrl-C."

    def handle(self, **options):
        refuse_too_strong_a_role()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt), self.turn_of_this_worker() as alone:
            asyncio.run(work(alone))

    def turn_of_this_worker(self):
        """PostgreSQL frees the lock with the connection, even after kill -9: what was under way is nobody's."""
        params = connection.get_connection_params()
        params.pop("cursor_factory", None)
        params.pop("context", None)
        alone = psycopg.connect(**params, autocommit=True)
        if not alone.execute("SELECT pg_try_advisory_lock(%s)", [ONE_WORKER]).fetchone()[0]:
            self.stderr.write("Un autre processus exécute déjà les tâches : celui-ci attend son tour.")
            alone.execute("SELECT pg_advisory_lock(%s)", [ONE_WORKER])
        return alone


async def work(alone):
    """Until SIGINT or SIGTERM, which wait for the job under way, or until the lock is lost."""
    stopped = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stopped.set)
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            await resume_interrupted(app.job_manager)
            jobs = app.run_worker_async(name="portail", concurrency=1, wait=True, install_signal_handlers=False)
            worker, end = asyncio.create_task(jobs), asyncio.create_task(stopped.wait())
            watch = asyncio.create_task(lock_is_lost(alone))
            await asyncio.wait({worker, end, watch}, return_when=asyncio.FIRST_COMPLETED)
            if worker.done():
                worker.result()
            worker.cancel()
            await asyncio.wait({worker})
    if not stopped.is_set():
        raise CommandError("PostgreSQL s’est arrêté : l’exécutant des tâches s’arrête aussi.")


async def lock_is_lost(alone):
    """Returns once PostgreSQL has restarted: the lock is then anybody's, and this worker must begin again."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            alone.execute("SELECT 1")
        except psycopg.Error:
            return


async def resume_interrupted(jobs):
    """Alone, this worker may take back every job that a worker now gone had begun."""
    for job in await jobs.list_jobs_async(status="doing"):
        await jobs.retry_job(job)
