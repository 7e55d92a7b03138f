"""A person’s yes: to keeping a dossier, to sharing it, and its end."""

import base64
from datetime import timedelta

from django import forms
from django.utils import timezone

from consent.forms.parts import Form, OneStructure, Text, offered
from consent.models import NAME_LENGTH, How, Notice, Term
from lemans_solidaire.network.typed import SCAN_BYTES, kind_of_scan

TERMS = [("3", "3 mois"), ("6", "6 mois"), ("12", "12 mois")]
DAYS = {"3": 91, "6": 182, "12": 364}


def until(term):
    return timezone.localdate() + timedelta(days=DAYS[term])


class AgreementForm(Form):
    """How the person said yes: by whom it is noted is known, the rest is written here."""

    how = forms.ChoiceField(
        label="Son accord est donné", choices=[(How.ORAL, How.ORAL.label), (How.PAPER, How.PAPER.label)],
        widget=forms.RadioSelect, initial=How.ORAL,
    )  # fmt: skip
    scan = forms.FileField(
        label="Le papier signé", required=False, allow_empty_file=True,
        help_text="Si l’accord est sur papier : une photo ou un PDF, 5 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )  # fmt: skip
    notice = forms.ModelChoiceField(
        Notice.objects.current(), required=False, label="La notice lue avec la personne", empty_label="Aucune",
        help_text="Lisez-la avec elle avant de lui demander son accord.",
    )  # fmt: skip
    term = forms.ChoiceField(
        label="Pour combien de temps", choices=TERMS, widget=forms.RadioSelect, initial="12",
        help_text="Renouvelable ; la personne peut le retirer à tout moment.",
    )  # fmt: skip
    language = Text(rows=1, length=50, label="Dans quelle langue", initial="français")
    interpreter = Text(
        rows=1,
        length=NAME_LENGTH,
        required=False,
        label="Interprète, s’il y en a un",
        help_text="Son nom ou sa fonction.",
    )
    witness = Text(rows=1, length=NAME_LENGTH, required=False, label="Témoin, si la personne en veut un")
    restated = forms.BooleanField(
        label="La personne a redit avec ses mots à quoi elle dit oui",
        error_messages={
            "required": "Demandez-lui de le redire avec ses mots : c’est ainsi que l’on sait qu’elle a compris."
        },
    )

    def clean_scan(self):
        scan = self.cleaned_data["scan"]
        if scan and scan.size > SCAN_BYTES:
            raise forms.ValidationError("Ce fichier pèse plus de 5 Mo : reprenez la photo en moins grand.")
        if scan and kind_of_scan(scan) is None:
            raise forms.ValidationError("Choisissez une photo (JPEG ou PNG) ou un PDF.")
        return scan

    def clean(self):
        cleaned = super().clean()
        scan = cleaned.get("scan")
        if scan and cleaned.get("how") == How.ORAL:
            self.add_error("scan", "Vous joignez un papier : dites que l’accord est donné sur papier, ou enlevez-le.")
        elif scan and self.errors:
            self.add_error("scan", "Choisissez de nouveau ce fichier : un navigateur ne le garde pas.")
        return cleaned

    def how_it_was_said(self):
        """What the database keeps of it; the paper, if there is one, in base64."""
        names = ("how", "language", "interpreter", "witness", "restated")
        said = {name: self.cleaned_data[name] for name in names}
        if notice := self.cleaned_data["notice"]:
            said["notice"] = notice.pk
        if (scan := self.cleaned_data["scan"]) and said["how"] == How.PAPER:
            content = scan.read()
            said |= {"scan": base64.b64encode(content).decode(), "scan_kind": kind_of_scan(scan)}
        return said

    def until(self):
        return until(self.cleaned_data["term"])


class ShareForm(AgreementForm):
    ids = "partage"

    structure = OneStructure()
    purpose = forms.ChoiceField(label="Pour", choices=offered(Term.List.NEED))

    field_order = ["structure", "purpose"]

    def __init__(self, data=None, files=None, *, structures):
        super().__init__(data, files)
        self.fields["structure"].queryset = structures


class OnlineTermForm(Form):
    """The person's own yes, online: for how long."""

    term = forms.ChoiceField(label="Pour combien de temps", choices=TERMS, widget=forms.RadioSelect, initial="3")

    def until(self):
        return until(self.cleaned_data["term"])


class OnlineShareForm(OnlineTermForm):
    structure = OneStructure()
    purpose = forms.ChoiceField(label="Pour quoi", choices=offered(Term.List.NEED))

    field_order = ["structure", "purpose", "term"]

    def __init__(self, data=None, *, structures):
        super().__init__(data)
        self.fields["structure"].queryset = structures


class EndForm(Form):
    ids = "fin"

    how = forms.ChoiceField(
        label="La personne l’a dit", choices=[(How.ORAL, How.ORAL.label), (How.PAPER, How.PAPER.label)],
        widget=forms.RadioSelect, initial=How.ORAL,
    )  # fmt: skip
