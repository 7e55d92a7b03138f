"""A way into the portal, sent by mail: for a structure, or to administer the portal for the CCAS."""

import secrets
import uuid
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from lemans_solidaire.network.models.membership import Membership
from lemans_solidaire.network.models.structure import Structure


class AccountInvitationQuerySet(models.QuerySet):
    def waiting(self):
        """Neither accepted nor cancelled: those that are too old are there too, to be sent again."""
        return self.filter(accepted_at=None, cancelled_at=None)

    def to_forget(self):
        """Over for long enough: whom they were for is nobody's business any more."""
        before = timezone.now() - AccountInvitation.REMEMBERED
        over = Q(accepted_at__lt=before) | Q(cancelled_at__lt=before) | Q(accepted_at=None, expires_at__lt=before)
        return self.filter(over).exclude(email="")

    def forget(self):
        """One that still waited is cancelled by the way: it leads nowhere."""
        nothing = {"email": "", "name": "", "welcome": "", "digest": ""}
        self.waiting().update(cancelled_at=timezone.now(), **nothing)
        self.update(**nothing)


class AccountInvitation(models.Model):
    """Serves once. The job that sends it makes its token; only the digest is kept.

    `structure` is null when it is for an administrator of the portal, at the CCAS. `sending` counts how many times it
    was sent: a job that comes late, for an earlier sending, sends nothing.
    """

    LASTS = timedelta(days=30)
    REMEMBERED = timedelta(days=90)
    TRIED = timedelta(days=2)  # longer than a job tries to send it: network/mail.py

    structure = models.ForeignKey(
        Structure, models.PROTECT, null=True, related_name="account_invitations", verbose_name="structure"
    )
    role = models.CharField("rôle", max_length=20, choices=Membership.Role, default=Membership.Role.MEMBER, blank=True)
    status = models.CharField("statut", max_length=20, choices=Membership.Status, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    name = models.CharField("prénom et nom", max_length=150, blank=True)
    welcome = models.TextField("un mot de votre part", max_length=500, blank=True)
    is_shared = models.BooleanField("adresse lue par plusieurs personnes", default=False)
    made_at = models.DateTimeField("faite le", default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    asked_at = models.DateTimeField("envoi demandé le", default=timezone.now)
    sending = models.PositiveSmallIntegerField("envoi", default=1)
    sent_at = models.DateTimeField("partie le", null=True, blank=True)
    expires_at = models.DateTimeField("sert jusqu’au")
    digest = models.CharField("empreinte du lien", max_length=64, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte"
    )
    accepted_with = models.UUIDField("page qui l’a acceptée", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)

    objects = AccountInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à ouvrir un compte"
        verbose_name_plural = "invitations à ouvrir un compte"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="account_invitation_one_door"),
            models.UniqueConstraint(
                Lower("email"),
                "structure",
                condition=Q(accepted_at=None, cancelled_at=None),
                nulls_distinct=False,
                name="account_invitation_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="account_invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(structure=None) | ~Q(status=""), name="account_invitation_says_the_status"
            ),
        ]

    def __str__(self):
        return f"{self.email or 'adresse oubliée'}, {self.structure or 'CCAS'}"

    @staticmethod
    def new_token():
        return secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(token):
        return sha256(token.encode()).hexdigest()

    @property
    def is_for_the_ccas(self):
        return self.structure_id is None

    @property
    def is_expired(self):
        return self.expires_at <= timezone.now()

    @property
    def is_given_up(self):
        """It could not leave, and nothing tries any more."""
        return self.sent_at is None and self.asked_at < timezone.now() - self.TRIED

    @property
    def state(self):
        """What became of it: "used", "cancelled", "closed" (its structure), "expired", or "open"."""
        if self.accepted_at:
            return "used"
        if self.cancelled_at:
            return "cancelled"
        if self.structure and not self.structure.is_open:
            return "closed"
        return "expired" if self.is_expired else "open"
