"""What the worker does for the directory."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from directory.exchange.running import forget, run, stop
from directory.openings import refresh_openings

STOPPED = "Une difficulté du portail a arrêté le travail\u202f: elle est notée pour qui le tient. Rien n’a été changé."
TRIES = RetryStrategy(max_attempts=3, linear_wait=5)


@app.task(name="directory.read_exchange", retry=TRIES, pass_context=True, lock="directory.exchange")
def read_exchange(context, exchange_id):
    """Whatever stops it for good is told to whoever asked."""
    try:
        run(exchange_id)
    except Exception:
        if context.job.attempts >= TRIES.max_attempts:
            stop(exchange_id, STOPPED)
        raise


@app.periodic(cron="41 * * * *")
@app.task(name="directory.forget_exchanges", queueing_lock="directory.forget_exchanges")
def forget_exchanges(timestamp):
    """Every hour: files that have waited for a day."""
    forget()


@app.periodic(cron="20 1 * * *")
@app.task(name="directory.refresh_openings", queueing_lock="directory.refresh_openings")
def tell_openings_again(timestamp):
    """Each night: what is open in the two weeks to come."""
    refresh_openings()
