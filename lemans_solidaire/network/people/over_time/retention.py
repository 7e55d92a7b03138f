"""How long accounts are kept: silent for two years, closed after two mails; closed for a year, erased."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from lemans_solidaire.network.models import AccountInvitation, AccountLife, Event, Membership, UnsentMail, User
from lemans_solidaire.network.people.over_time.accounts import close, erase, forget_name
from lemans_solidaire.network.people.over_time.mails import send_later

SILENCE = timedelta(days=730)
FIRST_NOTICE, LAST_NOTICE = AccountLife.FIRST_NOTICE, timedelta(days=7)
KEPT_CLOSED = timedelta(days=365)
GOODBYE = timedelta(days=7)  # an address that does not answer is forgotten all the same


def day_by_day():
    note_closings()
    announce_closings()
    close_the_silent()
    erase_the_closed()
    forget_the_rest()


def note_closings():
    """An account closed in « Gestion » has its day too; opened again, it has none."""
    today = timezone.localdate()
    for user in people().filter(is_active=False, life__closed_on=None):
        AccountLife.objects.update_or_create(user=user, defaults={"closed_on": today})
    reopened = AccountLife.objects.filter(user__is_active=True, closed_on__isnull=False, erased_on=None)
    reopened.update(closed_on=None, first_notice_on=None, last_notice_on=None)


def people():
    """CCAS administrators are left alone while their account is open: the portal keeps somebody to run it."""
    return User.objects.exclude(is_ccas_admin=True, is_active=True).order_by("pk")


def silent_accounts():
    """Open, in no structure nor invited to one, with the day since which nothing happened: `quiet_since`."""
    last_out = Membership.objects.filter(user=OuterRef("pk")).order_by().values("user").annotate(last=Max("until"))
    current = Membership.objects.current().values("user")
    signs_of_life = [TruncDate("last_login"), TruncDate("date_joined"), Subquery(last_out.values("last"))]
    invited = AccountInvitation.objects.waiting().filter(expires_at__gt=timezone.now()).values("email")
    accounts = people().filter(is_active=True).exclude(Q(pk__in=current) | Q(email__in=invited))
    return accounts.annotate(
        quiet_since=Greatest(*[Coalesce(sign, TruncDate("date_joined")) for sign in signs_of_life])
    )


def announce_closings():
    today = timezone.localdate()
    woken = AccountLife.objects.filter(user__is_active=True, first_notice_on__isnull=False)
    silent = silent_accounts().filter(quiet_since__lte=today - SILENCE + FIRST_NOTICE)
    woken.exclude(user__in=silent.values("pk")).update(first_notice_on=None, last_notice_on=None)
    for user in silent.filter(life__first_notice_on=None):
        AccountLife.objects.update_or_create(user=user, defaults={"first_notice_on": today})
        send_later("first_notice", user)
    soon = today - (FIRST_NOTICE - LAST_NOTICE)
    for user in silent.filter(life__first_notice_on__lte=soon, life__last_notice_on=None):
        AccountLife.objects.filter(user=user).update(last_notice_on=today)
        send_later("last_notice", user)


def close_the_silent():
    """A week after the second mail, whenever it could leave."""
    told = timezone.localdate() - LAST_NOTICE
    for user in silent_accounts().filter(life__last_notice_on__lte=told):
        close(user=user, by=Event.Actor.JOB)


def erase_the_closed():
    long_ago = timezone.localdate() - KEPT_CLOSED
    for user in people().filter(is_active=False, life__closed_on__lte=long_ago, life__erased_on=None):
        erase(user=user, by=Event.Actor.JOB)


def forget_the_rest():
    """Names kept a while longer, addresses that were to be written to a last time, and sessions that are over."""
    today = timezone.localdate()
    unreached = AccountLife.objects.filter(erased_on__lte=today - GOODBYE).exclude(goodbye_to="")
    for address in unreached.values_list("goodbye_to", flat=True):
        UnsentMail.objects.forget_address(address)
    unreached.update(goodbye_to="")
    Session.objects.filter(expire_date__lte=timezone.now()).delete()  # some hold the address that asked for a code
    over = AccountLife.objects.filter(name_kept_until__lte=today, user__is_active=False)
    for user in User.objects.filter(pk__in=over.values("user")).order_by("pk"):
        forget_name(user)
    over.update(name_kept_until=None)
