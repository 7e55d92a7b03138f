"""The tables of the dossiers. The web role reads two of them, line by line as the person agreed (migration 0002); the
others are read and written through the functions of the database, wrapped in `consent/kept.py`.
"""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lemans_solidaire.network.models import Structure

NAME_LENGTH = 100
TEXT_LENGTH = 4000
MONTHS = 12  # at most, for an agreement as for a dossier right


def account(label, **more):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more)


class TermQuerySet(models.QuerySet):
    def of(self, list_):
        return self.filter(list=list_)

    def choices(self, list_):
        """[(code, label)] of those offered today."""
        return list(self.of(list_).filter(is_offered=True).values_list("code", "label"))

    def labels(self, list_):
        """{code: label}, those no longer offered included: what was written stays readable."""
        return dict(self.of(list_).values_list("code", "label"))


class Term(models.Model):
    """A word of the lists that the CCAS keeps; its code is what dossiers and the log hold, and never changes."""

    class List(models.TextChoices):
        NEED = "besoin", "pour quoi (aides)"
        REASON = "motif", "pourquoi ouvrir un dossier"
        DATA = "donnee", "ce qui peut être gardé"

    list = models.CharField("liste", max_length=10, choices=List)
    code = models.SlugField("code", max_length=20)
    label = models.CharField("en mots", max_length=80)
    why = models.CharField(
        "pourquoi c’est nécessaire",
        max_length=200,
        blank=True,
        help_text="Pour ce qui peut être gardé : la personne lit cette raison.",
    )
    rank = models.PositiveSmallIntegerField("rang", default=100)
    is_offered = models.BooleanField("proposé", default=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "mot des listes"
        verbose_name_plural = "mots des listes"
        ordering = ["list", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="term_once"),
            models.CheckConstraint(
                condition=~Q(list="donnee") | ~Q(why=""),
                name="data_with_its_reason",
                violation_error_message="Dites pourquoi cette donnée est nécessaire : la charte le demande.",
            ),
        ]

    def __str__(self):
        return self.label


class NoticeQuerySet(models.QuerySet):
    def current(self):
        """The last version in each language, when it is offered."""
        last = self.order_by("language", "-version").distinct("language")
        by_language = models.Case(*(models.When(language=code, then=n) for n, code in enumerate(Notice.Language)))
        return self.filter(pk__in=last.values("pk"), is_offered=True).order_by(by_language)


class Notice(models.Model):
    """What people are told before they agree. A version is never changed: a new one is written."""

    class Language(models.TextChoices):
        FRENCH = "fr", "Français"
        EASY = "fr-simple", "Français facile à lire"
        ENGLISH = "en", "English"
        ARABIC = "ar", "العربية"
        DARI = "prs", "دری"
        UKRAINIAN = "uk", "Українська"
        PORTUGUESE = "pt", "Português"
        ROMANIAN = "ro", "Română"
        SPANISH = "es", "Español"

    FROM_RIGHT = {Language.ARABIC, Language.DARI}

    language = models.CharField("langue", max_length=10, choices=Language)
    version = models.PositiveSmallIntegerField("version", editable=False)
    text = models.TextField(
        "texte",
        max_length=20000,
        help_text="Un titre commence par « # », un sous-titre par « ## », une ligne de liste par « - ».",
    )
    checked_by = models.CharField(
        "relue par",
        max_length=NAME_LENGTH,
        blank=True,
        help_text="Qui parle cette langue et l’a relue. Vide : la page dit que la traduction n’est pas relue.",
    )
    sound = models.FileField(
        "lecture à voix haute",
        upload_to="notices/",
        blank=True,
        validators=[FileExtensionValidator(["mp3", "ogg", "m4a"])],
        help_text="Un fichier MP3, OGG ou M4A, si vous en avez un.",
    )
    is_offered = models.BooleanField("proposée", default=True)
    published_at = models.DateTimeField("publiée le", default=timezone.now, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "notice d’information"
        verbose_name_plural = "notices d’information"
        ordering = ["language", "-version"]
        constraints = [models.UniqueConstraint(fields=["language", "version"], name="notice_version_once")]

    def __str__(self):
        return f"{self.get_language_display()}, version {self.version}"

    BESIDE_THE_TEXT = ["checked_by", "sound", "is_offered"]

    def save(self, **options):
        if self._state.adding:
            last = Notice.objects.filter(language=self.language).aggregate(last=models.Max("version"))["last"]
            self.version = (last or 0) + 1
        else:
            options["update_fields"] = self.BESIDE_THE_TEXT
        super().save(**options)

    @property
    def is_from_right(self):
        return self.language in self.FROM_RIGHT

    @property
    def lang(self):
        """As a page says it to a screen reader."""
        return "fr" if self.language == self.Language.EASY else self.language


MEETING, CHECK, DANGER = "rendez-vous", "verification", "danger"  # codes of reasons that the portal itself gives


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


class Request(models.Model):
    """Somebody without a card asks for their file; the code of their receipt is kept as a card's is."""

    class Reach(models.TextChoices):
        DESK = "accueil", "je passerai à l’accueil"
        TELEPHONE = "telephone", "par téléphone"
        LETTER = "courrier", "par courrier"
        EMAIL = "courriel", "par courriel"

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField("numéro du reçu", max_length=8, unique=True)
    digest = models.BinaryField("empreinte du code")
    asked_at = models.DateTimeField("faite le")
    called = models.CharField("nom donné", max_length=NAME_LENGTH)
    reach = models.CharField("comment répondre", max_length=10, choices=Reach)
    reach_at = models.CharField("où", max_length=200, blank=True)

    class Meta:
        verbose_name = "demande de dossier"
        verbose_name_plural = "demandes de dossier"
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return self.number


class RequestPart(models.Model):
    """What each structure is asked; it sees its own alone."""

    class Outcome(models.TextChoices):
        CARD = "carte", "une carte lui a été remise"
        READ = "lecture", "son dossier lui a été lu"
        NOTHING = "rien", "nous n’avons rien : nous le lui avons dit"
        UNSURE = "doute", "nous ne savons pas encore si c’est elle"

    class Check(models.TextChoices):
        KNOWN = "connue", "quelqu’un de l’équipe la connaît"
        FACTS = "faits", "elle a dit deux faits que nous savons d’elle"
        WITH = "avec", "elle est venue avec quelqu’un que nous connaissons"
        PAPER = "papier", "dans le doute, elle a montré un papier, que nous n’avons pas copié"

    request = models.ForeignKey(Request, models.CASCADE, related_name="parts")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+")
    due = models.DateField("pour le")
    ready_at = models.DateTimeField("réponse prête le", null=True)
    answered_at = models.DateTimeField("réponse donnée le", null=True)
    outcome = models.CharField("réponse", max_length=10, choices=Outcome, blank=True)
    check_made = models.CharField("vérification", max_length=10, choices=Check, blank=True)
    by = account("par", null=True)

    class Meta:
        verbose_name = "part d’une demande"
        ordering = ["due", "pk"]
        constraints = [models.UniqueConstraint(fields=["request", "structure"], name="request_part_once")]
        indexes = [models.Index(fields=["structure", "due"], name="request_of_a_structure")]

    def __str__(self):
        return f"{self.request}, {self.structure}"


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
