"""Accounts are opened by the CCAS: their address is known to, and trusted by, the sign-in pages (allauth)."""

from allauth.account.models import EmailAddress
from django.db.models.signals import post_save
from django.dispatch import receiver

from lemans_solidaire.network.models import User


@receiver(post_save, sender=User)
def trust_address(sender, instance, raw, update_fields, **kwargs):
    if raw or (update_fields is not None and "email" not in update_fields):
        return
    address = {"email": instance.email.lower(), "primary": True, "verified": True}
    if not EmailAddress.objects.filter(user=instance, **address).exists():
        EmailAddress.objects.filter(user=instance).delete()
        EmailAddress.objects.create(user=instance, **address)
