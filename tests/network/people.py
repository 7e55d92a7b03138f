"""Invitations of the cast, and the mails that carry them."""

import re
import uuid

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.utils import timezone

from lemans_solidaire.network.models import AccountInvitation
from lemans_solidaire.network.people import invitations
from lemans_solidaire.network.people.tasks import send_account_invitation
from tests.cast import account

ASKED = {"email": "nouvelle@essai.test", "name": "", "welcome": "", "role": "member", "status": "volunteer"}


def second_administrator():
    """The CCAS has two: structures may be invited."""
    user = account("ccas2@essai.test", "Michel Ccas", is_ccas_admin=True)
    TOTP.activate(user, generate_totp_secret())
    return user


def invited(structure, *, by, **more):
    typed = ASKED | {"is_shared": False} | more
    if structure is None:
        typed |= {"role": "", "status": ""}
    return invitations.invite(structure=structure, typed=typed, key=uuid.uuid4(), by=by)


def waiting_invitation(structure, *, by, token, **more):
    """As if it had left with this token, whatever the number of administrators."""
    return AccountInvitation.objects.create(
        structure=structure,
        made_by=by,
        sent_at=timezone.now(),
        expires_at=timezone.now() + AccountInvitation.LASTS,
        digest=AccountInvitation.digest_of(token),
        **ASKED | more,
    )


def sent(invitation):
    """Does what the worker would; the path of the link in the mail that leaves."""
    before = len(mail.outbox)
    send_account_invitation(
        invitation_id=invitation.pk, sending=AccountInvitation.objects.get(pk=invitation.pk).sending
    )
    assert len(mail.outbox) == before + 1
    return link_in(mail.outbox[-1].body)


def link_in(text):
    return re.search(r"https?://[^/]+(/personnes/invitation/\S+)", text)[1]
