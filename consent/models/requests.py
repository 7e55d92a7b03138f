"""Asking for one's file without a card."""

from django.db import models

from consent.models.common import NAME_LENGTH, account
from lemans_solidaire.network.models import Structure


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
