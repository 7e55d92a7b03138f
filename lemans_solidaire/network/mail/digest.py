"""The daily mail: what awaits somebody and was not told yet, and what is new since they last came."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.mail.writing import absolute, message
from lemans_solidaire.network.models import Digest, User
from lemans_solidaire.network.permissions import read_once

SOON = timedelta(days=3)  # before its day, a thing is told once more
AGAIN = timedelta(days=7)
AGAIN_UNDATED = timedelta(days=30)
NEWS_LAST = timedelta(days=7)
AT_MOST = 8
signer = signing.Signer(salt="mail.digest")


@dataclass
class Point:
    """What one account's mail says; empty, no mail leaves."""

    awaited: list = field(default_factory=list)
    others: int = 0
    news: list = field(default_factory=list)
    told: dict = field(default_factory=dict)

    def __bool__(self):
        return bool(self.awaited or self.news)


def to_write_to():
    """Accounts that came once at least, and want the mail today."""
    accounts = User.objects.filter(is_active=True, last_login__isnull=False)
    accounts = accounts.exclude(digest__rhythm=Digest.Rhythm.NEVER)
    if timezone.localdate().weekday() > 0:
        accounts = accounts.exclude(digest__rhythm=Digest.Rhythm.WEEKLY)
    return accounts


def point_of(user, digest):
    today = timezone.localdate()
    read_once(user)
    items = sorted(registry.awaiting.ask(user), key=lambda item: (item.due is None, item.due))
    to_tell = [item for item in items if is_to_tell(item, digest.told.get(key_of(item)), today)][:AT_MOST]
    since = max(filter(None, [digest.sent_at, user.last_login, timezone.now() - NEWS_LAST]))
    told = {key_of(item): digest.told[key_of(item)] for item in items if key_of(item) in digest.told}
    told |= {key_of(item): [today.isoformat(), count_in(item)] for item in to_tell}
    return Point(
        awaited=to_tell,
        others=len(items) - len(to_tell),
        news=registry.newest(user, since),
        told=told,
    )


def is_to_tell(item, before, today):
    """`before`: [day it was last told, how many there were], or None."""
    if before is None or count_in(item) > before[1]:
        return True
    last = date.fromisoformat(before[0])
    if item.due is None:
        return today - last >= AGAIN_UNDATED
    return last < item.due - SOON <= today or today - last >= AGAIN


def key_of(item):
    """The same thing from one day to the next, whatever the count; its words are not kept."""
    words = re.sub(r"\d+", "", item.label)
    return hashlib.sha256(f"{words}\n{item.detail}\n{item.url}".encode()).hexdigest()[:16]


def count_in(item):
    found = re.search(r"\d+", item.label)
    return int(found.group()) if found else 0


def mail_of(user, point):
    stop = absolute(reverse("mail:stop", args=[signer.sign(user.pk)]))
    return message(
        template="network/mail/digest.txt",
        subject="ce qui vous attend" if point.awaited else "ce qui est nouveau",
        context={"point": point, "space": absolute(reverse("dashboard")), "stop": stop},
        to=[user.email],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def account_of(token):
    """Whose mail a link is about, or None: the link is signed, and lasts as long as the mail."""
    try:
        pk = signer.unsign(token)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
