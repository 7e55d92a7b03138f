from collections import Counter

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from indicators.follow_up import lines_of
from indicators.overview import participation, year_at_a_glance
from indicators.views.finding import ccas_campaign


@require_safe
def year_overview(request, year):
    """Participation, what moved most, difficulties by theme: for the CCAS's eyes."""
    campaign = ccas_campaign(request.user, year)
    moved, difficulties, chart = year_at_a_glance(campaign, timezone.localdate())
    lines = lines_of(campaign)
    context = {
        "campaign": campaign,
        "states": list(Counter(line.label for line in lines).items()),
        "total": len(lines),
        "years": participation(campaign),
        "moved": moved,
        "difficulties": difficulties,
        "chart": chart,
    }
    return render(request, "indicators/summary/year_overview.html", context)
