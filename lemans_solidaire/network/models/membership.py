from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lemans_solidaire.network.models.structure import Structure


class MembershipQuerySet(models.QuerySet):
    def current(self):
        today = timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), since__lte=today)

    def responsable(self):
        return self.filter(role=Membership.Role.RESPONSABLE)

    def of_one_person(self):
        """Whose account is open and read by one person alone: what only such an account may be trusted with."""
        return self.filter(user__is_active=True, user__is_shared=False)


class Membership(models.Model):
    class Status(models.TextChoices):
        PROFESSIONAL = "professional", "professionnel"
        VOLUNTEER = "volunteer", "bénévole"

    class Role(models.TextChoices):
        RESPONSABLE = "responsable", "responsable"
        MEMBER = "member", "membre"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name="compte"
    )
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="memberships", verbose_name="structure")
    status = models.CharField("statut", max_length=20, choices=Status)
    role = models.CharField("rôle", max_length=20, choices=Role, default=Role.MEMBER)
    since = models.DateField("depuis le", default=timezone.localdate)
    until = models.DateField("jusqu’au", null=True, blank=True, help_text="Vide tant que la personne en fait partie.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance"
        ordering = ["structure__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "structure"],
                name="membership_once_at_a_time",
                condition=Q(until=None),
                violation_error_message="Cette personne fait déjà partie de cette structure.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="membership_ends_after_it_starts",
                violation_error_message="La date de fin précède celle de début.",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.structure}"
