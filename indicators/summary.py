"""The yearly summary, computed from the sheets that were read over."""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal

from indicators.actions import stored_answers
from indicators.figures import NOT_COUNTED
from indicators.models import Indicator

COUNTS_NOTHING = "sans réponse"


@dataclass(frozen=True)
class Line:
    """One indicator over the network. `total` for sums; `at_least` and `at_most` for persons, who may be in several."""

    label: str
    unit: str
    definition: str
    answered: int
    not_counted: int
    total: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True)
class Section:
    title: str
    lines: list


@dataclass(frozen=True)
class Annex:
    """One structure's own answers: (label, unit, Decimal | « non compté » | « sans réponse »)."""

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
    """`structures`: how many could have answered."""
    indicators = list(campaign.indicators.all())
    sheets = list(campaign.sheets.reviewed().select_related("structure").prefetch_related("answers"))
    stored = [(sheet, stored_answers(sheet)) for sheet in sheets]
    return Summary(
        year=campaign.year,
        sheets=len(sheets),
        structures=max(structures, len(sheets)),
        sections=[
            Section(
                section.label, [line(indicator, stored) for indicator in indicators if indicator.section == section]
            )
            for section in Indicator.Section
            if any(indicator.section == section for indicator in indicators)
        ],
        annexes=[annex(sheet, answers, indicators) for sheet, answers in stored],
    )


def line(indicator, stored):
    given = [answers[indicator.pk] for _, answers in stored if indicator.pk in answers]
    values = [value for value in given if value != NOT_COUNTED]
    known = {
        "label": indicator.label,
        "unit": indicator.unit,
        "definition": indicator.definition,
        "answered": len(values),
        "not_counted": len(given) - len(values),
    }
    if not values:
        return Line(**known)
    if indicator.total == Indicator.Total.PERSONS:
        return Line(**known, at_least=max(values), at_most=sum(values))
    return Line(**known, total=sum(values))


def annex(sheet, answers, indicators):
    return Annex(
        structure=sheet.structure.name,
        city=sheet.structure.city,
        answers=[(i.label, i.unit, answers.get(i.pk, COUNTS_NOTHING)) for i in indicators],
    )
