"""The snapshot of a summary: everything its page and files say, as JSON that never has to be computed again."""

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal

from indicators.figures import Kind, plain
from indicators.models import Audience, Section, SummaryText
from indicators.summary.disclosure import FEWEST_STRUCTURES, kept_apart, shown_parts
from lemans_solidaire.network.themes import Theme

FORMAT = 1  # of the snapshot; what reads snapshots must go on reading the older ones
KEY_FIGURES, KEY_TRENDS, KEY_PROBLEMS = 5, 3, 3
NOT_TOLD = "non publié"


def as_text(snapshot):
    """The one way of writing it, so that its digest can be checked by anybody."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Writer:
    """Writes the snapshot of one gathered year for one audience.

    For each total, and whatever later editions do: `back` {code: structures whose figure is kept back}, `counted`
    {total: structures in it}, `held` {total: those of them that have no page}.
    """

    def __init__(self, year, audience, also_back=None):
        """`also_back`: what another edition read by the same people keeps back."""
        self.year = year
        self.audience = audience
        self.shown = {sheet.structure_id for sheet in year.sheets if has_its_page(sheet, audience)}
        earlier = year.earlier(audience)
        self.number = 1 + max((edition.number for edition, _ in earlier), default=0)
        self.is_first = not earlier
        self.back, self.counted, self.held = defaultdict(set), defaultdict(set), defaultdict(set)
        self.before = {name: defaultdict(set) for name in ("back", "counted", "held")}
        for edition, _ in earlier:
            for name, sets in self.before.items():
                for key, structures in edition.workings[name].items():
                    sets[key].update(structures)
        for code, structures in (also_back or {}).items():
            self.before["back"][code].update(structures)

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
            "sheets": len(year.sheets),
            "summed": len(year.summed),
            "apart": {where: len(sheets) for where, sheets in year.apart.items()},
            "territory": campaign.get_territory_display(),
            "threshold": campaign.threshold,
            "texts": {place: signed(text) for place, text in year.texts.items() if self.is_printed(place)},
            "note": note(lines, problems),
            "chapters": [chapter for section in Section if (chapter := self.chapter(section, lines, breakdowns))],
            "problems": problems,
            "new": self.what_is_new(),
            "highlights": self.highlights(),
            "annexes": [self.annex(sheet) for sheet in year.sheets if sheet.structure_id in self.shown],
            "other_chapters": [asdict(chapter) for chapter in year.other_chapters[self.audience]],
        }

    @property
    def workings(self):
        """To be read once the snapshot is written."""
        sets = {"back": self.back, "counted": self.counted, "held": self.held}
        return {name: {key: sorted(structures) for key, structures in of.items()} for name, of in sets.items()}

    def is_printed(self, place):
        return place != SummaryText.Place.CORRECTION or not self.is_first

    # Figures

    def line(self, indicator):
        """One indicator over the network; what cannot be added up is told beside."""
        year = self.year
        replies = [reply for sheet in year.summed if (reply := year.replies[sheet.pk].get(indicator.pk))]
        values = self.added_up(indicator.code, year.values(indicator, year.summed))
        apart = []
        for where, sheets in year.apart.items():
            total = f"{indicator.code} {where}"
            if given := self.added_up(total, year.values(indicator, sheets)):
                apart.append({"where": where} | self.total(indicator, given, total))
        return {
            "code": indicator.code,
            "label": indicator.label,
            "unit": indicator.unit,
            "definition": f"{indicator.definition} {indicator.excluded}".strip(),
            "section": indicator.section,
            "block": indicator.block.label if indicator.block_id else "",
            "is_key": indicator.is_key,
            "is_persons": indicator.total == "persons",
            "concerned": self.concerned(indicator),
            "estimated": sum(reply.kind == Kind.ESTIMATED for reply in replies),
            "not_counted": sum(reply.kind == Kind.NOT_COUNTED for reply in replies),
            "not_asked": sum(reply.kind == Kind.NOT_ASKED for reply in replies),
            "apart": apart,
            **self.total(indicator, values, indicator.code),
            "trend": self.trend(indicator, values),
        }

    def added_up(self, total, values):
        """Without the hidden structures that this total did not contain yet: they would be what it grew by."""
        if self.is_first:
            return values
        known = self.shown | self.before["counted"][total]
        return {structure: value for structure, value in values.items() if structure in known}

    def total(self, indicator, values, total):
        """{answered, is_told, total} for sums, {answered, is_told, at_least, at_most} for persons."""
        hidden = set(values) - self.shown
        back, is_told = kept_apart(values, self.shown, self.before["back"][indicator.code], self.before["held"][total])
        self.back[indicator.code] |= back
        self.counted[total] |= set(values)
        self.held[total] |= hidden
        told = {"answered": len(values), "is_told": is_told}
        if not values or not is_told:
            return told
        if indicator.total == "persons":
            single = [value for structure, value in values.items() if structure not in hidden | back]
            return told | {"at_least": plain(max(single, default=Decimal(0))), "at_most": plain(sum(values.values()))}
        return told | {"total": plain(sum(values.values()))}

    def concerned(self, indicator):
        """How many could have answered: every structure, or those that do what the block is about."""
        if indicator.block_id is None:
            return self.year.asked
        answered = {sheet.pk for sheet in self.year.sheets if indicator.pk in self.year.replies[sheet.pk]}
        return len(self.year.blocks[indicator.block_id] | answered)

    def trend(self, indicator, values):
        """{years, values, structures} over the same structures each year, the longest that can be told; or None.

        Only structures whose figure is told one by one: a trend gives nothing else away.
        """
        code, year = indicator.code, self.year.campaign.year
        same = {structure for structure in values if structure in self.shown - self.back[code]}
        trend = None
        years, sums = [year], [sum((values[structure] for structure in same), Decimal(0))]
        for past in sorted(self.year.before, reverse=True):
            figures, told = self.year.before[past].get(code, {}), self.year.told_before.get(past)
            same = {s for s in same if s in figures and (told is None or (s, code) in told)}
            if len(same) < FEWEST_STRUCTURES:
                break
            years = [past, *years]
            sums = [self.sum_of(code, values, each, same) for each in years]
            trend = {"years": years, "values": [plain(each) for each in sums], "structures": len(same)}
        return trend

    def sum_of(self, code, values, year, structures):
        figures = values if year == self.year.campaign.year else self.year.before[year][code]
        return sum(figures[structure] for structure in structures)

    # Breakdowns

    def breakdowns(self):
        """{code: [breakdown]}: one dimension at a time, over the whole network, the same for every audience.

        Once published, a breakdown stays as it is in later editions: its change would be the share of a structure.
        """
        published = {}
        for _, snapshot in self.year.earlier_public:
            for chapter in snapshot["chapters"]:
                for one in chapter["breakdowns"]:
                    published[one["code"], one["dimension"]] = one
        found = {}
        for breakdown, parts in self.year.parts.items():
            code = breakdown.indicator.code
            one = published.get((code, breakdown.dimension)) or self.breakdown(breakdown, parts)
            if one:
                found.setdefault(code, []).append(one)
        return found

    def breakdown(self, breakdown, parts):
        year = self.year
        cells = year.values_of_parts(parts)
        wholes = year.values(breakdown.indicator, year.summed)
        shown = shown_parts(cells, wholes, year.campaign.threshold)
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
            "edition": 1 + max((edition.number for edition, _ in year.earlier_public), default=0),
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

    def problems(self):
        """The difficulties by theme, those that most structures met first."""
        now, before = (self.year.difficulties[year] for year in sorted(self.year.difficulties, reverse=True))
        found = [
            {
                "theme": theme.value,
                "label": theme.label,
                "structures": len(now[theme]),
                "new": sum(difficulty.is_new for difficulty in now[theme]),
                "before": len(before[theme]) if before else None,
                "state": state.get_state_display() if (state := self.year.states.get(theme)) else "",
                "words": state.words if state else "",
            }
            for theme in Theme
            if now[theme]
        ]
        return sorted(found, key=lambda problem: (-problem["structures"], -problem["new"]))

    def what_is_new(self):
        """Structures that answer for the first time, as far as the portal knows."""
        known = self.year.known
        new = [sheet for sheet in self.year.sheets if known and sheet.structure_id not in known]
        return {
            "structures": len(new),
            "names": [sheet.structure.name for sheet in new if sheet.structure_id in self.shown],
        }

    def highlights(self):
        chosen = [(sheet, getattr(sheet, "highlight", None)) for sheet in self.year.sheets]
        return [
            {"structure": sheet.structure.name, "text": highlight.text}
            for sheet, highlight in chosen
            if highlight and highlight.is_agreed
        ]

    def annex(self, sheet):
        """What the structure has read before anybody else; never a breakdown."""
        replies = self.year.replies[sheet.pk]
        page = {
            "structure_id": sheet.structure_id,
            "structure": sheet.structure.name,
            "kind": sheet.structure.get_kind_display(),
            "city": sheet.structure.city,
            "where": where(sheet),
            "missions": sheet.missions,
            "answers": [
                self.answer(sheet, indicator, replies[indicator.pk])
                for indicator in self.year.main
                if indicator.pk in replies
            ],
        }
        if self.audience == Audience.NETWORK:
            page["difficulties"] = [
                {"label": difficulty.get_theme_display(), "text": difficulty.text}
                for difficulty in self.year.difficulties_of[sheet.pk]
            ]
        return page

    def answer(self, sheet, indicator, reply):
        """`value` is None when there is no figure, or when telling it would give another structure's away."""
        told = {"code": indicator.code, "label": indicator.label, "unit": indicator.unit}
        told |= {"section": indicator.section, "kind": reply.kind}
        if sheet.structure_id in self.back.get(indicator.code, ()):
            return told | {"kind": "back", "value": None, "text": NOT_TOLD}
        return told | {"value": None if reply.value is None else plain(reply.value), "text": str(reply)}


def has_its_page(sheet, audience):
    """A sheet kept between its structure and the CCAS has no page anywhere; the public one can be declined."""
    annex = getattr(sheet, "annex", None)
    is_declined = audience == Audience.PUBLIC and annex is not None and annex.is_kept_out
    return sheet.shared_with == sheet.Sharing.NETWORK and not is_declined


def where(sheet):
    period = sheet.get_period_display()
    return f"{sheet.get_territory_display()}. {period}" if sheet.territory else period


def together(parts):
    """« Moins de 18 ans ou de 18 à 25 ans »."""
    first, *others = [part.label for part in parts]
    return " ou ".join([first, *(label[0].lower() + label[1:] for label in others)])


def signed(text):
    return {"text": text.text, "name": text.name, "function": text.function}


def note(lines, problems):
    """One page for whoever decides: five figures that enough structures gave, three trends, three problems."""
    key = [line for line in lines if line["is_key"]]
    told = [line for line in key if line["answered"] >= FEWEST_STRUCTURES and line["is_told"]]
    moved = sorted((line for line in key if moves(line)), key=lambda line: -abs(change(line["trend"])))
    return {
        "figures": [line["code"] for line in told[:KEY_FIGURES]],
        "trends": [line["code"] for line in moved[:KEY_TRENDS]],
        "problems": [problem["theme"] for problem in problems[:KEY_PROBLEMS]],
    }


def moves(line):
    """A change worth a line: over at least half of the structures that gave this figure."""
    return change(line["trend"]) and 2 * line["trend"]["structures"] >= line["answered"]


def change(trend):
    """The last year compared with the one before, as a rounded percentage; None when there is nothing to compare."""
    if trend is None or len(trend["values"]) < 2:
        return None
    before, now = (Decimal(value) for value in trend["values"][-2:])
    return round((now - before) * 100 / before) if before else None


def snapshots(year, date):
    """({audience: snapshot}, {audience: workings}) of a gathered year.

    The network reads both editions: what its own keeps back, the public one keeps back too.
    """
    network = Writer(year, Audience.NETWORK)
    written = {Audience.NETWORK: network.write(date)}
    public = Writer(year, Audience.PUBLIC, also_back=network.back)
    written[Audience.PUBLIC] = public.write(date)
    return written, {Audience.NETWORK: network.workings, Audience.PUBLIC: public.workings}
