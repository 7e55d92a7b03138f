"""What allauth leaves to the portal: no open sign-up, encrypted second factors, a QR code that our CSP accepts."""

import base64
import hashlib
import io
import time

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.internal.flows.trust import is_trusted_browser
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.stages import AuthenticateStage, TrustStage
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.urls import reverse

from lemans_solidaire.network.registry import Awaited


def cipher():
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.ENCRYPTION_KEY.encode()).digest()))


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def get_login_stages(self):
        return [OWN_STAGES.get(stage, stage) for stage in super().get_login_stages()]


OWN_STAGES = {
    "allauth.mfa.stages.AuthenticateStage": "lemans_solidaire.accounts.CodeStage",
    "allauth.mfa.stages.TrustStage": "lemans_solidaire.accounts.DeviceStage",
}


def gives_a_code_each_time(user):
    """Whoever opens dossiers: no device is trusted in their place (decision 12)."""
    return user.second_factor_asked


class CodeStage(AuthenticateStage):
    def _should_handle(self, request):
        needs_one = gives_a_code_each_time(self.login.user) and is_mfa_enabled(
            self.login.user, [Authenticator.Type.TOTP]
        )
        return needs_one or super()._should_handle(request)


class DeviceStage(TrustStage):
    """« Ne plus demander sur cet appareil », for those who may."""

    def handle(self):
        return (None, True) if gives_a_code_each_time(self.login.user) else super().handle()


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
    """Whether this very session gave a code, or comes from a device that gave one lately; not an account that could."""
    return has_given_a_code(request) or is_from_trusted_device(request)


def has_given_a_code(request, within=None):
    """In this session; in the last `within` seconds, for what is graver than coming in."""
    since = time.time() - within if within else 0
    records = get_authentication_records(request, request.user)
    return any(entry["method"] == "mfa" and entry["at"] >= since for entry in records)


TRUSTED = "trusted_device"  # in the session: the account that signed in from a device it trusts


@receiver(user_logged_in)
def remember_trusted_device(sender, request, user, **kwargs):
    """Looked at once, when signing in: forgotten devices are asked again at the next one."""
    if user.needs_second_factor and hasattr(request, "COOKIES") and is_trusted_browser(request, user):
        request.session[TRUSTED] = user.pk


def is_from_trusted_device(request):
    is_trusted = request.session.get(TRUSTED) == request.user.pk
    return is_trusted and not gives_a_code_each_time(request.user)


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
