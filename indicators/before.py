"""The year before: what the structure answered in the portal, or what was taken over from its older papers."""

from dataclasses import dataclass

from django.db.models import BooleanField, F, Subquery, Value

from indicators.figures import Reply
from indicators.models import Answer, PastFigure, Sheet


@dataclass(frozen=True)
class Before:
    reply: Reply
    is_taken_over: bool


def previous_figures(sheet):
    """{code: Before} of the year before; an answer given in the portal wins over a figure taken over."""
    return figures_of(sheet.structure_id, sheet.campaign.year - 1)


def figures_of(structure_id, year):
    sheets = Sheet.objects.filter(structure=structure_id, campaign__year=year).exclude(state=Sheet.State.DRAFT)
    answered = (
        Answer.objects.filter(sheet=Subquery(sheets.order_by().values("pk")[:1]))  # one sheet, then its answers alone
        .order_by()
        .annotate(told_code=F("indicator__code"), taken_over=Value(False, BooleanField()))
        .values_list("told_code", "kind", "value", "taken_over")
    )
    taken_over = (
        PastFigure.objects.filter(structure=structure_id, year=year)
        .order_by()
        .annotate(told_code=F("code"), taken_over=Value(True, BooleanField()))
        .values_list("told_code", "kind", "value", "taken_over")
    )
    rows = sorted(answered.union(taken_over, all=True), key=lambda row: not row[3])
    return {code: Before(Reply(kind, value), is_taken_over) for code, kind, value, is_taken_over in rows}
