"""Reads once all that a summary is made of: the number of queries does not depend on how many structures answered."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from indicators.figures import Reply
from indicators.models import Answer, Audience, Difficulty, Edition, PastFigure, Sheet, Territory
from indicators.proposals import pages_of_figures
from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.names import alphabetical

YEARS = 3  # of a trend, this one included


def is_summed(territory, period, campaign):
    """Whether figures of this territory and period belong to the totals: the same ones, or a part of that territory."""
    inside = Territory.values.index(campaign.territory)
    return period == Sheet.Period.CALENDAR and territory in Territory.values[: inside + 1]


@dataclass
class Year:
    """`replies` {sheet id: {indicator id: Reply}}, breakdowns included; `blocks` {block id: {sheet ids that tick it}};
    `before` {past year: {code: {structure id: Decimal}}}, taken over from elsewhere;
    `difficulties` {theme: [Difficulty]} of reviewed sheets.
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
    editions: list  # of this year and of those that its trends, or theirs, speak of; the latest first
    other_chapters: list  # of other apps, for every edition
    report_pages: dict = field(default_factory=dict)  # {(sheet id, indicator code): (value, page that says it)}

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

    def summed(self, sheets):
        """Those whose figures are added up."""
        return [sheet for sheet in sheets if is_summed(sheet.territory, sheet.period, self.campaign)]

    def apart(self, sheets):
        """{territory and period in words: sheets}, for those that are told beside."""
        groups = defaultdict(list)
        for sheet in sheets:
            if not is_summed(sheet.territory, sheet.period, self.campaign):
                groups[where_and_when(sheet)].append(sheet)
        return dict(sorted(groups.items()))

    def values(self, indicator, sheets):
        """{structure id: Decimal} of those that gave a figure."""
        given = ((sheet.structure_id, self.replies[sheet.pk].get(indicator.pk)) for sheet in sheets)
        return {structure: reply.value for structure, reply in given if reply and reply.value is not None}

    def values_of_parts(self, parts, sheets):
        """{structure id: its figure for each part of a breakdown, 0 where it gives none}."""
        return {
            sheet.structure_id: [value_of(self.replies[sheet.pk].get(part.pk)) for part in parts] for sheet in sheets
        }

    @cached_property
    def snapshots(self):
        """[(edition, its snapshot)], the latest first."""
        return [(edition, json.loads(edition.snapshot)) for edition in self.editions]

    def published(self, year, audience):
        """The snapshots of that year's editions for this audience, the latest first."""
        return [
            snapshot
            for edition, snapshot in self.snapshots
            if edition.campaign.year == year and edition.audience == audience
        ]

    @cached_property
    def figures_told(self):
        """{past year: {code: {structure id: Decimal}}} that the year's last public edition tells one by one.

        No key for a year without such an edition.
        """
        told = {}
        for year in self.before:
            for snapshot in self.published(year, Audience.PUBLIC)[:1]:
                told[year] = defaultdict(dict)
                for page in snapshot["annexes"]:
                    if is_summed(page["territory"], page["period"], self.campaign):
                        for answer in page["answers"]:
                            if answer["value"] is not None:
                                told[year][answer["code"]][page["structure_id"]] = Decimal(answer["value"])
        return told

    def past_figures(self, year, code):
        """{structure id: Decimal}: those that were published, or else those taken over."""
        return self.figures_told.get(year, self.before[year]).get(code, {})

    @cached_property
    def sums_told(self):
        """{(past year, code): {frozenset of structure ids}} over whom a published trend added up untold figures."""
        told = defaultdict(set)
        for edition, snapshot in self.snapshots:
            if edition.audience == Audience.PUBLIC:
                for chapter in snapshot["chapters"]:
                    for line in chapter["lines"]:
                        for year in (line["trend"] or {"years": []})["years"]:
                            if year != snapshot["year"] and year not in self.figures_told:
                                told[year, line["code"]].add(frozenset(line["trend"]["structures"]))
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
        before=figures_before(years),
        known=structures_before(years),
        difficulties=difficulties_by_theme(sheets),
        texts={text.place: text for text in campaign.texts.all()},
        states={state.theme: state for state in campaign.problem_states.all()},
        editions=list(
            Edition.objects.filter(
                campaign__year__gt=campaign.year - YEARS, campaign__year__lt=campaign.year + YEARS
            ).select_related("campaign")
        ),
        report_pages=pages_of_figures(campaign),
        other_chapters=registry.chapters.ask(campaign.year),
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


def figures_before(years):
    """Figures taken over, whose territory and period are not known; never of a structure that has a sheet that year.

    That sheet says who reads its figures, and the library may show it: a sum would then give the others away.
    """
    figures = {year: defaultdict(dict) for year in years}
    answered = set(Sheet.objects.filter(campaign__year__in=years).order_by().values_list("structure", "campaign__year"))
    taken_over = PastFigure.objects.filter(year__in=years, value__isnull=False).order_by()
    for structure, year, code, value in taken_over.values_list("structure_id", "year", "code", "value"):
        if (structure, year) not in answered:
            figures[year][code][structure] = value
    return figures


def structures_before(years):
    answered = Sheet.objects.reviewed().filter(campaign__year__in=years).order_by().values_list("structure")
    taken_over = PastFigure.objects.filter(year__in=years).order_by().values_list("structure")
    return {structure for (structure,) in answered.union(taken_over)}


def difficulties_by_theme(sheets):
    found = defaultdict(list)
    for difficulty in Difficulty.objects.filter(sheet__in=[sheet.pk for sheet in sheets]):
        found[difficulty.theme].append(difficulty)
    return found
