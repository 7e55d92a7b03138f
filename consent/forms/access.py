"""Who comes in, and who asks: cards, requests without a card, rights of members."""

from django import forms
from django.utils import timezone

from consent.forms.parts import Digits, Making, Text
from consent.models import NAME_LENGTH, Request, RequestPart


class RequestForm(Making):
    """Asking for one's file without a card: nothing here is compared with what is kept."""

    called = Text(
        rows=1, length=NAME_LENGTH, label="Votre nom, ou celui sous lequel on vous connaît",
        help_text="Seules les structures choisies le liront.",
    )  # fmt: skip
    structures = forms.ModelMultipleChoiceField(
        None, label="À qui demandez-vous ?", widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins une structure.",
            "invalid_choice": "Choisissez dans la liste.",
            "invalid_pk_value": "Choisissez dans la liste.",
        },
    )  # fmt: skip
    reach = forms.ChoiceField(
        label="Comment voulez-vous la réponse ?", choices=Request.Reach, widget=forms.RadioSelect,
        initial=Request.Reach.DESK,
    )  # fmt: skip
    reach_at = Text(
        rows=1, length=200, required=False, label="Numéro ou adresse",
        help_text="Rien à écrire si vous passez à l’accueil.",
    )  # fmt: skip

    def __init__(self, data=None, *, structures):
        super().__init__(data)
        self.fields["structures"].queryset = structures

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reach", Request.Reach.DESK) != Request.Reach.DESK and not cleaned.get("reach_at"):
            self.add_error("reach_at", "Écrivez le numéro ou l’adresse où vous joindre.")
        return cleaned


class ReceiptForm(forms.Form):
    """The two numbers of a receipt."""

    number = Digits(label="Numéro du reçu", max_length=30)
    code = Digits(label="Code du reçu", max_length=60)


class OutcomeForm(forms.Form):
    """What was answered, once one knew who asks."""

    check = forms.ChoiceField(
        label="Comment avez-vous su que c’était elle ?", choices=RequestPart.Check, widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    outcome = forms.ChoiceField(label="Ce que vous avez répondu", choices=RequestPart.Outcome, widget=forms.RadioSelect)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") and cleaned["outcome"] != RequestPart.Outcome.UNSURE and not cleaned.get("check"):
            self.add_error("check", "Dites comment vous l’avez su : rien n’est remis à quelqu’un d’autre.")
        return cleaned


class RightForm(forms.Form):
    """A member of the structure, who has signed the undertaking of secrecy."""

    membership = forms.ModelChoiceField(None, label="Qui", empty_label="Choisissez une personne")
    signed_on = forms.DateField(
        label="Engagement de secret signé le",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data=None, *, memberships):
        super().__init__(data)
        self.fields["membership"].queryset = memberships
        self.fields["membership"].label_from_instance = lambda membership: str(membership.user)

    def clean_signed_on(self):
        signed_on = self.cleaned_data["signed_on"]
        if signed_on > timezone.localdate():
            raise forms.ValidationError("Cette date n’est pas encore venue.")
        return signed_on


class CardForm(forms.Form):
    """A card's number and its code, as they are printed: spaces do not count."""

    number = Digits(label="Numéro de la carte", max_length=30)
    code = Digits(label="Code", max_length=60, help_text="Vingt chiffres, par groupes de quatre.")
