"""What the network might speak of when it meets: the dates of a campaign, the last summary."""

from datetime import timedelta

from django.utils import timezone

from indicators.models import Campaign
from lemans_solidaire.network.templatetags.french import day

RECENT = timedelta(days=180)


def lines_for_agenda(group):
    """Provider of registry.agenda: for the whole network's meetings."""
    if group is None:
        yield from dates()
        yield from last_summary()


def dates():
    """Of the campaigns that are open, or will be in less than six months."""
    today = timezone.localdate()
    campaigns = Campaign.objects.filter(closes_on__gte=today, opens_on__lte=today + RECENT).order_by("year")
    for campaign in campaigns:
        word = "elles s’ouvrent" if campaign.opens_on > today else "réponses attendues"
        when = campaign.opens_on if campaign.opens_on > today else campaign.due_on
        yield f"Fiches d’indicateurs {campaign.year}\u202f: {word} le {day(when)}"


def last_summary():
    """Published in the last six months: what it says is to be spoken of."""
    recent = Campaign.objects.filter(editions__published_at__gte=timezone.now() - RECENT).order_by("-year").first()
    if recent:
        yield f"Synthèse {recent.year}\u202f: ce que le réseau en retient"
