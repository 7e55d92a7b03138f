"""What allauth leaves to the portal: no open sign-up, encrypted second factors, a QR code that our CSP accepts."""

import base64
import hashlib

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


def cipher():
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.ENCRYPTION_KEY.encode()).digest()))


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text):
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url):
        return segno.make(url, error="m").svg_inline(scale=5, border=4, light="white")

    def can_delete_authenticator(self, authenticator):
        """Who must have a second factor may replace it, not go without."""
        return not authenticator.user.needs_second_factor
