"""The text: a draft that people work on, then versions that never change (migration 0002)."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone

from charter.document import parts_of
from charter.text import canonical, digest_of, from_data

LONGEST_DRAFT = 500_000


class VersionQuerySet(models.QuerySet):
    def current(self):
        """The one in force: the last that was adopted."""
        return self.order_by("-number").first()

    def with_clause(self, key):
        """The last one that has this clause, or None."""
        return self.filter(content__contains={"clauses": [{"key": key}]}).order_by("-number").first()

    def texts(self):
        """[Text] of all, the latest first: what a new text is read against."""
        return [version.text for version in self.defer("summaries").order_by("-number")]

    def outlined(self):
        """Without their text."""
        return self.defer("content", "summaries").order_by("-number")


class Version(models.Model):
    """A version that a body adopted: its row is only ever added.

    `content` is Text.as_data(), whose digest is what people sign; `summaries` {clause key: plain French} explain it.
    """

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    content = models.JSONField("texte")
    summaries = models.JSONField("en clair", default=dict)
    digest = models.CharField("empreinte", max_length=64, help_text="SHA-256 du texte exact.")
    change_note = models.CharField("ce qui change", max_length=500, blank=True)
    adopted_on = models.DateField("adoptée le")
    adopted_body = models.CharField("par", max_length=200, help_text="L’assemblée des signataires, par exemple.")
    recorded_at = models.DateTimeField("enregistrée le", default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version de la charte"
        verbose_name_plural = "versions de la charte"
        ordering = ["-number"]

    def __str__(self):
        return f"{self.title}, version {self.number}"

    @cached_property
    def text(self):
        return from_data(self.content)

    @property
    def title(self):
        return self.text.title or "Charte"

    @cached_property
    def is_exact(self):
        """Whether the text still is the one whose digest was kept."""
        return self.text.digest == self.digest

    @cached_property
    def parts(self):
        """[Part] for a page."""
        return parts_of(self.text, self.summaries)

    @property
    def canonical(self):
        """The bytes whose SHA-256 is the digest."""
        return canonical(self.content)

    @property
    def adoption(self):
        """What the history keeps of its adoption, so that a change made afterwards is seen."""
        return {
            "number": self.number,
            "digest": self.digest,
            "adopted_on": self.adopted_on.isoformat(),
            "adopted_body": self.adopted_body,
            "change_note": self.change_note,
            "summaries": digest_of(self.summaries),
        }

    def get_absolute_url(self):
        return reverse("charter:version", args=[self.number])


class Draft(models.Model):
    """The next version, as Markdown; there is one at a time.

    `summaries` as in a Version, and, for clauses that are gone, under their own words in case they come back.
    """

    only = models.BooleanField(default=True, unique=True, editable=False)
    text = models.TextField("texte", max_length=LONGEST_DRAFT)
    summaries = models.JSONField("en clair", default=dict)
    change_note = models.CharField("ce qui change", max_length=500, blank=True)
    version = models.PositiveIntegerField("enregistrements", default=0)
    saved_at = models.DateTimeField("enregistré le", default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "projet de charte"
        verbose_name_plural = "projet de charte"
        constraints = [
            models.CheckConstraint(
                name="charter_draft_not_too_long", condition=LessThanOrEqual(Length("text"), LONGEST_DRAFT)
            )
        ]

    def __str__(self):
        return "Projet de charte"
