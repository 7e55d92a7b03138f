from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from indicators import permissions
from indicators.models import Campaign, Sheet


@require_safe
def library(request, year):
    """What the structures share with the network: missions, report, reviewed figures."""
    if not permissions.is_in_network(request.user):
        raise Http404
    campaign = get_object_or_404(Campaign, year=year)
    text = request.GET.get("q", "").strip()
    sheets = Sheet.objects.shared().filter(campaign=campaign).select_related("structure", "campaign", "report")
    context = {
        "campaign": campaign,
        "years": Campaign.objects.values_list("year", flat=True),
        "text": text,
        "sheets": sheets.filter(structure__name__icontains=text) if text else sheets,
    }
    return render(request, "indicators/library.html", context)
