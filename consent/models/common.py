"""Lengths, and the link to an account."""

from django.conf import settings
from django.db import models

NAME_LENGTH = 100
TEXT_LENGTH = 4000


def account(label, **more):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more)
