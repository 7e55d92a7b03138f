"""When dossiers may be kept, by whom, and who may open them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from consent.models.common import account
from lemans_solidaire.network.models import Membership, Structure


class Opening(models.Model):
    """The part is closed until the CCAS says when its impact assessment was done and the roles settled."""

    assessed_on = models.DateField("analyse d’impact faite le")
    roles_on = models.DateField(
        "rôles réglés le", help_text="Chaque structure répond de ses dossiers ; le CCAS héberge."
    )
    opens_on = models.DateField("ouvre le", default=timezone.localdate)
    by = account("par")

    class Meta:
        verbose_name = "ouverture des dossiers"
        verbose_name_plural = "ouverture des dossiers"
        ordering = ["opens_on"]
        constraints = [
            models.UniqueConstraint(models.Value(1), name="opening_once"),
            models.CheckConstraint(
                condition=Q(assessed_on__lte=F("opens_on")) & Q(roles_on__lte=F("opens_on")),
                name="opening_after_what_it_needs",
                violation_error_message="L’ouverture vient après l’analyse d’impact et le règlement des rôles.",
            ),
        ]

    def __str__(self):
        return f"Dossiers ouverts le {self.opens_on:%d/%m/%Y}"


class StructureOpening(models.Model):
    """A structure that keeps dossiers: it signed the agreement that makes it their controller."""

    structure = models.OneToOneField(
        Structure, models.PROTECT, related_name="dossier_opening", verbose_name="structure"
    )
    signed_on = models.DateField("convention signée le")
    duties = models.TextField(
        "ce qu’un texte oblige à garder",
        max_length=1000,
        blank=True,
        help_text="En dehors du portail : quoi, combien de temps, quel texte. Dit à la personne avant son accord.",
    )
    opens_on = models.DateField("ouvre le", default=timezone.localdate)
    closed_on = models.DateField("fermée le", null=True, blank=True)
    by = account("par")

    class Meta:
        verbose_name = "structure qui tient des dossiers"
        verbose_name_plural = "structures qui tiennent des dossiers"
        ordering = ["structure__name", "pk"]

    def __str__(self):
        return str(self.structure)

    def clean(self):
        if self.structure_id and self.structure.is_sensitive:
            raise ValidationError(
                {"structure": "Cette structure tient des données de santé : elle ne tient ni ne reçoit de dossier."}
            )


class DossierRightQuerySet(models.QuerySet):
    def current(self):
        """Of who still belongs to the structure: whoever has left it opens nothing there."""
        today = timezone.localdate()
        belongs = Membership.objects.current().filter(user=OuterRef("user"), structure=OuterRef("structure"))
        return self.filter(Exists(belongs), since__lte=today, until__gte=today, ended_at=None)


class DossierRight(models.Model):
    """Given by name, by a responsable, to somebody who signed the undertaking of secrecy."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="dossier_rights", verbose_name="compte"
    )
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="dossier_rights", verbose_name="structure")
    signed_on = models.DateField("engagement de secret signé le")
    since = models.DateField("depuis le", default=timezone.localdate)
    until = models.DateField("jusqu’au")
    given_by = account("donné par")
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)
    ended_by = account("retiré par", null=True, blank=True)

    objects = DossierRightQuerySet.as_manager()

    class Meta:
        verbose_name = "droit de dossier"
        verbose_name_plural = "droits de dossier"
        ordering = ["user__full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "structure"], name="dossier_right_once", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="dossier_right_lasts"),
            models.CheckConstraint(condition=Q(signed_on__lte=F("since")), name="dossier_right_after_undertaking"),
        ]

    def __str__(self):
        return f"{self.user}, {self.structure}"
