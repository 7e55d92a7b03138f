"""Accounts are opened by the CCAS: their address is known to, and trusted by, the sign-in pages (allauth)."""

from allauth.account.models import EmailAddress
from django.db.models.signals import post_save
from django.dispatch import receiver

from lemans_solidaire.network.models import User


@receiver(post_save, sender=User)
def trust_address(sender, instance, created, raw, **kwargs):
    if raw or not instance.email:
        return
    EmailAddress.objects.update_or_create(
        user=instance, primary=True, defaults={"email": instance.email.lower(), "verified": True}
    )
