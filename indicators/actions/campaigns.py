"""A campaign and its own copy of a catalogue: the one that ships with the portal, or an earlier campaign's."""

import json
from itertools import count
from pathlib import Path

from django.db import transaction

from indicators.catalogues import COPIED, as_entries
from indicators.models import Block, Breakdown, Campaign, Indicator
from lemans_solidaire.network.actions import record

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue.json"


def locked(campaign):
    """Nobody publishes, keeps a page out nor changes who reads a sheet while the transaction lasts."""
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


@transaction.atomic
def open_campaign(*, year, opens_on, due_on, closes_on, by, like=None):
    """`like`: the campaign whose catalogue is copied; the shipped one when None."""
    campaign = Campaign.objects.create(year=year, opens_on=opens_on, due_on=due_on, closes_on=closes_on)
    copy_catalogue(campaign=campaign, by=by, like=like)
    return campaign


@transaction.atomic
def copy_catalogue(*, campaign, by, like=None):
    catalogue = as_entries(like) if like else json.loads(CATALOGUE.read_text(encoding="utf-8"))
    blocks = {
        entry["code"]: Block.objects.create(campaign=campaign, position=position, **entry)
        for position, entry in enumerate(catalogue["blocks"], 1)
    }
    places, made = count(1), {}
    for entry in sorted(catalogue["indicators"], key=lambda entry: entry["total"] == Indicator.Total.RATIO):
        made[entry["code"]] = add_indicator(entry, campaign, blocks, places, made)
    record(by=by, verb="campaign_opened", about=campaign, changes={"indicators": len(made)})


def add_indicator(entry, campaign, blocks, places, made):
    """One figure, then the parts of its breakdowns, each with its place."""
    fields = {name: entry[name] for name in COPIED if name in entry}
    if entry["total"] == Indicator.Total.RATIO:
        fields |= {"numerator": made[entry["numerator"]], "denominator": made[entry["denominator"]]}
    indicator = Indicator.objects.create(
        campaign=campaign,
        block=blocks[entry["block"]] if entry.get("block") else None,
        position=next(places),
        synonyms="\n".join(entry.get("synonyms", ())),
        **fields,
    )
    for breakdown in entry.get("breakdowns", ()):
        shared_out = Breakdown.objects.create(
            indicator=indicator, dimension=breakdown["dimension"], use=breakdown["use"]
        )
        Indicator.objects.bulk_create(
            Indicator(
                campaign=campaign,
                block=indicator.block,
                section=indicator.section,
                breakdown=shared_out,
                position=next(places),
                unit=indicator.unit,
                total=indicator.total,
                **part,
            )
            for part in breakdown["parts"]
        )
    return indicator
