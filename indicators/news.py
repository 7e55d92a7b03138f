"""What is new about sheets and summaries."""

from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from indicators.models import Campaign, Edition, Sheet
from lemans_solidaire.network.models import Event
from lemans_solidaire.network.permissions import own_structures
from lemans_solidaire.network.registry import News
from lemans_solidaire.network.templatetags.french import day

AT_MOST = 8
DONE = {
    "sheet_reviewed": "Votre fiche {year} est relue",
    "sheet_reopened": "Votre fiche {year} est ouverte de nouveau",
    "sheet_questioned": "Une question sur votre fiche {year}",
    "sheet_submitted": "Votre fiche {year} est envoyée",
}


def sheets_news(user, since):
    """Provider of registry.news: editions, for all; for members, campaigns and what became of their sheets."""
    yield from editions(user, since)
    structures = own_structures(user)
    if structures:
        yield from campaigns(since)
        yield from sheets(user, structures, since)


def editions(user, since):
    published = Edition.objects.public().filter(published_at__gt=since).exclude(published_by=user)
    for edition in published.defer("snapshot").select_related("campaign").order_by("-published_at")[:AT_MOST]:
        year, corrected = edition.campaign.year, edition.number > 1
        label = f"La synthèse {year} est corrigée" if corrected else f"La synthèse {year} est publiée"
        yield News(label, edition.campaign.get_absolute_url(), edition.published_at)


def campaigns(since):
    for campaign in Campaign.objects.open().filter(opens_on__gt=timezone.localdate(since)).order_by("year"):
        opened_at = timezone.make_aware(datetime.combine(campaign.opens_on, time()))
        url, due = reverse("indicators:campaigns"), f"réponses attendues le {day(campaign.due_on)}"
        yield News(f"La campagne {campaign.year} est ouverte", url, opened_at, due)


def sheets(user, structures, since):
    done = Event.objects.filter(verb__in=DONE, at__gt=since, structure__in=structures).exclude(user=user)
    last = {pk: (verb, at) for verb, pk, at in done.order_by("at").values_list("verb", "object_id", "at")}
    if not last:
        return
    for sheet in Sheet.objects.filter(pk__in=last).select_related("campaign", "structure").order_by("pk"):
        verb, at = last[sheet.pk]
        yield News(DONE[verb].format(year=sheet.campaign.year), sheet.get_absolute_url(), at, sheet.structure.name)
