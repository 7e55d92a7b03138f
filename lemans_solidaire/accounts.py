"""What allauth leaves to the portal: no open sign-up, codes by mail for some accounts, encrypted second factors."""

import base64
import hashlib
import io
import time

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.internal.flows.trust import is_trusted_browser
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.stages import AuthenticateStage, TrustStage
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.core.mail import get_connection
from django.dispatch import receiver
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.mail import SIGNED, absolute, from_text
from lemans_solidaire.network.mail.delivery import forget_sent_by_hand
from lemans_solidaire.network.mail.jobs import send_account_notice
from lemans_solidaire.network.registry import Awaited


def cipher():
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.ENCRYPTION_KEY.encode()).digest()))


HOLD_ON = (
    "Trop d’essais en peu de temps. Rien n’est bloqué\u202f: attendez une heure, ou entrez d’une autre façon. La page "
    "«\u202fJe n’arrive pas à entrer\u202f» les dit toutes."
)
TWO_STEPS = (
    "Ce compte demande maintenant un mot de passe et une double vérification. Choisissez votre mot de passe\u202f: "
    "« Mot de passe oublié »."
)


ELSEWHERE = "Ce code est parti à une adresse qui n’est plus celle du compte. Demandez-en un autre à la nouvelle."


class NotSent(Exception):
    """A code or a link could not leave; the page says so, and the person asks again."""

    def __init__(self, message, problem):
        super().__init__(str(problem))
        self.message, self.problem = message, problem


class AccountAdapter(DefaultAccountAdapter):
    WAIT = 5  # seconds that a page waits for the mail server
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": HOLD_ON,
        "rate_limited": HOLD_ON,
        "incorrect_code": "Ce code ne convient pas. Recopiez celui du dernier courriel reçu, les huit chiffres.",
        "email_password_mismatch": "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux.",
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_stages(self):
        return [OWN_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def get_reset_password_from_key_url(self, key):
        account, token = key.split("-", 1)
        return absolute(reverse("account_reset_password_from_key", args=[account, token]))

    def render_mail(self, template_prefix, email, context, headers=None):
        subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
        text = render_to_string(f"{template_prefix}_message.txt", context)
        return from_text(f"{SIGNED}{subject}", text, [email], headers=headers)

    def send_mail(self, template_prefix, email, context):
        """Codes and links are written nowhere but in their mail: it leaves while the person waits, or they are told.

        Who asked for a code and may not have one is told by mail, never by the page.
        """
        if template_prefix == "account/email/unknown_account" and active_account(email):
            template_prefix = "account/email/login_code_refused"
            context = context | {"url": absolute(reverse("account_reset_password"))}
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

    def pre_login(self, request, user, **kwargs):
        """A code received by mail alone never opens an account that must have a second factor, nor one whose address
        has changed since it was asked for.

        When they last came is written over by this very sign-in: their own space says what is new since then.
        """
        records = get_authentication_records(request, user)
        methods = {entry["method"] for entry in records}
        if any(entry["method"] == "code" and entry["email"].lower() != user.email.lower() for entry in records):
            clear_login(request)
            messages.info(request, ELSEWHERE)
            return redirect("account_request_login_code")
        if user.needs_second_factor and methods == {"code"}:
            clear_login(request)
            messages.info(request, TWO_STEPS)
            return redirect("account_login")
        if user.last_login:
            request.session["news_since"] = user.last_login.isoformat()
        return super().pre_login(request, user, **kwargs)


class LoginCodeForm(RequestLoginCodeForm):
    """The page answers the same to everybody; an account that needs a second factor gets no code."""

    def clean_email(self):
        email = super().clean_email()
        if self._user and self._user.needs_second_factor:
            self._user = None
        return email


def active_account(email):
    return get_user_model().objects.filter(email__iexact=email, is_active=True).exists()


def let_in(request, user):
    """Signs in whoever has just shown that the address is theirs, and chosen how they enter from now on."""
    record_authentication(request, user, "invitation", email=user.email, reauthenticated=True)
    login = Login(user=user, email=user.email, redirect_url=reverse("dashboard"))
    return perform_login(request, login)


def owes_second_factor(request):
    """Whether this session still lacks the code that its account must give."""
    return request.user.needs_second_factor and not used_second_factor(request)


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


FRESH = 300  # seconds: a code given since then is this person's, here and now


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
