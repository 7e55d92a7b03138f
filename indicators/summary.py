"""The yearly summary, computed from the sheets that were read over."""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal

from indicators.figures import Kind, Reply
from indicators.models import Answer, Section


@dataclass(frozen=True)
class Line:
    """One indicator over the network. `total` for sums; `at_least` and `at_most` for persons, who may be in several."""

    label: str
    unit: str
    definition: str
    answered: int
    estimated: int
    not_counted: int
    not_asked: int
    total: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    @property
    def has_replies(self):
        return bool(self.answered or self.not_counted or self.not_asked)


@dataclass(frozen=True)
class Chapter:
    title: str
    lines: list


@dataclass(frozen=True)
class Annex:
    """One structure's own answers, as (label, unit, text); what has no answer is left out."""

    structure: str
    city: str
    answers: list


@dataclass(frozen=True)
class Summary:
    year: int
    sheets: int
    structures: int
    sections: list
    annexes: list

    @property
    def digest(self):
        """SHA-256 of every figure and word of the summary."""
        told = json.dumps(asdict(self), default=str, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def summarise(campaign, structures):
    """`structures`: how many could have answered. Breakdowns are not part of it."""
    indicators = list(campaign.indicators.main().select_related("block"))
    sheets = list(campaign.sheets.reviewed().select_related("structure"))
    replies = replies_by_sheet(campaign)
    return Summary(
        year=campaign.year,
        sheets=len(sheets),
        structures=max(structures, len(sheets)),
        sections=list(chapters_of(indicators, replies)),
        annexes=[annex(sheet, replies.get(sheet.pk, {}), indicators) for sheet in sheets],
    )


def replies_by_sheet(campaign):
    """{sheet id: {indicator id: Reply}} of the sheets that were read over."""
    replies = {}
    answers = Answer.objects.filter(
        sheet__campaign=campaign, sheet__state="reviewed", indicator__breakdown=None
    ).order_by("sheet_id", "indicator_id")
    for sheet, indicator, kind, value in answers.values_list("sheet_id", "indicator_id", "kind", "value"):
        replies.setdefault(sheet, {})[indicator] = Reply(kind, value)
    return replies


def chapters_of(indicators, replies):
    """The essential of each section, then its blocks: only what somebody answered, once a structure has."""
    for section in Section:
        mine = [indicator for indicator in indicators if indicator.section == section]
        lines = [line(indicator, replies.values()) for indicator in mine]
        kept = [
            one for one, indicator in zip(lines, mine, strict=True) if indicator.block_id is None or one.has_replies
        ]
        if kept:
            yield Chapter(section.label, kept)


def line(indicator, replies):
    given = [answers[indicator.pk] for answers in replies if indicator.pk in answers]
    values = [reply.value for reply in given if reply.value is not None]
    known = {
        "label": indicator.label,
        "unit": indicator.unit,
        "definition": f"{indicator.definition} {indicator.excluded}".strip(),
        "answered": len(values),
        "estimated": sum(reply.kind == Kind.ESTIMATED for reply in given),
        "not_counted": sum(reply.kind == Kind.NOT_COUNTED for reply in given),
        "not_asked": sum(reply.kind == Kind.NOT_ASKED for reply in given),
    }
    if not values:
        return Line(**known)
    if indicator.total == "persons":
        return Line(**known, at_least=max(values), at_most=sum(values))
    return Line(**known, total=sum(values))


def annex(sheet, replies, indicators):
    return Annex(
        structure=sheet.structure.name,
        city=sheet.structure.city,
        answers=[(i.label, i.unit, str(replies[i.pk])) for i in indicators if i.pk in replies],
    )
