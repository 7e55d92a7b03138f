"""The snapshot of a summary: everything its page and files say, as JSON that never has to be computed again."""

from functools import cached_property

from django.urls import reverse

from indicators.figures import Kind, plain
from indicators.models import Audience, Section, SummaryText
from indicators.summary.disclosure import same_structures, shown_parts
from indicators.summary.note import note
from lemans_solidaire.network import registry
from lemans_solidaire.network.themes import Theme

FORMAT = 2  # of the snapshot; what reads snapshots must go on reading the older ones that were published


class Writer:
    """Writes the snapshot of one gathered year for one audience, from the sheets that have their page in it alone.

    Breakdowns and trends are those of the public edition for everybody: two versions would be compared.
    """

    def __init__(self, year, audience):
        self.year, self.audience = year, audience
        self.sheets = [sheet for sheet in year.sheets if sheet.has_its_page(audience)]
        self.summed = year.summed(self.sheets)
        self.public = year.summed(sheet for sheet in year.sheets if sheet.has_its_page(Audience.PUBLIC))
        self.apart = year.apart(self.sheets)
        self.number = 1 + len(year.published(year.campaign.year, audience))

    def write(self, date):
        """`date`: a datetime.date, the one printed on every page."""
        campaign, year = self.year.campaign, self.year
        lines = [self.line(indicator) for indicator in year.main]
        breakdowns = self.breakdowns()
        problems = self.problems()
        return {
            "format": FORMAT,
            "year": campaign.year,
            "edition": self.number,
            "audience": self.audience,
            "date": date.isoformat(),
            "structures": year.asked,
            "sheets": len(self.sheets),
            "withheld": len(year.sheets) - len(self.sheets),
            "summed": len(self.summed),
            "apart": {where: len(sheets) for where, sheets in self.apart.items()},
            "territory": campaign.get_territory_display(),
            "threshold": campaign.threshold,
            "texts": {place: signed(text) for place, text in year.texts.items() if self.is_printed(place)},
            "note": note(lines, problems),
            "chapters": [chapter for section in Section if (chapter := self.chapter(section, lines, breakdowns))],
            "problems": problems,
            "new": self.what_is_new(),
            "highlights": self.highlights(),
            "annexes": [self.annex(sheet) for sheet in self.sheets],
            "other_chapters": [one.as_data() for one in year.other_chapters if one.is_told_in(self.audience)],
        }

    def is_printed(self, place):
        return place != SummaryText.Place.CORRECTION or self.number > 1

    # Figures

    def line(self, indicator):
        """One indicator over the network; what cannot be added up is told beside."""
        year = self.year
        replies = [reply for sheet in self.summed if (reply := year.replies[sheet.pk].get(indicator.pk))]
        return {
            "code": indicator.code,
            "label": indicator.label,
            "unit": indicator.unit,
            "definition": f"{indicator.definition} {indicator.excluded}".strip(),
            "section": indicator.section,
            "block": indicator.block.label if indicator.block_id else "",
            "is_key": indicator.is_key,
            "concerned": self.concerned(indicator),
            "estimated": sum(reply.kind == Kind.ESTIMATED for reply in replies),
            "not_counted": sum(reply.kind == Kind.NOT_COUNTED for reply in replies),
            "not_asked": sum(reply.kind == Kind.NOT_ASKED for reply in replies),
            "apart": [
                {"where": where} | total(indicator, values)
                for where, sheets in self.apart.items()
                if (values := year.values(indicator, sheets))
            ],
            **total(indicator, year.values(indicator, self.summed)),
            "trend": self.trend(indicator),
        }

    def concerned(self, indicator):
        """How many could have answered: every structure, or those that do what the block is about."""
        if indicator.block_id is None:
            return self.year.asked
        ticked = self.year.blocks[indicator.block_id]
        return sum(sheet.pk in ticked or indicator.pk in self.year.replies[sheet.pk] for sheet in self.sheets)

    def trend(self, indicator):
        """{years, values, structures: [id]} over the same structures each year, the longest that can be told; or None.

        Their figures of the year are on their public pages; those of a past year too, when that year was published.
        """
        year, code = self.year, indicator.code
        now = year.campaign.year
        figures = {now: year.values(indicator, self.public)}
        figures |= {past: year.past_figures(past, code) for past in year.before}
        for oldest in sorted(year.before):
            years = [each for each in sorted(figures) if each >= oldest]
            candidates = frozenset.intersection(*(frozenset(figures[each]) for each in years))
            if same := same_structures(
                candidates, set().union(*(year.sums_told[each, code] for each in years if each != now))
            ):
                values = [plain(sum(figures[each][structure] for structure in same)) for each in years]
                return {"years": years, "values": values, "structures": sorted(same)}
        return None

    # Breakdowns

    def breakdowns(self):
        """{code: [breakdown]}: one dimension at a time, over the whole network, the same for every audience.

        Once published, a breakdown stays as it is in later editions: its change would be the share of a structure.
        """
        published = {
            (one["code"], one["dimension"]): one
            for snapshot in self.year.published(self.year.campaign.year, Audience.PUBLIC)
            for chapter in snapshot["chapters"]
            for one in chapter["breakdowns"]
        }
        found = {}
        for breakdown, parts in self.year.parts.items():
            code = breakdown.indicator.code
            one = published.get((code, breakdown.dimension)) or self.breakdown(breakdown, parts)
            if one:
                found.setdefault(code, []).append(one)
        return found

    def breakdown(self, breakdown, parts):
        shown = shown_parts(self.year.values_of_parts(parts, self.public), self.year.campaign.threshold)
        if shown is None:
            return None
        structures, spans, sums = shown
        return {
            "code": breakdown.indicator.code,
            "label": breakdown.indicator.label,
            "unit": breakdown.indicator.unit,
            "dimension": breakdown.dimension,
            "by": breakdown.get_dimension_display(),
            "use": breakdown.use,
            "structures": structures,
            "edition": self.number,
            "groups": [
                {"label": together(parts[start:end]), "codes": [p.code for p in parts[start:end]], "value": plain(size)}
                for (start, end), size in zip(spans, sums, strict=True)
            ],
        }

    # Chapters

    def chapter(self, section, lines, breakdowns):
        """The essential, then the blocks: only what somebody answered."""
        mine = [
            line
            for line in lines
            if line["section"] == section
            and (not line["block"] or line["answered"] or line["not_counted"] or line["not_asked"] or line["apart"])
        ]
        return {
            "key": section.value,
            "title": section.label,
            "lines": mine,
            "breakdowns": [one for line in mine for one in breakdowns.get(line["code"], ())],
        }

    @cached_property
    def difficulties(self):
        """{theme: [Difficulty]} of the sheets that are told here."""
        mine = {sheet.pk for sheet in self.sheets}
        return {theme: [one for one in self.year.difficulties[theme] if one.sheet_id in mine] for theme in Theme}

    def problems(self):
        """The difficulties by theme, those that most structures met first; `before` as the year before published it.

        Later editions repeat the counts of the first one: their change would be what a structure met.
        """
        if earlier := self.year.published(self.year.campaign.year, self.audience):
            return [problem | self.state_of(problem["theme"]) for problem in earlier[0]["problems"]]
        before = {"sheets": None, "problems": []}
        for snapshot in self.year.published(self.year.campaign.year - 1, self.audience)[:1]:
            before = snapshot
        themes_before = {problem["theme"]: problem["structures"] for problem in before["problems"]}
        found = [
            {
                "theme": theme.value,
                "label": theme.label,
                "structures": len(met),
                "sheets": len(self.sheets),
                "new": sum(difficulty.is_new for difficulty in met),
                "before": None if before["sheets"] is None else themes_before.get(theme.value, 0),
                "sheets_before": before["sheets"],
            }
            | self.state_of(theme)
            for theme, met in self.difficulties.items()
            if met
        ]
        return sorted(found, key=lambda problem: (-problem["structures"], -problem["new"]))

    def state_of(self, theme):
        state = self.year.states.get(theme)
        return {"state": state.get_state_display() if state else "", "words": state.words if state else ""}

    def what_is_new(self):
        """Names of the structures that answer for the first time, as far as the portal knows."""
        known = self.year.known
        return [sheet.structure.name for sheet in self.sheets if known and sheet.structure_id not in known]

    def highlights(self):
        """Agreed by their author, and still in the sheet."""
        chosen = [(sheet, getattr(sheet, "highlight", None)) for sheet in self.sheets]
        return [
            {"structure": sheet.structure.name, "text": highlight.text}
            for sheet, highlight in chosen
            if highlight and highlight.is_agreed and highlight.is_in(sheet)
        ]

    @cached_property
    def hidden_places(self):
        return set(registry.hidden_places.ask())

    def annex(self, sheet):
        """What the structure has read before anybody else; never a breakdown."""
        replies = self.year.replies[sheet.pk]
        page = {
            "structure_id": sheet.structure_id,
            "structure": sheet.structure.name,
            "kind": sheet.structure.get_kind_display(),
            "city": "" if sheet.structure_id in self.hidden_places else sheet.structure.city,
            "where": sheet.frame_in_words,
            "missions": sheet.missions,
            "territory": sheet.territory,
            "period": sheet.period,
            "answers": [
                answer(indicator, replies[indicator.pk]) for indicator in self.year.main if indicator.pk in replies
            ],
        }
        if self.audience == Audience.NETWORK:
            page["answers"] = [told | self.proof(sheet, told) for told in page["answers"]]
            page["difficulties"] = [
                {"label": theme.label, "text": difficulty.text}
                for theme, met in self.difficulties.items()
                for difficulty in met
                if difficulty.sheet_id == sheet.pk
            ]
        return page

    def proof(self, sheet, told):
        """The page of the report that says this figure, and where to see it; nothing when it was typed."""
        value, page = self.year.report_pages.get((sheet.pk, told["code"]), (None, None))
        if value is None or told["value"] != plain(value):
            return {}
        args = [self.year.campaign.year, sheet.structure_id, told["code"]]
        return {"page": page, "proof": reverse("indicators:evidence", args=args)}


def total(indicator, values):
    """{answered, total} for sums, {answered, at_least, at_most} for persons, {answered: 0} without any figure."""
    told = {"answered": len(values)}
    if not values:
        return told
    if indicator.total == "persons":
        return told | {"at_least": plain(max(values.values())), "at_most": plain(sum(values.values()))}
    return told | {"total": plain(sum(values.values()))}


def answer(indicator, reply):
    told = {"code": indicator.code, "label": indicator.label, "unit": indicator.unit, "section": indicator.section}
    return told | {
        "kind": reply.kind,
        "value": None if reply.value is None else plain(reply.value),
        "text": str(reply),
    }


def together(parts):
    """« Moins de 18 ans ou de 18 à 25 ans »."""
    first, *others = [part.label for part in parts]
    return " ou ".join([first, *(label[0].lower() + label[1:] for label in others)])


def signed(text):
    return {"text": text.text, "name": text.name, "function": text.function}


def snapshots(year, date):
    """{audience: snapshot} of a gathered year."""
    return {audience: Writer(year, audience).write(date) for audience in Audience.values}
