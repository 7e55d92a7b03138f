"""The year at a glance, for the CCAS: who took part, what moved, which difficulties come back."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from indicators.models import Audience, Campaign, Sheet
from indicators.summary.gathering import YEARS, gather
from indicators.summary.note import change
from indicators.summary.snapshot import Writer
from lemans_solidaire.network import charts
from lemans_solidaire.network.themes import Theme

MOST = 8


@dataclass(frozen=True)
class Moved:
    label: str
    unit: str
    before: str
    now: str
    percent: int
    structures: int


def participation(campaign):
    """[(campaign, answered, reviewed)] of the last years, the latest first; `answered` includes the reviewed ones."""
    counts = Counter()
    rows = (
        Sheet.objects.filter(campaign__year__gt=campaign.year - YEARS, campaign__year__lte=campaign.year)
        .exclude(state=Sheet.State.DRAFT)
        .order_by()
        .values_list("campaign", "state")
        .annotate(count=Count("pk"))
    )
    for campaign_id, state, count in rows:
        counts[campaign_id, "answered"] += count
        counts[campaign_id, "reviewed"] += count if state == Sheet.State.REVIEWED else 0
    years = Campaign.objects.filter(year__gt=campaign.year - YEARS, year__lte=campaign.year)
    return [(one, counts[one.pk, "answered"], counts[one.pk, "reviewed"]) for one in years]


def year_at_a_glance(campaign, day):
    """(figures that moved most, [(theme, [(sheet, Difficulty)])], their chart or None): every reviewed sheet's."""
    year = gather(campaign)
    snapshot = Writer(year, Audience.PUBLIC).write(day)
    moved = [
        Moved(line["label"], line["unit"], *line["trend"]["values"][-2:], percent, len(line["trend"]["structures"]))
        for chapter in snapshot["chapters"]
        for line in chapter["lines"]
        if (percent := change(line["trend"]))
    ]
    moved.sort(key=lambda one: -abs(one.percent))
    sheets = {sheet.pk: sheet for sheet in year.sheets}
    told = [
        (theme.label, [(sheets[one.sheet_id], one) for one in year.difficulties[theme]])
        for theme in Theme
        if year.difficulties[theme]
    ]
    told.sort(key=lambda theme: -len(theme[1]))
    title = "Difficultés : nombre de structures qui les ont rencontrées"
    counts = [(label, Decimal(len(ones))) for label, ones in told]
    return moved[:MOST], told, charts.bars("difficultes", title, counts) if told else None
