from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.db.models.functions import Lower

ADMINISTERED_APPS = {"network", "indicators", "directory", "consent"}


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """The first CCAS administrator, from `manage.py createsuperuser`, which asks whether to pass over the rule."""
        validate_password(password, self.model(email=email, full_name=fields.get("full_name", "")))
        return self.create_user(email, password, is_ccas_admin=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    email = models.EmailField("adresse électronique")
    full_name = models.CharField("prénom et nom", max_length=150)
    is_active = models.BooleanField(
        "compte ouvert", default=True, help_text="Décocher pour fermer le compte sans effacer ce qu’il a écrit."
    )
    is_ccas_admin = models.BooleanField(
        "administre le portail pour le CCAS",
        default=False,
        help_text="Campagnes, relecture, synthèses et gestion. Demande un second facteur.",
    )
    second_factor_asked = models.BooleanField(
        "second facteur demandé", default=False, help_text="Pour qui ouvre des dossiers de personnes."
    )
    is_shared = models.BooleanField(
        "adresse lue par plusieurs personnes",
        default=False,
        help_text="Par exemple contact@… : ce compte n’ouvre jamais de dossier et n’administre pas le portail.",
    )
    date_joined = models.DateTimeField("compte ouvert le", auto_now_add=True)

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "compte"
        ordering = ["full_name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message="Cette adresse a déjà un compte."
            ),
            models.CheckConstraint(
                condition=models.Q(is_shared=False) | models.Q(is_ccas_admin=False, second_factor_asked=False),
                name="user_shared_holds_no_secret",
                violation_error_message="Une adresse lue par plusieurs personnes n’ouvre pas de dossier et "
                "n’administre pas le portail : il faut savoir qui l’a fait.",
            ),
        ]

    def __str__(self):
        return self.full_name or self.email

    @property
    def needs_second_factor(self):
        return self.is_ccas_admin or self.second_factor_asked

    @property
    def is_staff(self):
        return self.is_ccas_admin

    def has_perm(self, perm, obj=None):
        return self.has_module_perms(perm.split(".")[0])

    def has_module_perms(self, app_label):
        return self.is_active and self.is_ccas_admin and app_label in ADMINISTERED_APPS
