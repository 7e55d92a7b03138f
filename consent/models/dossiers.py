"""The tables of the dossiers. The web role reads two of them, line by line as the person agreed (migration 0002); the
others are read and written through the functions of the database, wrapped in `consent/kept.py`.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from consent.models.common import NAME_LENGTH, TEXT_LENGTH, account
from consent.models.lists import Notice
from lemans_solidaire.network.models import Structure


class How(models.TextChoices):
    ORAL = "oral", "de vive voix"
    PAPER = "papier", "sur papier"
    ONLINE = "en-ligne", "en ligne, par la personne"


class Dossier(models.Model):
    """One person's support in one structure: what a list shows. The rest is in `Detail` and is never selected."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("numéro", max_length=9, unique=True)
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="dossiers", verbose_name="structure")
    called = models.CharField("comment l’appeler", max_length=NAME_LENGTH)
    search_name = models.CharField("pour chercher", max_length=NAME_LENGTH, db_collation="C")
    created_at = models.DateTimeField("ouvert le")
    kept_until = models.DateField("accord jusqu’au")
    keep_withdrawn_at = models.DateTimeField("accord retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "dossier"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["structure", "-created_at", "-id"], name="dossier_of_a_structure"),
            models.Index(fields=["structure", "search_name"], name="dossier_by_name"),
            models.Index(
                fields=["structure", "-kept_until"], name="dossier_by_end", condition=Q(keep_withdrawn_at=None)
            ),
        ]

    def __str__(self):
        return self.number


class Share(models.Model):
    """One structure may read, for one purpose, until a day; the person may take it back at any time."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="shares", verbose_name="dossier")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name="structure")
    purpose = models.CharField("pour", max_length=20)
    until = models.DateField("jusqu’au")
    given_at = models.DateTimeField("donné le")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "partage"
        ordering = ["-given_at", "-pk"]
        indexes = [
            models.Index(
                fields=["structure", "-given_at", "-id"], name="share_by_structure", condition=Q(withdrawn_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "structure", "purpose"], name="share_once", condition=Q(withdrawn_at=None)
            )
        ]

    def __str__(self):
        return f"{self.dossier}, {self.structure}"


class Detail(models.Model):
    """What only `consent_open` and `consent_own` return: the person's own words, and the little else that is kept."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="detail")
    contact = models.CharField("comment la joindre", max_length=200, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        "année de naissance", null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    adults = models.PositiveSmallIntegerField("adultes du foyer", default=1)
    children = models.PositiveSmallIntegerField("enfants du foyer", default=0)
    wants = models.TextField("ce que je veux", max_length=TEXT_LENGTH, blank=True)
    can = models.TextField("ce que je sais faire", max_length=TEXT_LENGTH, blank=True)
    project = models.TextField("mon projet", max_length=TEXT_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "contenu d’un dossier"

    def __str__(self):
        return f"Contenu de {self.dossier_id}"


class Entry(models.Model):
    class Kind(models.TextChoices):
        NEED = "besoin", "besoin exprimé"
        STEP = "demarche", "démarche faite"
        NOTE = "note", "note"
        DOCUMENT = "document", "document reçu"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="entries")
    at = models.DateTimeField("le")
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    purpose = models.CharField("pour", max_length=20)
    text = models.TextField("texte", max_length=TEXT_LENGTH)
    by = account("par")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+")
    remark = models.TextField("remarque de la personne", max_length=TEXT_LENGTH, blank=True)
    remark_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ligne d’un dossier"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["dossier", "-at"], name="entry_of_a_dossier")]

    def __str__(self):
        return f"Ligne {self.id}"


class Agreement(models.Model):
    """How each agreement was given, renewed or taken back: a line for each fact, kept while the dossier lives."""

    class Act(models.TextChoices):
        KEEP = "garder", "accord pour garder"
        KEEP_ENDED = "garder-fin", "accord retiré"
        SHARE = "partager", "accord pour partager"
        SHARE_ENDED = "partager-fin", "partage retiré"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="agreements")
    at = models.DateTimeField("le")
    act = models.CharField("acte", max_length=12, choices=Act)
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name="structure")
    purpose = models.CharField("pour", max_length=20, blank=True)
    until = models.DateField("jusqu’au", null=True, blank=True)
    how = models.CharField("comment", max_length=10, choices=How)
    by = account("noté par", null=True, blank=True)
    language = models.CharField("langue", max_length=50, blank=True)
    interpreter = models.CharField("interprète", max_length=NAME_LENGTH, blank=True)
    restated = models.BooleanField("redit avec ses mots", default=False)
    witness = models.CharField("témoin", max_length=NAME_LENGTH, blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="notice lue")

    class Meta:
        verbose_name = "accord"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_act_display()}, {self.at:%d/%m/%Y}"


class Scan(models.Model):
    """The paper that the person signed; erased with the dossier."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, primary_key=True, related_name="scan")
    kind = models.CharField("sorte", max_length=20)
    content = models.BinaryField("contenu")

    class Meta:
        verbose_name = "accord sur papier"

    def __str__(self):
        return f"Papier de l’accord {self.agreement_id}"


class Card(models.Model):
    """`number` is printed with a code that nobody keeps: `digest` is its HMAC, made with a key outside the database."""

    number = models.CharField("numéro de carte", max_length=8, primary_key=True)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="cards")
    digest = models.BinaryField("empreinte du code")
    made_at = models.DateTimeField("remise le")
    made_by = account("remise par")
    blocked_at = models.DateTimeField("bloquée le", null=True, blank=True)

    class Meta:
        verbose_name = "carte"
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], name="card_one_that_works", condition=Q(blocked_at=None))
        ]

    def __str__(self):
        return self.number


class Question(models.Model):
    """The person asks about one reading; the structure that read owes a dated answer."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="questions")
    seq = models.PositiveIntegerField("lecture")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("posée le")
    text = models.TextField("question", max_length=TEXT_LENGTH, blank=True)
    answer = models.TextField("réponse", max_length=TEXT_LENGTH, blank=True)
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    answered_by = account("par", null=True, blank=True)

    class Meta:
        verbose_name = "question sur une lecture"
        verbose_name_plural = "questions sur une lecture"
        ordering = ["asked_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="question_once_per_reading")]

    def __str__(self):
        return f"Question sur la lecture {self.seq}"


class Emergency(models.Model):
    """Opened for an hour without the person's agreement, because of a danger: says why, and is read over."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="emergencies")
    at = models.DateTimeField("le")
    until = models.DateTimeField("jusqu’à")
    user = account("par")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name="structure")
    why = models.TextField("pourquoi", max_length=TEXT_LENGTH)
    review = models.TextField("relecture", max_length=TEXT_LENGTH, blank=True)
    reviewed_at = models.DateTimeField("relue le", null=True, blank=True)
    reviewed_by = account("relue par", null=True, blank=True)

    class Meta:
        verbose_name = "ouverture d’urgence"
        verbose_name_plural = "ouvertures d’urgence"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["user", "structure", "-until"], name="emergency_in_force")]

    def __str__(self):
        return f"Ouverture d’urgence {self.pk}"


class Hidden(models.Model):
    """What the person does not want to see on a screen: a structure, or one entry. Agents still see it."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="hidden")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+", null=True)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+", null=True)

    class Meta:
        verbose_name = "caché de l’espace en ligne"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "structure", "entry"], name="hidden_once", nulls_distinct=False),
        ]

    def __str__(self):
        return f"Caché {self.pk}"


class Helped(models.Model):
    """People helped who did not want a dossier: how many in a month, and nothing else."""

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+")
    month = models.DateField("mois")
    people = models.PositiveIntegerField("personnes", default=0)

    class Meta:
        verbose_name = "aide sans dossier"
        constraints = [models.UniqueConstraint(fields=["structure", "month"], name="helped_once_a_month")]

    def __str__(self):
        return f"{self.structure}, {self.month:%m/%Y}"
