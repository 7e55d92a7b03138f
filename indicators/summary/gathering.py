"""Reads once all that a summary is made of: the number of queries does not depend on how many structures answered."""

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from indicators.figures import Reply
from indicators.models import Answer, Audience, Difficulty, Edition, Indicator, PastFigure, Sheet, Territory
from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.names import alphabetical
from lemans_solidaire.network.themes import Theme

YEARS = 3  # of a trend, this one included


def is_summed(territory, period, campaign):
    """Whether figures of this territory and period belong to the totals: the same ones, or a part of that territory."""
    inside = Territory.values.index(campaign.territory)
    return period == Sheet.Period.CALENDAR and territory in Territory.values[: inside + 1]


@dataclass
class Year:
    """`replies` {sheet id: {indicator id: Reply}}, breakdowns included; `blocks` {block id: {sheet ids that tick it}};
    `before` {year: {code: {structure id: Decimal}}}, over the same territory and period where they are known;
    `difficulties` {year: {theme: [Difficulty]}}, of reviewed sheets.
    """

    campaign: object
    asked: int  # structures that could have answered
    indicators: list
    sheets: list
    replies: dict
    blocks: dict
    before: dict
    known: set  # structures that answered before, whatever and wherever
    difficulties: dict
    texts: dict
    states: dict
    editions: list  # of this year and those of its trends, the latest first
    other_chapters: dict

    @cached_property
    def main(self):
        return [indicator for indicator in self.indicators if indicator.breakdown_id is None]

    @cached_property
    def parts(self):
        """{Breakdown: its parts}, in order; each knows its main indicator."""
        parts = defaultdict(list)
        for indicator in self.indicators:
            if indicator.breakdown_id:
                parts[indicator.breakdown].append(indicator)
        return parts

    @cached_property
    def summed(self):
        """The sheets whose figures are added up."""
        return [sheet for sheet in self.sheets if is_summed(sheet.territory, sheet.period, self.campaign)]

    @cached_property
    def apart(self):
        """{territory and period in words: sheets}, for those that are told beside."""
        groups = defaultdict(list)
        summed = set(self.summed)
        for sheet in self.sheets:
            if sheet not in summed:
                groups[where_and_when(sheet)].append(sheet)
        return dict(sorted(groups.items()))

    @cached_property
    def difficulties_of(self):
        """{sheet id: its difficulties}, in the order of the themes."""
        found = defaultdict(list)
        for theme in Theme:
            for difficulty in self.difficulties[self.campaign.year][theme]:
                found[difficulty.sheet_id].append(difficulty)
        return found

    def values(self, indicator, sheets):
        """{structure id: Decimal} of those that gave a figure."""
        given = ((sheet.structure_id, self.replies[sheet.pk].get(indicator.pk)) for sheet in sheets)
        return {structure: reply.value for structure, reply in given if reply and reply.value is not None}

    def values_of_parts(self, parts):
        """{structure id: its figure for each part of a breakdown, 0 where it gives none}, over the sheets added up."""
        return {
            sheet.structure_id: [value_of(self.replies[sheet.pk].get(part.pk)) for part in parts]
            for sheet in self.summed
        }

    def earlier(self, audience):
        """The snapshots of this year's earlier editions for this audience, the latest first."""
        return [
            (edition, json.loads(edition.snapshot))
            for edition in self.editions
            if edition.campaign_id == self.campaign.pk and edition.audience == audience
        ]

    @cached_property
    def earlier_public(self):
        return self.earlier(Audience.PUBLIC)

    @cached_property
    def told_before(self):
        """{year: {(structure id, code)} that a public edition of that year tells}; no key without such an edition."""
        told = {}
        for edition in self.editions:
            if edition.campaign_id != self.campaign.pk and edition.audience == Audience.PUBLIC:
                pages = json.loads(edition.snapshot)["annexes"]
                told.setdefault(edition.campaign.year, set()).update(
                    (page["structure_id"], answer["code"])
                    for page in pages
                    for answer in page["answers"]
                    if answer["kind"] != "back"
                )
        return told


def value_of(reply):
    return reply.value if reply and reply.value is not None else Decimal(0)


def where_and_when(sheet):
    """« le département, année civile »."""
    where = sheet.get_territory_display() if sheet.territory else "Territoire non précisé"
    when = sheet.get_period_display().split(",")[0].removeprefix("L’").removeprefix("La ")
    return f"{where[0].lower()}{where[1:]}, {when}"


def gather(campaign):
    sheets = list(campaign.sheets.reviewed().select_related("structure", "annex", "highlight"))
    years = [campaign.year - back for back in range(1, YEARS)]
    return Year(
        campaign=campaign,
        asked=max(Structure.objects.open().count(), len(sheets)),
        indicators=list(campaign.indicators.asked().select_related("block", "breakdown__indicator")),
        sheets=sorted(sheets, key=lambda sheet: alphabetical(sheet.structure.name)),
        replies=replies_by_sheet(sheets),
        blocks=sheets_by_block(sheets),
        before={year: {} for year in years} | figures_before(campaign, years),
        known=structures_before(years),
        difficulties=difficulties_by_theme(campaign),
        texts={text.place: text for text in campaign.texts.all()},
        states={state.theme: state for state in campaign.problem_states.all()},
        editions=list(Edition.objects.filter(campaign__year__in=[campaign.year, *years]).select_related("campaign")),
        other_chapters={audience: registry.chapters.ask(campaign.year, audience) for audience in Audience.values},
    )


def replies_by_sheet(sheets):
    """Asked of the answers alone: joined with their sheets, PostgreSQL may choose to read them one by one."""
    replies = defaultdict(dict)
    answers = Answer.objects.filter(sheet__in=[sheet.pk for sheet in sheets]).order_by()
    for sheet, indicator, kind, value in answers.values_list("sheet_id", "indicator_id", "kind", "value"):
        replies[sheet][indicator] = Reply(kind, value)
    return replies


def sheets_by_block(sheets):
    ticked = defaultdict(set)
    rows = Sheet.blocks.through.objects.filter(sheet__in=[sheet.pk for sheet in sheets])
    for block, sheet in rows.values_list("block_id", "sheet_id"):
        ticked[block].add(sheet)
    return ticked


def figures_before(campaign, years):
    """An answer given in the portal wins over a figure taken over, whose territory and period are not known."""
    figures = {year: defaultdict(dict) for year in years}
    taken_over = PastFigure.objects.filter(year__in=years, value__isnull=False).order_by()
    for structure, year, code, value in taken_over.values_list("structure_id", "year", "code", "value"):
        figures[year][code][structure] = value
    codes = dict(
        Indicator.objects.filter(campaign__year__in=years, breakdown=None).order_by().values_list("pk", "code")
    )
    reviewed = Sheet.objects.shared().filter(campaign__year__in=years).order_by()
    columns = ("pk", "structure_id", "campaign__year", "territory", "period")
    sheets = {pk: (structure, year, where, when) for pk, structure, year, where, when in reviewed.values_list(*columns)}
    answers = Answer.objects.filter(sheet__in=list(sheets), indicator__in=list(codes)).order_by()
    for sheet, indicator, value in answers.values_list("sheet_id", "indicator_id", "value"):
        structure, year, territory, period = sheets[sheet]
        if value is not None and is_summed(territory, period, campaign):
            figures[year][codes[indicator]][structure] = value
        else:
            figures[year][codes[indicator]].pop(structure, None)
    return figures


def structures_before(years):
    answered = Sheet.objects.reviewed().filter(campaign__year__in=years).order_by().values_list("structure")
    taken_over = PastFigure.objects.filter(year__in=years).order_by().values_list("structure")
    return {structure for (structure,) in answered.union(taken_over)}


def difficulties_by_theme(campaign):
    found = {campaign.year: defaultdict(list), campaign.year - 1: defaultdict(list)}
    difficulties = Difficulty.objects.filter(
        sheet__campaign__year__in=found, sheet__state=Sheet.State.REVIEWED
    ).select_related("sheet__campaign")
    for difficulty in difficulties:
        found[difficulty.sheet.campaign.year][difficulty.theme].append(difficulty)
    return found
