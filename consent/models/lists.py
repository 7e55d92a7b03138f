"""The lists of words that the CCAS keeps, and what people are told before they agree."""

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from consent.models.common import NAME_LENGTH


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


MEETING, CHECK, DANGER = "rendez-vous", "verification", "danger"  # codes of reasons that the portal itself gives


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
