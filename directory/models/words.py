"""The words that find, the numbers to call first, and what was looked for in vain; kept by the CCAS."""

from django.db import models


class Synonym(models.Model):
    """What people type, and what it is called in the directory."""

    typed = models.CharField("ce que l’on tape", max_length=60, unique=True, help_text="Sans accents ni majuscules.")
    means = models.TextField("ce qu’il faut chercher", help_text="Un mot ou une expression par ligne.")
    bare = models.CharField(max_length=60, default="", editable=False, db_index=True)  # set by the database

    class Meta:
        verbose_name = "synonyme"
        ordering = ["typed"]

    def __str__(self):
        return self.typed


class EmergencyCall(models.Model):
    """A number to call, shown above the results for words of emergency."""

    number = models.CharField("numéro", max_length=20)
    label = models.CharField("pour quoi", max_length=150)
    words = models.TextField("mots qui le montrent", help_text="Un mot ou une expression par ligne, sans accents.")
    rank = models.PositiveSmallIntegerField("rang", default=100)

    class Meta:
        verbose_name = "numéro d’urgence"
        verbose_name_plural = "numéros d’urgence"
        ordering = ["rank", "pk"]

    def __str__(self):
        return f"{self.number}, {self.label}"


class MissedSearch(models.Model):
    """What was looked for in vain: its words once three different days saw them, before that only their print."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    days = models.PositiveSmallIntegerField("jours différents", default=1)
    last_day = models.DateField("vu le", db_index=True)
    words = models.CharField("mots cherchés", max_length=40, blank=True)

    class Meta:
        verbose_name = "recherche sans réponse"
        verbose_name_plural = "recherches sans réponse"
        ordering = ["-days", "-last_day", "pk"]

    def __str__(self):
        return self.words
