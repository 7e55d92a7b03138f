import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from indicators.models.campaign import Campaign

ESSENTIAL_AT_MOST = 12
# Art. 9 of the GDPR, and the charter: no more asked of people than the help itself needs.
NEVER_ASKED = re.compile(
    r"\b(origines?|ethni\w*|race\w*|nationalit\w*|[ée]trang\w*|pays de naissance|immigr\w*|migrant\w*|réfugi\w*|"
    r"sans[ -]papiers|titres? de séjour|religi\w*|croyan\w*|confession\w*|opinions?|politiques?|syndi[cq]\w*|"
    r"sant[ée]|malad\w*|handicap\w*|addict\w*|psychi\w*|\w*sexuel\w*)\b",
    re.IGNORECASE,
)
WHY_NEVER_ASKED = (
    "« {word} » : le réseau ne répartit jamais les personnes selon l’origine, la nationalité, la religion, l’opinion "
    "ou la santé. Aider ne le demande pas, et la charte engage à ne pas demander plus que nécessaire."
)


def refuse_what_is_never_asked(text):
    found = NEVER_ASKED.search(text)
    if found:
        raise ValidationError(WHY_NEVER_ASKED.format(word=found.group()))


class Section(models.TextChoices):
    """The charter's three kinds of indicators, then how the structure itself runs."""

    ACTIVITY = "activity", "L’activité de l’année"
    PUBLICS = "publics", "Les personnes accueillies"
    SERVICES = "services", "Les services rendus"
    RUNNING = "running", "La vie de la structure"


class Block(models.Model):
    """Indicators that only concern the structures that tick « we do this »."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="blocks", verbose_name="campagne")
    code = models.SlugField("code", max_length=40)
    section = models.CharField("partie", max_length=20, choices=Section)
    position = models.PositiveSmallIntegerField("ordre")
    label = models.CharField("intitulé", max_length=80)
    does = models.CharField("ce que la structure coche", max_length=200, help_text="« Nous servons des repas. »")

    class Meta:
        verbose_name = "bloc"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="block_code_once_per_campaign")]

    def __str__(self):
        return self.label


class IndicatorQuerySet(models.QuerySet):
    def asked(self):
        """Everything a structure may answer, breakdowns included; a ratio is computed."""
        return self.exclude(total=Indicator.Total.RATIO)

    def main(self):
        return self.asked().filter(breakdown=None)

    def essential(self):
        return self.main().filter(block=None)


class Indicator(models.Model):
    class Total(models.TextChoices):
        SUM = "sum", "s’additionne d’une structure à l’autre"
        PERSONS = "persons", "des personnes : une même personne peut compter dans plusieurs structures"
        RATIO = "ratio", "se calcule à partir de deux autres, ne se demande pas"

    Section = Section

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="indicators", verbose_name="campagne")
    code = models.SlugField("code", max_length=40)
    section = models.CharField("partie", max_length=20, choices=Section)
    block = models.ForeignKey(
        Block,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name="bloc",
        help_text="Vide : l’essentiel, demandé à toutes les structures.",
    )
    position = models.PositiveSmallIntegerField("ordre")
    label = models.CharField("intitulé", max_length=120)
    definition = models.CharField("ce qui compte", max_length=400)
    excluded = models.CharField("ce qui ne compte pas", max_length=300, blank=True)
    unit = models.CharField("unité", max_length=30)
    total = models.CharField("total du réseau", max_length=10, choices=Total, default=Total.SUM)
    is_key = models.BooleanField(
        "chiffre clé",
        default=False,
        help_text="En tête de la synthèse ; les cinq premiers font la note d’une page.",
    )
    low = models.DecimalField(
        "rarement moins de",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Plus bas ou plus haut, la fiche demande un mot, sans rien empêcher.",
    )
    high = models.DecimalField("rarement plus de", max_digits=14, decimal_places=2, null=True, blank=True)
    synonyms = models.TextField(
        "autres façons de le dire", blank=True, help_text="Une par ligne, comme dans les rapports d’activité."
    )
    breakdown = models.ForeignKey(
        "indicators.Breakdown",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name="part de",
        help_text="Vide, sauf pour une tranche d’âge, un type de ménage…",
    )
    numerator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nombre divisé"
    )
    denominator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="divisé par"
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "indicateur"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "code"], name="indicator_code_once_per_campaign"),
            models.UniqueConstraint(
                fields=["campaign", "position"], name="indicator_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(total="ratio", numerator__isnull=False, denominator__isnull=False)
                | (~Q(total="ratio") & Q(numerator=None, denominator=None)),
                name="indicator_ratio_of_two_others",
                violation_error_message="Un rapport se calcule à partir de deux indicateurs ; les autres n’en ont pas.",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(low__lte=models.F("high")),
                name="indicator_bounds_in_order",
                violation_error_message="« Rarement moins de » doit être plus petit que « rarement plus de ».",
            ),
        ]

    def __str__(self):
        return self.label

    def clean(self):
        if self.breakdown_id:
            refuse_what_is_never_asked(self.label)
        elif self.block_id is None and self.total != self.Total.RATIO and self.campaign_id:
            others = self.campaign.indicators.essential().exclude(pk=self.pk).count()
            if others >= ESSENTIAL_AT_MOST:
                raise ValidationError(
                    f"L’essentiel tient en {ESSENTIAL_AT_MOST} chiffres : mettez celui-ci dans un bloc, "
                    "ou retirez-en un."
                )


class Breakdown(models.Model):
    """One way of sharing an indicator out, always optional. The parts are indicators of their own."""

    class Dimension(models.TextChoices):
        AGE = "age", "âge"
        SEX = "sex", "sexe"
        HOUSEHOLD = "household", "ménage"
        HOUSING = "housing", "logement"

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="breakdowns", verbose_name="indicateur")
    dimension = models.CharField(
        "répartition par",
        max_length=10,
        choices=Dimension,
        help_text="Jamais l’origine, la nationalité, la religion, l’opinion ou la santé.",
    )
    use = models.CharField("à quoi cela sert", max_length=200)

    class Meta:
        verbose_name = "répartition"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "dimension"], name="breakdown_once_per_dimension"),
            models.CheckConstraint(
                condition=Q(dimension__in=["age", "sex", "household", "housing"]),
                name="breakdown_only_what_the_charter_allows",
                violation_error_message=WHY_NEVER_ASKED.format(word="répartition"),
            ),
            models.CheckConstraint(condition=~Q(use=""), name="breakdown_says_its_use"),
        ]

    def __str__(self):
        return f"{self.indicator} par {self.get_dimension_display()}"

    def clean(self):
        refuse_what_is_never_asked(self.use)
