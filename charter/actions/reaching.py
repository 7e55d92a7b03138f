"""Those who have no account, or have not signed yet: single-use links, and a word by mail now and then."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from charter.actions.signing import alone, sign
from charter.models import Act, SigningLink, SigningReminder, Way
from charter.tasks import send_signing_link, send_signing_reminder
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Structure

TWO_CLICKS = timedelta(minutes=1)
MOST_AT_ONCE, MOST_A_DAY = 3, 6  # links of one structure


class TooManyLinks(Exception):
    """This structure has as many links as it may."""


class LinkServed(Exception):
    """The link was used, cancelled or is too old; it signs nothing more."""


@transaction.atomic
def make_link(*, version, structure, signer, power, sent_to, by):
    """A link that leaves by mail; a newer one to the same address takes the place of the one before."""
    Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    links, now = SigningLink.objects.filter(structure=structure), timezone.now()
    same = links.under_way().filter(sent_to__iexact=sent_to)
    told = {"version": version, "signer_name": signer[0], "signer_function": signer[1]}
    told |= {"power_body": power[0], "power_on": power[1]}
    if just_made := same.filter(made_at__gt=now - TWO_CLICKS, **told).first():
        return just_made
    for before in same:
        cancel_link(link=before, by=by)
    is_too_many = links.under_way().count() >= MOST_AT_ONCE
    if is_too_many or links.filter(made_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyLinks
    link = SigningLink.objects.create(
        **told,
        structure=structure,
        sent_to=sent_to,
        expires_at=now + SigningLink.LASTS,
        made_by=by,
    )
    record(by=by, verb="charter_link_made", about=link, structure=structure, changes={"sent_to": sent_to})
    send_signing_link.defer(link_id=link.pk)
    return link


@transaction.atomic
def cancel_link(*, link, by):
    """Whether it still served."""
    link = SigningLink.objects.select_for_update().get(pk=link.pk)
    if link.is_settled:
        return False
    link.cancelled_at = timezone.now()
    link.save(update_fields=["cancelled_at"])
    record(by=by, verb="charter_link_cancelled", about=link, structure=link.structure)
    return True


@transaction.atomic
def sign_by_link(*, link, version, positions, signer, power, seen=None):
    """The act of whoever received the link; LinkServed when it does not serve, or no longer."""
    link = SigningLink.objects.select_for_update().get(pk=link.pk)
    if not link.serves:
        raise LinkServed
    act = sign(
        version=version,
        structure=link.structure,
        positions=positions,
        signer=signer,
        power=power,
        by=None,
        way=Way.LINK,
        evidence={"sent_to": link.sent_to},
        seen=seen,
    )
    link.act, link.version = act, version
    link.save(update_fields=["act", "version"])
    return act


@transaction.atomic
def remind_to_sign(*, version, structures, by):
    """One mail to each that has no act on this version, at most once a fortnight; the reminders made."""
    alone()  # two clicks, one mail
    told = set(Act.objects.filter(version=version).values_list("structure", flat=True).order_by())
    told |= set(SigningReminder.objects.lately().values_list("structure", flat=True).order_by())
    made = []
    for structure in structures:
        if structure.pk not in told:
            reminder = SigningReminder.objects.create(version=version, structure=structure, asked_by=by)
            record(by=by, verb="charter_reminded", about=reminder, structure=structure)
            send_signing_reminder.defer(reminder_id=reminder.pk)
            made.append(reminder)
    return made
