"""Who has answered what: one line for each structure, for the CCAS's eyes alone."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from indicators.models import Reminder, Sheet
from lemans_solidaire.network.models import Structure

State = Sheet.State
# What the CCAS has to do comes first.
ORDER = [State.SUBMITTED, State.ANSWERED, State.QUESTIONED, State.DRAFT, "", State.REVIEWED]
LABELS = {
    "": ("pas commencée", "soft"),
    State.DRAFT: ("brouillon", "soft"),
    State.SUBMITTED: ("à relire", "river"),
    State.QUESTIONED: ("question posée", "honey"),
    State.ANSWERED: ("réponse donnée", "river"),
    State.REVIEWED: ("relue", "leaf"),
}


@dataclass(frozen=True)
class Line:
    structure_id: int
    url: str  # of its sheet
    name: str
    phone: str
    state: str
    answered: int
    asked: int
    remarks: int
    is_typed: bool  # by the CCAS, for the structure
    awaits_confirmation: bool
    is_readable: bool
    reminders: list

    @property
    def label(self):
        return "à confirmer" if self.awaits_confirmation else LABELS[self.state][0]

    @property
    def pill(self):
        return "honey" if self.awaits_confirmation else LABELS[self.state][1]

    @property
    def tel(self):
        return self.phone.replace(" ", "")

    @property
    def mails(self):
        return sum(reminder.kind != Reminder.Kind.CALL for reminder in self.reminders)

    @property
    def is_called(self):
        return any(reminder.kind == Reminder.Kind.CALL for reminder in self.reminders)

    @property
    def is_awaited(self):
        """Nothing has come yet."""
        return self.state in ("", State.DRAFT)


def lines_of(campaign):
    """In the order of the CCAS's work."""
    sheets = {sheet.structure_id: sheet for sheet in sheets_of(campaign)}
    essential, sizes = sizes_of_blocks(campaign)
    ticked = Counter()
    for sheet_id, block_id in Sheet.blocks.through.objects.filter(sheet__campaign=campaign).values_list(
        "sheet_id", "block_id"
    ):
        ticked[sheet_id] += sizes[block_id]
    reminders = {}
    for reminder in campaign.reminders.all():
        reminders.setdefault(reminder.structure_id, []).append(reminder)
    base = reverse("indicators:own_sheets", args=[campaign.year])
    lines = [
        line(base, structure, sheets.get(structure.pk), essential, ticked, reminders.get(structure.pk, []))
        for structure in Structure.objects.open().only("name", "phone")
    ]
    return sorted(lines, key=lambda line: ORDER.index(line.state))


def sheets_of(campaign):
    return (
        campaign.sheets.order_by()
        .annotate(answered=Count("answers", filter=Q(answers__indicator__breakdown=None)))
        .only("structure_id", "state", "version", "remarks", "on_behalf", "confirmed_at", "campaign_id")
    )


def sizes_of_blocks(campaign):
    """(how many essential figures, {block id: how many figures})"""
    sizes = Counter(campaign.indicators.main().order_by().values_list("block_id", flat=True))
    return sizes.pop(None, 0), sizes


def line(base, structure, sheet, essential, ticked, reminders):
    state = sheet.state if sheet and (sheet.version or sheet.on_behalf) else ""
    answered = sheet.answered if sheet else 0
    asked = essential + (ticked[sheet.pk] if sheet else 0)
    return Line(
        structure_id=structure.pk,
        url=f"{base}{structure.pk}/",
        name=structure.name,
        phone=structure.phone,
        state=state,
        answered=answered,
        asked=max(asked, answered),
        remarks=sheet.remarks if sheet and not sheet.is_draft else 0,
        is_typed=bool(sheet and sheet.on_behalf),
        awaits_confirmation=bool(sheet and sheet.awaits_confirmation),
        is_readable=bool(sheet and (not sheet.is_draft or sheet.on_behalf)),
        reminders=reminders,
    )
