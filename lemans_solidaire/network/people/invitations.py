"""Invitations to have an account: made, sent again, cancelled, accepted once."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import AccountInvitation, Membership, Structure, User
from lemans_solidaire.network.people.leaving import close_invitation
from lemans_solidaire.network.people.members import join
from lemans_solidaire.network.people.permissions import structures_may_be_invited
from lemans_solidaire.network.people.tasks import send_account_invitation
from lemans_solidaire.network.saving import AlreadyMade, NotPossible

TWO_CLICKS = timedelta(minutes=1)
ONE_ADMINISTRATOR = (
    "Avant d’inviter des structures, il faut deux administrateurs du CCAS, chacun avec sa double vérification\u202f: "
    "si l’un perd son téléphone, l’autre l’aide à rentrer."
)
CLOSED = "Cette structure est fermée\u202f: on n’y invite plus personne."
OVER = "Cette invitation a déjà servi, ou elle a été annulée."
SHARED = "Cette adresse est lue par plusieurs personnes\u202f: elle ne peut pas administrer le portail."


class NoLongerOpen(Exception):
    """The link was used, cancelled, replaced or became too old since the page was shown."""


class AccountExists(Exception):
    """Somebody opened an account with this address since the page was shown."""


def hold(structure):
    """What is decided of a structure's people is decided one after the other; of the CCAS's administrators too."""
    if structure:
        return Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    list(User.objects.select_for_update(no_key=True).filter(is_ccas_admin=True).order_by("pk"))
    return None


def check_may_leave(structure):
    if structure and not structure.is_open:
        raise NotPossible(CLOSED)
    if structure and not structures_may_be_invited():
        raise NotPossible(ONE_ADMINISTRATOR)


@transaction.atomic
def invite(*, structure, typed, key, by):
    """A link that leaves by mail; it takes the place of one that waited for the same address."""
    structure = hold(structure)
    check_may_leave(structure)
    if made := AccountInvitation.objects.filter(key=key).first():
        if made.structure != structure or any(getattr(made, name) != value for name, value in typed.items()):
            raise AlreadyMade(made)
        return made
    waiting = AccountInvitation.objects.waiting().filter(structure=structure, email__iexact=typed["email"])
    for before in waiting.select_for_update():
        close_invitation(before, by)
    expires_at = timezone.now() + AccountInvitation.LASTS
    told = typed | {"structure": structure, "key": key, "made_by": by, "expires_at": expires_at}
    invitation = AccountInvitation.objects.create(**told)
    changes = {name: typed[name] for name in ("role", "status") if typed.get(name)}
    record(by=by, verb="account_invited", about=invitation, structure=structure, changes=changes)
    send_account_invitation.defer(invitation_id=invitation.pk, sending=invitation.sending)
    return invitation


@transaction.atomic
def send_again(*, invitation, by):
    """Another link, for thirty days more; the one before opens nothing from now on. Two clicks send one mail."""
    structure = hold(invitation.structure)
    now, invitation = timezone.now(), locked(invitation)
    if invitation.state not in ("open", "expired"):
        raise NotPossible(OVER)
    check_may_leave(structure)
    if invitation.asked_at > now - TWO_CLICKS:
        return
    invitation.sending += 1
    invitation.asked_at, invitation.expires_at = now, now + AccountInvitation.LASTS
    invitation.sent_at, invitation.digest, invitation.problem = None, "", ""
    invitation.save(update_fields=["sending", "asked_at", "expires_at", "sent_at", "digest", "problem"])
    record(by=by, verb="account_invitation_sent_again", about=invitation, structure=structure)
    send_account_invitation.defer(invitation_id=invitation.pk, sending=invitation.sending)


@transaction.atomic
def cancel(*, invitation, by):
    """Whether it still waited."""
    invitation = locked(invitation)
    if invitation.accepted_at or invitation.cancelled_at:
        return False
    close_invitation(invitation, by)
    return True


@transaction.atomic
def open_account(*, invitation, name, password, is_shared, page):
    """The newcomer's account. `page` tells the form that was sent: a second click of it enters the same account."""
    invitation = locked(invitation)
    if invitation.state != "open":
        raise NoLongerOpen
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise AccountExists
    rights = {"is_ccas_admin": invitation.is_for_the_ccas, "is_shared": is_shared and not invitation.is_for_the_ccas}
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password or None, full_name=name, **rights)
    except IntegrityError as meanwhile:  # by another invitation, at this very moment
        raise AccountExists from meanwhile
    record(by=user, verb="account_opened", about=user, structure=invitation.structure)
    settle(invitation, user, page)
    return user


@transaction.atomic
def accept(*, invitation, user):
    """By the account that has this address already."""
    invitation = locked(invitation)
    if invitation.state != "open":
        raise NoLongerOpen
    if invitation.is_for_the_ccas and not user.is_ccas_admin:
        if user.is_shared:
            raise NotPossible(SHARED)
        user.is_ccas_admin = True
        user.save(update_fields=["is_ccas_admin"])
    settle(invitation, user)


def settle(invitation, user, page=None):
    structure = invitation.structure
    if structure:
        join(user=user, structure=structure, role=Membership.Role(invitation.role), status=invitation.status)
    invitation.accepted_at, invitation.accepted_by, invitation.accepted_with = timezone.now(), user, page
    invitation.save(update_fields=["accepted_at", "accepted_by", "accepted_with"])
    told = {"role": invitation.role, "status": invitation.status} if structure else {"administrator": True}
    record(by=user, verb="account_invitation_accepted", about=invitation, structure=structure, changes=told)


def locked(invitation):
    held = AccountInvitation.objects.select_for_update(of=["self"])
    return held.select_related("structure").get(pk=invitation.pk)
