"""Reminders, calls, and the link by which a structure without an account confirms its sheet."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from indicators.actions.filling import NotInThisState, locked
from indicators.actions.sending import confirm_sheet, reopen_sheet
from indicators.models import ConfirmationLink, Reminder
from indicators.tasks import send_confirmation_link, send_reminder
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event

TWO_CLICKS = timedelta(minutes=1)


@transaction.atomic
def remind(*, campaign, structures, by):
    """One mail to each structure that has had fewer than two, sent by a job; returns the reminders made."""
    made = []
    for structure in structures:
        had = campaign.reminders.filter(structure=structure).exclude(kind=Reminder.Kind.CALL).count()
        if had < 2:
            kind = [Reminder.Kind.FIRST, Reminder.Kind.SECOND][had]
            reminder, is_new = Reminder.objects.get_or_create(
                campaign=campaign, structure=structure, kind=kind, defaults={"asked_by": by}
            )
            if is_new:
                made.append(reminder)
    for reminder in made:
        record(
            by=by,
            verb="structure_reminded",
            about=campaign,
            structure=reminder.structure,
            changes={"kind": reminder.kind},
        )
        send_reminder.defer(reminder_id=reminder.pk)
    return made


@transaction.atomic
def note_call(*, campaign, structure, by):
    call, is_new = Reminder.objects.get_or_create(
        campaign=campaign,
        structure=structure,
        kind=Reminder.Kind.CALL,
        defaults={"asked_by": by, "sent_at": timezone.now()},
    )
    if is_new:
        record(by=by, verb="structure_called", about=campaign, structure=structure)
    return call


@transaction.atomic
def make_link(*, sheet, by):
    """(link, token). With an address the link leaves by mail and the token is None; otherwise it is for paper."""
    sheet = locked(sheet)
    just_made = sheet.links.filter(used_at=None, made_at__gt=timezone.now() - TWO_CLICKS).exclude(sent_to="").first()
    if just_made:
        return just_made, None
    token = None if sheet.structure.email else ConfirmationLink.new_token()
    link = ConfirmationLink.objects.create(
        sheet=sheet,
        digest=token and ConfirmationLink.digest_of(token),
        sent_to=sheet.structure.email,
        made_by=by,
    )
    record(
        by=by,
        verb="confirmation_asked",
        about=sheet,
        structure=sheet.structure,
        changes={"sent_to": link.sent_to},
    )
    if link.sent_to:
        send_confirmation_link.defer(link_id=link.pk)
    return link, token


def used(link):
    """The sheet of a link that serves now, and once; NotInThisState when it already has."""
    link = ConfirmationLink.objects.select_for_update().get(pk=link.pk)
    sheet = link.sheet = locked(link.sheet)
    if not link.serves:
        raise NotInThisState(sheet)
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return sheet


@transaction.atomic
def confirm_by_link(*, link, name):
    return confirm_sheet(sheet=used(link), name=name, by=Event.Actor.LINK)


@transaction.atomic
def contest_by_link(*, link, name, text):
    """Something is to be changed: the sheet comes back to the CCAS as a draft, with the words of the structure."""
    return reopen_sheet(sheet=used(link), reason=f"{name} : {text}", by=Event.Actor.LINK)
