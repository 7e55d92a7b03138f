"""What an account says of its person, and how it ends: closed, then erased; or erased at once, when asked."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import (
    AccountInvitation,
    AccountLife,
    Digest,
    Event,
    GroupMember,
    Invitation,
    Succession,
    UnsentMail,
    User,
)
from lemans_solidaire.network.people.leaving import end_membership
from lemans_solidaire.network.people.over_time import succession
from lemans_solidaire.network.people.over_time.mails import send_later
from lemans_solidaire.network.saving import NotPossible, told, write

ERASED_NAME = "compte effacé"
DETAILS = ("full_name", "phone", "phone_shown_to")


class Details:
    """The name, on the account, and the telephone, beside it, read and written as one thing."""

    def __init__(self, user):
        self.user = user
        self.life = AccountLife.objects.filter(user=user).first() or AccountLife(user=user)

    def __getattr__(self, name):
        return getattr(self.user if name == "full_name" else self.life, name)

    def __setattr__(self, name, value):
        if name not in DETAILS:
            super().__setattr__(name, value)
        else:
            setattr(self.user if name == "full_name" else self.life, name, value)

    def save(self, update_fields):
        if "full_name" in update_fields:
            self.user.save(update_fields=["full_name"])
        if {"phone", "phone_shown_to"} & set(update_fields):
            self.life.save()


@transaction.atomic
def save_details(*, user, typed, seen):
    """What changed is told in the history without its words: an account may be erased, a line may not."""
    details = Details(User.objects.select_for_update().get(pk=user.pk))
    changes = write(details, typed, seen)
    if changes:
        record(by=user, verb="own_details_changed", about=user, changes={name: ["…", "…"] for name in changes})
    return details


def phones_shown(users, *, to_ccas=False):
    """{number of the account: telephone} of those that chose to show theirs; the CCAS sees them all."""
    lives = AccountLife.objects.filter(user__in=users).exclude(phone="")
    if not to_ccas:
        lives = lives.filter(phone_shown_to=AccountLife.ShownTo.STRUCTURES)
    return dict(lives.values_list("user", "phone"))


def names_kept(user):
    """[NameKept]: why the name outlives the account, and until when."""
    return registry.names_kept.ask(user)


@transaction.atomic
def erase(*, user, by):
    """Everything that names the person, at once; history keeps a number. Twice changes nothing."""
    user = User.objects.select_for_update().get(pk=user.pk)
    life, _ = AccountLife.objects.get_or_create(user=user)
    if life.erased_on:
        return life
    if user.is_ccas_admin and user.is_active:
        raise NotPossible("Ce compte administre le portail\u202f: une autre personne doit d’abord reprendre ce rôle.")
    leave_everything(user, by)
    kept = max((one.until for one in names_kept(user)), default=None)
    today = timezone.localdate()
    life.goodbye_to = user.email if user.is_active else ""
    life.phone, life.phone_shown_to, life.name_kept_until = "", AccountLife.ShownTo.CCAS, kept
    life.closed_on, life.erased_on = life.closed_on or today, today
    life.save()
    forget(user, keeps_name=kept is not None)
    record(by=by, verb="account_erased", about=user)
    if life.goodbye_to:
        send_later("goodbye", user)
    return life


def leave_everything(user, by):
    for membership in user.memberships.current():
        end_membership(membership=membership, by=by)
    concerned = Succession.objects.under_way().filter(person=user) | Succession.objects.under_way().filter(made_by=user)
    for one in concerned.with_people():
        succession.stop(succession=one, by=Event.Actor.JOB, why="Le compte d’une des personnes a été effacé.")
    GroupMember.objects.filter(user=user).exclude(group__animator=user).delete()


def forget(user, keeps_name):
    gone = f"compte-{user.pk}@efface.invalid"
    invited = Invitation.objects.filter(Q(user=user) | Q(email__iexact=user.email))
    invited.filter(meeting__starts_at__gt=timezone.now()).delete()
    invited.forget()
    AccountInvitation.objects.filter(Q(accepted_by=user) | Q(email__iexact=user.email)).forget()
    changes = Q(person=user) | Q(former__user=user) | Q(made_by=user) | Q(confirmed_by=user)
    Succession.objects.filter(changes).update(word="")
    Digest.objects.filter(user=user).delete()
    UnsentMail.objects.forget_address(user.email)
    user.authenticator_set.all().delete()
    user.email, user.is_active, user.last_login = gone, False, None
    user.is_ccas_admin = user.second_factor_asked = False
    user.set_unusable_password()
    user.save()
    if not keeps_name:
        forget_name(user)


def forget_name(user):
    """On the account, and in what the admin notes of its own pages."""
    for one in (user, *user.memberships.all()):
        kind = ContentType.objects.get_for_model(one)
        LogEntry.objects.filter(content_type=kind, object_id=str(one.pk)).update(object_repr=ERASED_NAME)
    user.full_name = ERASED_NAME
    user.save(update_fields=["full_name"])


@transaction.atomic
def close(*, user, by):
    """Nobody signs in with it any more; what it says goes a year later."""
    life, _ = AccountLife.objects.get_or_create(user=user)
    life.closed_on = timezone.localdate()
    life.save(update_fields=["closed_on"])
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(by=by, verb="account_closed", about=user, changes={"closed_on": told(life.closed_on)})
