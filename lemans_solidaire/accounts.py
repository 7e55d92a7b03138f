"""What allauth leaves to the portal: no open sign-up, encrypted second factors, a QR code that our CSP accepts."""

import base64
import hashlib
import io

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import get_connection
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.mail import SIGNED, absolute, from_text
from lemans_solidaire.network.mail.delivery import forget_sent_by_hand
from lemans_solidaire.network.mail.jobs import send_account_notice
from lemans_solidaire.network.registry import Awaited


def cipher():
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.ENCRYPTION_KEY.encode()).digest()))


class NotSent(Exception):
    """A code or a link could not leave; the page says so, and the person asks again."""

    def __init__(self, message, problem):
        super().__init__(str(problem))
        self.message, self.problem = message, problem


class AccountAdapter(DefaultAccountAdapter):
    WAIT = 5  # seconds that a page waits for the mail server

    def is_open_for_signup(self, request):
        return False

    def pre_login(self, request, user, **kwargs):
        """When they last came is written over by this very sign-in: their own space says what is new since then."""
        if user.last_login:
            request.session["news_since"] = user.last_login.isoformat()
        return super().pre_login(request, user, **kwargs)

    def get_reset_password_from_key_url(self, key):
        account, token = key.split("-", 1)
        return absolute(reverse("account_reset_password_from_key", args=[account, token]))

    def render_mail(self, template_prefix, email, context, headers=None):
        subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
        text = render_to_string(f"{template_prefix}_message.txt", context)
        return from_text(f"{SIGNED}{subject}", text, [email], headers=headers)

    def send_mail(self, template_prefix, email, context):
        """Codes and links are written nowhere but in their mail: it leaves while the person waits, or they are told."""
        message = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        message.connection = get_connection(timeout=self.WAIT)
        try:
            message.send()
        except OSError as problem:
            raise NotSent(message, problem) from problem
        forget_sent_by_hand(email)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """What it tells is done, whether the mail server is there or not: a job sends it."""
        send_account_notice.defer(user_id=user.pk, template=template_prefix, at=timezone.now().isoformat())


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text):
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url):
        svg = io.BytesIO()
        segno.make(url, error="m").save(svg, kind="svg", xmldecl=False, border=4, light="white", omitsize=True)
        return svg.getvalue().decode()

    def can_delete_authenticator(self, authenticator):
        """Who must have a second factor does not go without; another administrator takes a lost one away."""
        return not authenticator.user.needs_second_factor


def used_second_factor(request):
    """Whether this very session gave a code, not merely an account that could."""
    return any(entry["method"] == "mfa" for entry in get_authentication_records(request, request.user))


@receiver(authenticator_added)
def setting_up_counts_as_using(sender, request, user, authenticator, **kwargs):
    """The code typed to set the second factor up is not asked a second time."""
    used_now(request, authenticator)


FEW_CODES = 5


def few_codes_left(user):
    """What awaits whoever signs in with a printed list alone, before its last code."""
    if not user.needs_second_factor or is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return
    printed = user.authenticator_set.filter(type=Authenticator.Type.RECOVERY_CODES).first()
    left = len(printed.wrap().get_unused_codes()) if printed else FEW_CODES + 1
    if left <= FEW_CODES:
        label = f"Il vous reste {left} codes imprimés" if left > 1 else "Il vous reste un code imprimé"
        detail = "Sans code, on ne peut plus entrer."
        yield Awaited(label, reverse("printed_codes"), detail, action="Imprimer une liste")


def used_now(request, authenticator):
    record_authentication(request, authenticator.user, "mfa", id=authenticator.pk, type=authenticator.type)
