"""Who signed what: acts that never change, each sealed with the one before (migration 0002), and the ways to them."""

import secrets
from datetime import UTC, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from charter.models.version import Version
from charter.text import digest_of
from lemans_solidaire.network.models import Structure, UnsentMail

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
SEALED = (
    "number", "kind", "structure_id", "structure_name", "structure_kind", "version_id", "text_digest", "positions",
    "signer_name", "signer_function", "power_body", "way", "evidence", "code", "previous_seal",
)  # fmt: skip


def new_code():
    """« K7QM-3F9T-XBVA »: what is printed on a certificate, to be typed by anybody."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(12))
    return "-".join(letters[start : start + 4] for start in range(0, 12, 4))


class Way(models.TextChoices):
    ACCOUNT = "account", "avec un compte"
    LINK = "link", "par un lien personnel"
    PAPER = "paper", "sur papier"


class ActQuerySet(models.QuerySet):
    def until(self, day):
        """Those of that day and before."""
        return self.filter(at__date__lte=day)


class Act(models.Model):
    """A structure signs pieces of a version, or withdraws: a new dated fact, with the names as they were.

    `positions` of a signature: {clause key: reservation as written, "" when there is none}; of a withdrawal: {key: ""}.
    `evidence`: {"scan": digest, "signed_on": day} of a paper, {"sent_to": address} of a link.
    """

    class Kind(models.TextChoices):
        SIGNED = "signed", "signé"
        WITHDRAWN = "withdrawn", "retiré"

    number = models.PositiveIntegerField("numéro", unique=True)
    kind = models.CharField("acte", max_length=10, choices=Kind)
    version = models.ForeignKey(Version, models.PROTECT, related_name="acts", verbose_name="version")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="charter_acts", verbose_name="structure")
    structure_name = models.CharField("nom de la structure", max_length=200)
    structure_kind = models.CharField("nature", max_length=20)
    signer_name = models.CharField("qui signe", max_length=100)
    signer_function = models.CharField("en qualité de", max_length=100)
    power_body = models.CharField("pouvoir donné par", max_length=200, blank=True)
    power_on = models.DateField("le", null=True, blank=True)
    positions = models.JSONField("articles", default=dict)
    way = models.CharField("manière", max_length=10, choices=Way)
    evidence = models.JSONField("pièces", default=dict)
    text_digest = models.CharField("empreinte du texte", max_length=64)
    code = models.CharField("code de vérification", max_length=20, unique=True, default=new_code)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte"
    )
    previous_seal = models.CharField("sceau précédent", max_length=64, blank=True)
    seal = models.CharField("sceau", max_length=64)

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = "acte de signature"
        verbose_name_plural = "actes de signature"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="signed") | (~Q(power_body="") & Q(power_on__isnull=False)),
                name="act_signed_with_a_power",
            ),
            models.CheckConstraint(condition=~Q(positions={}), name="act_is_about_something"),
        ]

    def __str__(self):
        return f"{self.structure_name} : {self.get_kind_display()} le {timezone.localtime(self.at):%d/%m/%Y}"

    @property
    def is_signature(self):
        return self.kind == self.Kind.SIGNED

    def sealed(self):
        """SHA-256 of all that this act says and of the seal before it."""
        data = {name: getattr(self, name) for name in SEALED}
        dates = {
            "at": self.at.astimezone(UTC).isoformat(),
            "power_on": self.power_on and self.power_on.isoformat(),
            "by": self.by_id,
        }
        return digest_of(data | dates)


class Pending(models.Model):
    """A signature that waits for somebody: what is common to a link sent and to a paper received."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name="version")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name="structure")
    signer_name = models.CharField("qui signe", max_length=100)
    signer_function = models.CharField("en qualité de", max_length=100)
    power_body = models.CharField("pouvoir donné par", max_length=200, blank=True)
    power_on = models.DateField("le", null=True, blank=True)
    made_at = models.DateTimeField("préparé le", default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    act = models.OneToOneField(Act, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="acte")
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_settled(self):
        return self.act_id is not None or self.cancelled_at is not None


class SigningLinkQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(act=None, cancelled_at=None, expires_at__gt=timezone.now())

    def with_refusals(self):
        """`is_refused`: nothing tries to send its mail any more."""
        unsent = UnsentMail.objects.given_up().of("charter.send_signing_link", "link_id", models.OuterRef("pk"))
        return self.annotate(is_refused=models.Exists(unsent))


class SigningLink(Pending):
    """For a legal representative without account: one signature, then it no longer serves."""

    LASTS = timedelta(days=30)

    sent_to = models.EmailField("envoyé à")
    digest = models.CharField("empreinte du lien", max_length=64, blank=True, help_text="Vide jusqu’à son envoi.")
    expires_at = models.DateTimeField("sert jusqu’au")
    mailed_at = models.DateTimeField("parti le", null=True, blank=True)

    objects = SigningLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de signature"
        verbose_name_plural = "liens de signature"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="signing_link_opens_one_door")
        ]

    def __str__(self):
        return f"{self.structure}, {self.sent_to}"

    @staticmethod
    def new_token():
        return secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(token):
        return sha256(token.encode()).hexdigest()

    @property
    def serves(self):
        return not self.is_settled and self.expires_at > timezone.now() and self.structure.is_open

    @property
    def is_remembered(self):
        """Whether it still shows what was signed with it, a person's name among the rest."""
        return self.act_id is not None and self.expires_at > timezone.now()


class PaperQuerySet(models.QuerySet):
    def awaiting(self):
        """Entered, and the structure has not answered yet."""
        return self.filter(act=None, cancelled_at=None)


class PaperSignature(Pending):
    """A printed charter signed by hand, entered by the CCAS with its scan, until the structure confirms it.

    The structure may also say that it is not its own: `refused_by`, with its words.
    """

    positions = models.JSONField("articles", default=dict)
    signed_on = models.DateField("signé sur papier le")
    scan = models.BinaryField("scan")
    scan_kind = models.CharField("format", max_length=20)
    scan_name = models.CharField("nom du fichier", max_length=200)
    scan_digest = models.CharField("empreinte du scan", max_length=64)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="refusé par"
    )
    refused_because = models.CharField("ce qui ne va pas", max_length=300, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = "signature sur papier"
        verbose_name_plural = "signatures sur papier"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.structure}, {self.scan_name}"


class SigningReminderQuerySet(models.QuerySet):
    def lately(self):
        """Those after which nothing more is sent for a while; one that could not leave does not count."""
        return self.filter(asked_at__gt=timezone.now() - SigningReminder.EVERY, problem="")


class SigningReminder(models.Model):
    """A word by mail to a structure that has not signed the version in force; only the CCAS reads this."""

    EVERY = timedelta(days=14)

    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name="version")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name="structure")
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)

    objects = SigningReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "rappel de signature"
        verbose_name_plural = "rappels de signature"
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return f"{self.structure}, {timezone.localtime(self.asked_at):%d/%m/%Y}"
