from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from procrastinate.contrib.django import app

from lemans_solidaire.network.models import Event, User


def record(*, by, verb, about, structure=None, changes=None):
    """Adds the line of history of one action; `by` is a User, or another Event.Actor for who has no account."""
    is_kind = isinstance(by, Event.Actor)
    return Event.objects.create(
        actor=by if is_kind else Event.Actor.USER,
        user=None if is_kind else by,
        verb=verb,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        structure=structure,
        changes=changes or {},
    )


@transaction.atomic
def print_codes(*, user):
    """A new list of single-use codes, which replaces the one before."""
    User.objects.select_for_update().get(pk=user.pk)
    user.authenticator_set.filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user)
    record(by=user, verb="codes_printed", about=user)
    return codes


@transaction.atomic
def take_second_factor_away(*, user, by):
    """For a lost telephone: wherever it was signed in is closed, and it sets a new one up when it next signs in."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    record(by=by, verb="second_factor_taken_away", about=user)
    app.configure_task("network.send_account_mail").defer(template="second_factor_taken_away", user_id=user.pk)


def end_sessions(user):
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
