from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

LA_POSTE = "356000000"


def luhn_sum(digits):
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled)


def siret_is_sound(siret):
    """Fourteen digits whose key is right; La Poste's offices follow a rule of their own (INSEE)."""
    if not (len(siret) == 14 and siret.isascii() and siret.isdigit()):
        return False
    if siret.startswith(LA_POSTE) and sum(map(int, siret)) % 5 == 0:
        return True
    return luhn_sum(siret) % 10 == 0


def validate_siret(siret):
    if not siret_is_sound(siret):
        raise ValidationError(
            "Ce numéro SIRET ne convient pas : il a 14 chiffres et sa clé doit être juste. "
            "Vérifiez-le sur l’avis de situation, ou laissez vide."
        )


class StructureQuerySet(models.QuerySet):
    def open(self):
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=timezone.localdate()))


class Structure(models.Model):
    class Kind(models.TextChoices):
        ASSOCIATION = "association", "association"
        CENTRE_SOCIAL = "centre_social", "centre social"
        CCAS = "ccas", "CCAS ou CIAS"
        PUBLIC = "public", "service public"
        OTHER = "other", "autre structure"

    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=20, choices=Kind, default=Kind.ASSOCIATION)
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        validators=[validate_siret],
        help_text="14 chiffres, sans espace. Laisser vide si la structure n’en a pas.",
    )
    mission = models.TextField("mission", blank=True, help_text="En deux ou trois phrases simples.")
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    website = models.URLField("site internet", blank=True)
    address = models.CharField("adresse", max_length=300, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=100, blank=True)
    source_id = models.CharField(
        "identifiant d’origine", max_length=100, blank=True, help_text="Celui du fichier dont la fiche est reprise."
    )
    to_check = models.TextField(
        "à vérifier", blank=True, help_text="Ce que l’import n’a pas su lire. Effacer une fois réglé."
    )
    is_sensitive = models.BooleanField(
        "tient des données de santé",
        default=False,
        help_text="Structure de soins, ou dont le nom parle de santé : elle ne tient ni ne reçoit de dossier.",
    )
    closed_on = models.DateField("fermée depuis le", null=True, blank=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("source_id", name="structure_source_unique", condition=~Q(source_id="")),
            models.CheckConstraint(condition=~Q(name=""), name="structure_has_a_name"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_open(self):
        return self.closed_on is None or self.closed_on > timezone.localdate()
