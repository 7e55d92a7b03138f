"""From an address to a sheet that the person may see: somebody else's and nobody's give the same 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from indicators import permissions
from indicators.models import Campaign, Sheet
from lemans_solidaire.network.models import Structure

LINKED = ("campaign", "structure", "saved_by", "submitted_by", "reviewed_by", "report", "annex", "highlight")


def find_sheet(year, structure_id):
    """Not saved yet if nobody wrote in it."""
    sheet = Sheet.objects.filter(campaign__year=year, structure=structure_id).select_related(*LINKED).order_by().first()
    if sheet:
        return sheet
    campaign = get_object_or_404(Campaign, year=year)
    return Sheet(campaign=campaign, structure=get_object_or_404(Structure, pk=structure_id))


def readable_sheet(user, year, structure_id):
    sheet = find_sheet(year, structure_id)
    if not permissions.can_read(user, sheet):
        raise Http404
    return sheet


def whole_sheet(user, year, structure_id):
    """With all that was said about it: for its structure and the CCAS."""
    sheet = find_sheet(year, structure_id)
    if not permissions.reads_all(user, sheet):
        raise Http404
    return sheet


def ccas_campaign(user, year):
    """The campaign, for those who run it; for everybody else there is nothing here."""
    if not permissions.can_run_campaigns(user):
        raise Http404
    return get_object_or_404(Campaign, year=year)
