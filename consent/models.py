"""The tables of the dossiers. The web role reads two of them, line by line as the person agreed (migration 0002); the
others are read and written through the functions of the database, wrapped in `consent/kept.py`.
"""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lemans_solidaire.network.models import Structure

NAME_LENGTH = 100
TEXT_LENGTH = 4000
MONTHS = 12  # at most, for an agreement as for a dossier right


def account(label, **more):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more)


class Need(models.TextChoices):
    """What a dossier, an entry or a sharing is for; each with what makes it necessary (charter, article 4)."""

    WELCOME = "accueil", "être accueilli, se poser"
    RIGHTS = "droits", "ouvrir ou garder des droits"
    HOUSING = "logement", "se loger ou rester logé"
    FOOD = "alimentation", "manger"
    WORK = "emploi", "travailler, se former"
    MONEY = "budget", "budget, dettes"
    FAMILY = "famille", "enfants, famille"
    COMPANY = "lien", "ne pas rester seul"


class Reason(models.TextChoices):
    """Why somebody opens a dossier: one is chosen each time, and the person reads it."""

    MEETING = "rendez-vous", "nous nous voyons aujourd’hui"
    STEP = "demarche", "faire une démarche demandée"
    REQUEST = "demande", "répondre à une demande de la personne"
    RELAY = "relais", "prendre ou passer le relais"
    CHECK = "verification", "vérifier ou corriger ce qui est écrit"


class How(models.TextChoices):
    ORAL = "oral", "de vive voix"
    PAPER = "papier", "sur papier"
    ONLINE = "en-ligne", "en ligne, par la personne"


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
    opens_on = models.DateField("ouvre le", default=timezone.localdate)
    closed_on = models.DateField("fermée le", null=True, blank=True)
    by = account("par")

    class Meta:
        verbose_name = "structure qui tient des dossiers"
        verbose_name_plural = "structures qui tiennent des dossiers"
        ordering = ["structure__name", "pk"]

    def __str__(self):
        return str(self.structure)


class DossierRightQuerySet(models.QuerySet):
    def current(self):
        today = timezone.localdate()
        return self.filter(since__lte=today, until__gte=today, ended_at=None)


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
    purpose = models.CharField("pour", max_length=20, choices=Need)
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
    purpose = models.CharField("pour", max_length=20, choices=Need)
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
    purpose = models.CharField("pour", max_length=20, choices=Need, blank=True)
    until = models.DateField("jusqu’au", null=True, blank=True)
    how = models.CharField("comment", max_length=10, choices=How)
    by = account("noté par", null=True, blank=True)
    language = models.CharField("langue", max_length=50, blank=True)
    interpreter = models.CharField("interprète", max_length=NAME_LENGTH, blank=True)
    restated = models.BooleanField("redit avec ses mots", default=False)
    witness = models.CharField("témoin", max_length=NAME_LENGTH, blank=True)

    class Meta:
        verbose_name = "accord"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_act_display()}, {self.at:%d/%m/%Y}"


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
    reason = models.CharField("motif", max_length=20, choices=Reason, blank=True)
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
