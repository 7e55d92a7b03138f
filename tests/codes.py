import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value


def code_for(secret):
    """The six digits that an application shows now for this secret."""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30))
