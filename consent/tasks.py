"""What the worker does by itself for the dossiers."""

from procrastinate.contrib.django import app

from consent import kept


@app.periodic(cron="* * * * *")
@app.task(name="consent.seal", queueing_lock="consent.seal")
def seal(timestamp):
    """Every minute: the lines of finished transactions."""
    kept.call("consent_seal_now")


@app.periodic(cron="17 3 * * *")
@app.task(name="consent.erase", queueing_lock="consent.erase")
def erase(timestamp):
    """Every night: the dossiers whose agreement was taken back twenty-nine days ago."""
    kept.call("consent_erase_due", False)
