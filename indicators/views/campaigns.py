from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from indicators import permissions
from indicators.models import Campaign, Sheet
from lemans_solidaire.network import acting


@require_safe
def campaigns(request):
    """Every campaign, with the person's own sheets in each."""
    structures = acting.chosen_first(request, permissions.structures_of(request.user))
    sheets = Sheet.objects.filter(structure__in=structures).select_related("structure")
    states = {(sheet.campaign_id, sheet.structure_id): sheet for sheet in sheets}
    rows = [
        {
            "campaign": campaign,
            "sheets": [(structure, states.get((campaign.pk, structure.pk))) for structure in structures],
        }
        for campaign in Campaign.objects.all()
    ]
    runs_campaigns = permissions.can_run_campaigns(request.user)
    context = {"rows": rows, "runs_campaigns": runs_campaigns, "in_network": runs_campaigns or bool(structures)}
    return render(request, "indicators/campaigns.html", context)


@require_safe
def own_sheets(request, year):
    """Straight to the sheet of one's structure; a choice when there are several and none is chosen in the header."""
    campaign = get_object_or_404(Campaign, year=year)
    structures = list(permissions.structures_of(request.user))
    if structure := acting.only_or_chosen(request, structures):
        return redirect("indicators:sheet", year, structure.pk)
    return render(request, "indicators/own_sheets.html", {"campaign": campaign, "structures": structures})


@require_safe
def blank_sheet(request, year):
    """The sheet on paper, to print and fill by hand: the essential on one page, then the blocks."""
    campaign = get_object_or_404(Campaign, year=year)
    indicators = list(campaign.indicators.asked().select_related("block", "breakdown"))
    main = [indicator for indicator in indicators if indicator.breakdown_id is None]
    blocks = {}
    for indicator in main:
        if indicator.block_id:
            blocks.setdefault(indicator.block, []).append(indicator)
    context = {
        "campaign": campaign,
        "essential": [indicator for indicator in main if indicator.block_id is None],
        "blocks": blocks.items(),
        "periods": Sheet.Period.choices,
        "territories": Sheet.Territory.choices,
    }
    return render(request, "indicators/blank_sheet.html", context)
