from django.conf import settings
from django.db import models

from lemans_solidaire.network.models.structure import Structure


class EventQuerySet(models.QuerySet):
    def about(self, obj):
        return self.filter(object_type=obj._meta.label_lower, object_id=obj.pk)


class Event(models.Model):
    """What happened, once and for all: PostgreSQL refuses to change or delete a line (migration 0002)."""

    class Actor(models.TextChoices):
        USER = "user", "compte"
        USAGER = "usager", "la personne"
        LINK = "link", "lien reçu"
        STRANGER = "stranger", "visiteur"
        JOB = "job", "tâche du portail"

    at = models.DateTimeField("le", auto_now_add=True)
    actor = models.CharField("par", max_length=10, choices=Actor)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte"
    )
    structure = models.ForeignKey(
        Structure, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="structure"
    )
    verb = models.CharField("a fait", max_length=40)
    object_type = models.CharField("sur", max_length=60)
    object_id = models.BigIntegerField("numéro")
    changes = models.JSONField("changements", default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="event_by_object"),
            models.Index(fields=["verb", "-at"], name="event_by_verb"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor="user", user__isnull=False)
                | (~models.Q(actor="user") & models.Q(user__isnull=True)),
                name="event_user_when_actor_is_user",
            )
        ]

    def __str__(self):
        return f"{self.at:%d/%m/%Y %H:%M} {self.verb}"
