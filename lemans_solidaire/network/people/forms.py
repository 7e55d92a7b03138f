"""What people type about a structure's people, and newcomers about themselves."""

from django import forms
from django.contrib.auth.password_validation import validate_password

from lemans_solidaire.network.form_parts import Making, Plain, field_of, text_area
from lemans_solidaire.network.models import AccountInvitation, Membership, User
from lemans_solidaire.network.saving import mark_of

ALREADY_HERE = "Cette adresse fait déjà partie de la structure\u202f: changez plutôt son rôle dans la liste."
ALREADY_ADMINISTRATOR = "Cette adresse administre déjà le portail."
GENERIC = {
    "accueil", "admin", "administration", "asso", "association", "bonjour", "bureau", "contact", "direction", "equipe",
    "info", "infos", "mail", "secretariat",
}  # fmt: skip
SHARED_LABEL = "Plusieurs personnes lisent cette adresse"
ROLES = [
    (Membership.Role.MEMBER, "Membre\u202f: remplit la fiche, tient les pages de l’annuaire"),
    (Membership.Role.RESPONSABLE, "Responsable\u202f: tout cela, et aussi envoyer la fiche, signer la charte, inviter"),
]
STATUSES = [(Membership.Status.VOLUNTEER, "Bénévole"), (Membership.Status.PROFESSIONAL, "Professionnel")]


def looks_shared(email):
    return email.partition("@")[0].lower() in GENERIC


def choices(label, options, **kwargs):
    return forms.ChoiceField(label=label, choices=options, widget=forms.RadioSelect, **kwargs)


class AddressForm(Making):
    """Whom to invite."""

    email = field_of(
        AccountInvitation, "email", required=True, help_text="La sienne, ou celle de la structure s’il n’en a pas."
    )
    name = field_of(AccountInvitation, "name", label="Prénom et nom, si vous les connaissez")
    welcome = field_of(
        AccountInvitation,
        "welcome",
        label="Un mot de votre part, si vous voulez",
        widget=text_area(3),
        help_text="Il sera dans le courriel. Par exemple qui vous êtes, et à qui demander de l’aide.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class InvitationForm(AddressForm):
    role = choices("Son rôle", ROLES, initial=Membership.Role.MEMBER)
    status = choices("Son statut", STATUSES, initial=Membership.Status.VOLUNTEER)
    is_shared = forms.BooleanField(label=SHARED_LABEL, required=False)
    field_order = ["email", "is_shared", "name", "role", "status", "welcome"]

    def __init__(self, *args, structure, **kwargs):
        super().__init__(*args, **kwargs)
        self.structure = structure

    def clean_email(self):
        email = super().clean_email()
        members = self.structure.memberships.current().filter(user__is_active=True)
        if members.filter(user__email__iexact=email).exists():
            raise forms.ValidationError(ALREADY_HERE)
        return email

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.fields}


class AdministratorForm(AddressForm):
    """For somebody of the CCAS who will administer the portal."""

    def clean_email(self):
        email = super().clean_email()
        if User.objects.filter(email__iexact=email, is_ccas_admin=True).exists():
            raise forms.ValidationError(ALREADY_ADMINISTRATOR)
        if looks_shared(email):
            raise forms.ValidationError("Il faut l’adresse d’une seule personne\u202f: on doit savoir qui a fait quoi.")
        return email

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in self.fields} | {"role": "", "status": ""}


class MemberForm(Plain):
    role = choices("Rôle", ROLES)
    status = choices("Statut", STATUSES)
    is_shared = forms.BooleanField(label=SHARED_LABEL, required=False)

    @property
    def typed(self):
        return {name: self.cleaned_data[name] for name in ("role", "status")}

    @staticmethod
    def seen_of(membership):
        return mark_of(membership, ("role", "status"))


class NewcomerForm(Making):
    """A name, and a password or none: without one, the account is entered by a code received by mail."""

    name = field_of(AccountInvitation, "name", label="Votre prénom et votre nom", required=True)
    is_shared = forms.BooleanField(label=SHARED_LABEL, required=False)
    password = forms.CharField(
        label="Mot de passe",
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["password"].required = invitation.is_for_the_ccas
        if invitation.is_for_the_ccas or not (invitation.is_shared or looks_shared(invitation.email)):
            del self.fields["is_shared"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        cleaned = super().clean()
        if password := cleaned.get("password"):
            told = User(email=self.invitation.email, full_name=cleaned.get("name", ""))
            try:
                validate_password(password, told)
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned

    @property
    def typed(self):
        told = {name: self.cleaned_data[name] for name in ("name", "password")}
        return told | {"is_shared": self.cleaned_data.get("is_shared", False)}
