"""The access log: ids only, numbered and chained for each dossier, sealed in batches."""

from django.db import models


class Access(models.Model):
    """The access log: ids only, numbered and chained for each dossier; it stays when the dossier is erased."""

    class Actor(models.TextChoices):
        AGENT = "agent", "une personne de la structure"
        PERSON = "person", "vous"
        JOB = "job", "le portail"

    class Action(models.TextChoices):
        CREATED = "created", "dossier ouvert"
        READ = "read", "dossier lu"
        REFUSED = "refused", "lecture refusée"
        WRITTEN = "written", "ligne ajoutée"
        WORDS = "words", "vos mots changés"
        REMARK = "remark", "remarque ajoutée"
        SHARED = "shared", "partage donné"
        UNSHARED = "unshared", "partage retiré"
        RENEWED = "renewed", "accord renouvelé"
        WITHDRAWN = "withdrawn", "accord retiré"
        CARD = "card", "carte remise"
        BLOCKED = "blocked", "carte bloquée"
        ENTERED = "entered", "entrée avec la carte"
        QUESTIONED = "questioned", "question posée"
        ANSWERED = "answered", "réponse donnée"
        EMERGENCY = "emergency", "ouverture d’urgence"
        REVIEWED = "reviewed", "ouverture d’urgence relue"
        EXPORTED = "exported", "copie téléchargée"
        ERASED = "erased", "dossier effacé"

    dossier = models.UUIDField("dossier")
    seq = models.PositiveIntegerField("numéro")
    at = models.DateTimeField("le")
    txid = models.BigIntegerField("transaction")
    actor = models.CharField("qui", max_length=6, choices=Actor)
    user = models.BigIntegerField("compte", null=True)
    structure = models.BigIntegerField("structure", null=True)
    action = models.CharField("a fait", max_length=12, choices=Action)
    reason = models.CharField("motif", max_length=20, blank=True)
    hash = models.BinaryField("empreinte")

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal des lectures"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="access_numbered")]
        indexes = [models.Index(fields=["txid", "id"], name="access_by_transaction")]

    def __str__(self):
        return f"{self.dossier} n° {self.seq}"


class AccessHead(models.Model):
    """The last line of each dossier's chain."""

    dossier = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = "tête de chaîne"

    def __str__(self):
        return str(self.dossier)


class Seal(models.Model):
    """The lines of finished transactions, sealed together: what removes a line and its head breaks it."""

    number = models.BigIntegerField(primary_key=True)
    from_tx = models.BigIntegerField()
    to_tx = models.BigIntegerField()
    lines = models.BigIntegerField()
    root = models.BinaryField()
    hash = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "scellé"
        ordering = ["number"]

    def __str__(self):
        return f"Scellé {self.number}"


class Checkpoint(models.Model):
    """Where a dossier's chain begins again, once its old lines were purged."""

    dossier = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField("dernière ligne purgée")
    hash = models.BinaryField("son empreinte")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "point de reprise"
        verbose_name_plural = "points de reprise"

    def __str__(self):
        return f"{self.dossier} n° {self.seq}"


class Stub(models.Model):
    """All that is left of a purged line: what its seal was made of."""

    id = models.BigIntegerField(primary_key=True)
    txid = models.BigIntegerField()
    dossier = models.UUIDField()
    seq = models.PositiveIntegerField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = "empreinte d’une ligne purgée"
        indexes = [models.Index(fields=["txid", "id"], name="stub_by_transaction")]

    def __str__(self):
        return str(self.id)
