"""What the worker does by itself for the dossiers."""

from django.urls import reverse
from procrastinate.contrib.django import app

from consent import checks, kept
from consent.models import DossierRight
from lemans_solidaire.network.mail import absolute, deliver, mail_job, message
from lemans_solidaire.network.models import Structure


@app.periodic(cron="* * * * *")
@app.task(name="consent.seal", queueing_lock="consent.seal")
def seal(timestamp):
    """Every minute: the lines of finished transactions."""
    kept.call("consent_seal_now")


@app.periodic(cron="37 4 * * *")
@app.task(name="consent.verify", queueing_lock="consent.verify")
def verify(timestamp):
    """Every night; « L’état du portail » says how it went."""
    checks.verify()


@app.periodic(cron="17 3 * * *")
@app.task(name="consent.erase", queueing_lock="consent.erase")
def erase(timestamp):
    """Every night: dossiers whose agreement was taken back twenty-nine days ago, old requests, old lines of the log."""
    kept.call("consent_erase_due", False)
    kept.call("consent_forget_requests", False)
    kept.call("consent_purge_log", False)


@app.periodic(cron="23 7 * * 1,4")
@app.task(name="consent.remind", queueing_lock="consent.remind")
def remind(timestamp):
    """Mondays and Thursdays: structures that owe somebody an answer, as long as they owe it."""
    for figures in kept.rows("consent_figures"):
        if figures["requests"]:
            remind_structure.defer(structure_id=figures["structure_id"])


@mail_job("consent.remind_structure")
def remind_structure(structure_id):
    """To those who have the dossier right there; how many, never who."""
    figures = next((one for one in kept.rows("consent_figures") if one["structure_id"] == structure_id), None)
    rights = DossierRight.objects.current().filter(structure=structure_id, user__is_active=True)
    addresses = sorted(rights.values_list("user__email", flat=True))
    if not figures or not figures["requests"] or not addresses:
        return
    structure = Structure.objects.get(pk=structure_id)
    mail = message(
        template="consent/mail/requests.txt",
        subject="des demandes attendent votre réponse",
        context={"structure": structure, "figures": figures, "url": absolute(reverse("consent:requests"))},
        to=addresses,
    )
    deliver(mail)
