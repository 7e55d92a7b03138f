"""Working groups and « rencontres du réseau »: who comes, what was written, what was decided."""

import uuid
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lemans_solidaire.network.models.structure import Structure

ACCOUNT = settings.AUTH_USER_MODEL


class GroupQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_on=None)


class Group(models.Model):
    name = models.CharField("nom du groupe", max_length=120)
    purpose = models.TextField("à quoi il sert", max_length=1000, help_text="En deux ou trois phrases simples.")
    animator = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="qui l’anime")
    members = models.ManyToManyField(ACCOUNT, through="GroupMember", related_name="working_groups")
    closed_on = models.DateField("ne se réunit plus depuis le", null=True, blank=True)
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = "groupe de travail"
        verbose_name_plural = "groupes de travail"
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("network:group", args=[self.pk])

    @property
    def is_open(self):
        return self.closed_on is None


class GroupMember(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="places", verbose_name="groupe")
    user = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="+", verbose_name="compte")
    since = models.DateField("depuis le", default=timezone.localdate)

    class Meta:
        verbose_name = "membre d’un groupe"
        verbose_name_plural = "membres des groupes"
        ordering = ["user__full_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="group_member_once")]

    def __str__(self):
        return f"{self.user}, {self.group}"


class MeetingQuerySet(models.QuerySet):
    def coming(self):
        return self.filter(starts_at__gt=timezone.now(), cancelled_at=None).order_by("starts_at", "pk")

    def over(self):
        return self.filter(Q(starts_at__lte=timezone.now()) | Q(cancelled_at__isnull=False))

    def held(self):
        return self.filter(starts_at__lte=timezone.now(), cancelled_at=None)

    def without_minutes(self):
        return self.held().filter(published=None)


class Meeting(models.Model):
    """Of a group, or of the whole network when it has none."""

    class Length(models.IntegerChoices):
        ONE = 60, "1 heure"
        HALF_MORE = 90, "1 heure et demie"
        TWO = 120, "2 heures"
        TWO_AND_HALF = 150, "2 heures et demie"
        THREE = 180, "3 heures"
        HALF_DAY = 240, "4 heures"
        DAY = 420, "7 heures"

    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name="groupe"
    )
    title = models.CharField("titre", max_length=150)
    starts_at = models.DateTimeField("commence le")
    length = models.PositiveSmallIntegerField("durée", choices=Length, default=Length.TWO)
    place = models.CharField("lieu", max_length=200, blank=True)
    link = models.URLField("lien pour venir à distance", blank=True)
    agenda = models.TextField("ordre du jour", max_length=5000, blank=True)
    agenda_is_new = models.BooleanField("ordre du jour changé depuis le dernier courriel", default=False)
    sequence = models.PositiveIntegerField("changements annoncés", default=0)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    cancelled_because = models.CharField("pourquoi", max_length=300, blank=True)
    also_present = models.TextField("autres personnes présentes", max_length=2000, blank=True)
    attendance_at = models.DateTimeField("présences notées le", null=True, blank=True)
    minutes = models.TextField("compte rendu", max_length=50_000, blank=True)
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="préparée par")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "rencontre du réseau"
        verbose_name_plural = "rencontres du réseau"
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(place="") | ~Q(link=""), name="meeting_is_somewhere"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None) | Q(cancelled_at__isnull=False, cancelled_by__gt=0),
                name="meeting_cancelled_by_somebody",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("network:meeting", args=[self.pk])

    @property
    def ends_at(self):
        return self.starts_at + timedelta(minutes=self.length)

    @property
    def is_cancelled(self):
        return self.cancelled_at is not None

    @property
    def is_past(self):
        return self.starts_at <= timezone.now()

    @property
    def is_coming(self):
        return not (self.is_cancelled or self.is_past)

    @property
    def was_held(self):
        return self.is_past and not self.is_cancelled

    @property
    def agenda_items(self):
        return [line.strip() for line in self.agenda.splitlines() if line.strip()]

    @property
    def uid(self):
        """What calendars know it by, from its first invitation to its cancellation."""
        return f"{self.key}@rencontres.le-mans-solidaire"


class InvitationQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(withdrawn_at=None)

    def to_answer(self):
        coming = Q(meeting__starts_at__gt=timezone.now(), meeting__cancelled_at=None)
        return self.standing().filter(coming, answer="").order_by("meeting__starts_at", "pk")

    def to_forget(self):
        old = timezone.now() - Invitation.ADDRESS_LASTS
        return self.filter(meeting__starts_at__lt=old).exclude(email__endswith=Invitation.FORGOTTEN)

    def forget(self):
        nobody = Concat("pk", Value(Invitation.FORGOTTEN), output_field=models.EmailField())
        return self.update(email=nobody, digest=None)


class Invitation(models.Model):
    """One person's, by their account or an address that was typed; their link is kept as a digest only."""

    ADDRESS_LASTS = timedelta(days=365)
    FORGOTTEN = "@oubliee.invalid"

    class Answer(models.TextChoices):
        YES = "yes", "Je viens"
        PERHAPS = "perhaps", "Peut-être"
        NO = "no", "Je ne viens pas"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitations", verbose_name="rencontre")
    user = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte")
    email = models.EmailField("adresse électronique")
    digest = models.CharField(  # noqa: DJ001  null until the mail leaves: many invitations may have none yet
        max_length=64, unique=True, null=True, help_text="SHA-256 : le lien lui-même n’est pas gardé."
    )
    answer = models.CharField("réponse", max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    sent_sequence = models.PositiveIntegerField("dernier changement envoyé", null=True, blank=True)
    sent_at = models.DateTimeField("partie le", null=True, blank=True)
    problem = models.CharField("ce qui s’est passé", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    is_present = models.BooleanField("présente", default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["user__full_name", "email", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "email"], name="invitation_once"),
            models.UniqueConstraint(fields=["meeting", "user"], name="invitation_once_for_an_account"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="invitation_answered_one_day",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        if self.user:
            return str(self.user)
        return "Une personne sans compte" if self.email.endswith(self.FORGOTTEN) else self.email

    @property
    def address(self):
        """Where its mails go: to an account, at the address that it has today."""
        return self.user.email if self.user else self.email

    @property
    def token(self):
        """The same in each mail about this meeting, and nowhere else: it is worked out, never stored."""
        return salted_hmac("meeting.invitation", f"{self.pk} {self.email}", algorithm="sha256").hexdigest()

    @staticmethod
    def digest_of(token):
        return sha256(token.encode()).hexdigest()


class PublishedMinutes(models.Model):
    """As the network reads them, once and for all: PostgreSQL refuses to change them (migration 0007)."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="published", verbose_name="rencontre")
    text = models.TextField("texte")
    at = models.DateTimeField("publié le", default=timezone.now)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "compte rendu publié"
        verbose_name_plural = "comptes rendus publiés"
        ordering = ["-at"]

    def __str__(self):
        return f"{self.meeting}, {self.at:%d/%m/%Y}"


class Correction(models.Model):
    """What is added to published minutes, dated; it never changes either."""

    minutes = models.ForeignKey(PublishedMinutes, models.PROTECT, related_name="corrections", verbose_name="sur")
    text = models.TextField("correction", max_length=3000)
    at = models.DateTimeField("ajoutée le", default=timezone.now)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="par")
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = "correction de compte rendu"
        verbose_name_plural = "corrections de comptes rendus"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.minutes}, {self.at:%d/%m/%Y}"


class DecisionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Decision.State.OPEN)

    def carried_to(self, meeting):
        """Still open, taken at earlier meetings of the same group, or of the whole network if it has none."""
        earlier = self.filter(meeting__group=meeting.group_id, meeting__starts_at__lt=meeting.starts_at)
        return earlier.open().exclude(meeting=meeting).select_related("meeting", "structure")


class Decision(models.Model):
    class State(models.TextChoices):
        OPEN = "open", "à faire"
        DONE = "done", "faite"
        ABANDONED = "abandoned", "abandonnée"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name="rencontre")
    text = models.CharField("ce qui est décidé", max_length=500)
    structure = models.ForeignKey(
        Structure, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="structure qui s’en charge"
    )
    owner = models.CharField("ou qui s’en charge", max_length=150, blank=True)
    due_on = models.DateField("pour le")
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    word = models.CharField("en un mot", max_length=300, blank=True)
    settled_at = models.DateTimeField("close le", null=True, blank=True)
    settled_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="close par"
    )
    key = models.UUIDField("clé de création", unique=True, default=uuid.uuid4, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(structure=None) ^ Q(owner=""),
                name="decision_has_one_owner",
                violation_error_message="Choisissez une structure, ou écrivez qui s’en charge : l’un ou l’autre.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None, settled_by=None)
                | (~Q(state="open") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="decision_settled_by_somebody",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def owned_by(self):
        return str(self.structure) if self.structure_id else self.owner
