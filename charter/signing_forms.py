"""What is typed to sign, to withdraw, to send a link or to enter a paper. What was typed is never lost."""

from django import forms
from django.utils import timezone

from lemans_solidaire.network.typed import SCAN_BYTES, Lines, kind_of_scan, too_long
from lemans_solidaire.network.untrusted import RefusedFile, check_pdf

SIGNED, RESERVED, LEFT = "signe", "reserve", "non"
CHOICES = [
    (SIGNED, "Nous le signons"),
    (RESERVED, "Nous le signons avec une réserve"),
    (LEFT, "Nous ne le signons pas"),
]
LONGEST = 2000  # letters of a reservation


def line(label, most, missing, **options):
    """A line of text that must be there."""
    return forms.CharField(
        label=label, max_length=most, error_messages=too_long(most) | {"required": missing}, **options
    )


def past_day(label, missing, **options):
    return PastDay(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": "Écrivez une date, par exemple 14/03/2026."},
        **options,
    )


class PastDay(forms.DateField):
    def clean(self, value):
        day = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError("Cette date n’est pas encore venue\u202f: écrivez celle d’un jour passé.")
        if day and day.year < 1900:
            raise forms.ValidationError("Cette date est trop ancienne\u202f: vérifiez l’année.")
        return day


class SignerForm(forms.Form):
    """Who signs, in what name."""

    signer_name = line("Prénom et nom", 100, "Écrivez le nom de la personne qui signe.")
    signer_function = line(
        "En qualité de", 100, "Écrivez sa fonction.", help_text="Présidente, directeur, membre du bureau…"
    )

    @property
    def signer(self):
        return self.cleaned_data["signer_name"], self.cleaned_data["signer_function"]


class PowerForm(SignerForm):
    """… and who gave the power to."""

    power_body = line(
        "Qui lui a donné pouvoir de signer",
        200,
        "Écrivez qui a donné ce pouvoir\u202f: le bureau, le conseil d’administration, l’assemblée…",
        help_text="Le bureau, le conseil d’administration, l’assemblée… Le compte rendu n’est jamais demandé.",
    )
    power_on = past_day("Quel jour", "Écrivez le jour où ce pouvoir a été donné.")

    @property
    def power(self):
        return self.cleaned_data["power_body"], self.cleaned_data["power_on"]


class PiecesForm(PowerForm):
    """For each piece of a version: signed, signed with a reservation, or not. `before`: the positions last signed."""

    def __init__(self, data=None, files=None, *, pieces, before=None, **options):
        super().__init__(data, files, auto_id="id-%s", **options)
        self.pieces = pieces
        for piece in pieces:
            self.add_piece(piece, (before or {}).get(piece.key))

    def add_piece(self, piece, before):
        """What was said of a piece that has not changed is said again, unless one says otherwise."""
        kept = before is not None and not piece.has_changed
        self.fields[f"choix-{piece.key}"] = forms.ChoiceField(
            label=piece.clause.heading,
            choices=CHOICES,
            widget=forms.RadioSelect,
            initial=(RESERVED if before else SIGNED) if kept else None,
            error_messages={
                "required": "Dites ce que vous décidez ici.",
                "invalid_choice": "Choisissez l’une des trois.",
            },
        )
        self.fields[f"texte-{piece.key}"] = Lines(
            label=f"Votre réserve, {piece.clause.heading}",
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial=before if kept else "",
            error_messages=too_long(LONGEST),
        )

    def rows(self):
        """[(piece, choice, reservation)] for the page."""
        return [(piece, self[f"choix-{piece.key}"], self[f"texte-{piece.key}"]) for piece in self.pieces]

    def clean(self):
        cleaned = super().clean()
        for piece in self.pieces:
            choice, text = cleaned.get(f"choix-{piece.key}"), cleaned.get(f"texte-{piece.key}")
            if choice == RESERVED and text == "":
                self.add_error(
                    f"texte-{piece.key}", "Écrivez votre réserve, ou choisissez «\u202fNous le signons\u202f»."
                )
            elif choice in (SIGNED, LEFT) and text:
                self.add_error(
                    f"choix-{piece.key}",
                    "Vous avez écrit une réserve\u202f: choisissez «\u202favec une réserve\u202f», ou effacez-la.",
                )
        if not self.errors and not self.positions:
            raise forms.ValidationError(
                "Rien n’est signé\u202f: choisissez au moins un article, ou quittez cette page sans rien faire."
            )
        return cleaned

    @property
    def positions(self):
        """{key: reservation as written, or ""} of what is signed."""
        said = {piece.key: self.cleaned_data.get(f"choix-{piece.key}") for piece in self.pieces}
        return {
            key: self.cleaned_data.get(f"texte-{key}", "")
            for key, choice in said.items()
            if choice in (SIGNED, RESERVED)
        }

    def left_out(self):
        """Headings of what is not signed."""
        return [piece.clause.heading for piece in self.pieces if piece.key not in self.positions]


class LinkForm(PowerForm):
    sent_to = forms.EmailField(
        label="Son adresse électronique",
        max_length=254,
        help_text="Le lien y part une fois. Il sert à cette personne seule, pendant 30 jours.",
        error_messages={
            "required": "Écrivez son adresse.",
            "invalid": "Écrivez une adresse complète, par exemple nom@exemple.fr.",
        },
    )


class PaperForm(PiecesForm):
    signed_on = past_day("Signé sur papier le", "Écrivez la date qui est sur le papier.")
    scan = forms.FileField(
        label="Le papier signé",
        allow_empty_file=True,
        help_text="Un PDF ou une photo (JPEG, PNG), 5 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": "Joignez le papier signé\u202f: un PDF ou une photo.",
            "invalid": "Joignez un fichier.",
        },
    )

    def __init__(self, *args, adopted_on, **options):
        super().__init__(*args, **options)
        self.adopted_on = adopted_on

    def check_days(self, cleaned):
        """A paper is signed once the text is adopted and the power given."""
        signed, power = cleaned.get("signed_on"), cleaned.get("power_on")
        if signed and signed < self.adopted_on:
            self.add_error("signed_on", "Cette version n’était pas encore adoptée ce jour-là\u202f: vérifiez la date.")
        if signed and power and signed < power:
            self.add_error("power_on", "Ce jour vient après celui de la signature\u202f: vérifiez les deux dates.")

    def clean_scan(self):
        scan = self.cleaned_data["scan"]
        if scan.size > SCAN_BYTES:
            raise forms.ValidationError("Ce fichier pèse plus de 5 Mo\u202f: enregistrez-en une version plus légère.")
        kind = kind_of_scan(scan)
        if kind is None:
            raise forms.ValidationError("Choisissez un PDF ou une photo (JPEG ou PNG).")
        if kind == "application/pdf":
            try:
                check_pdf(scan)
            except RefusedFile as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return scan

    def clean(self):
        cleaned = super().clean()
        self.check_days(cleaned)
        if self.errors and "scan" not in self.errors:
            self.add_error("scan", "Choisissez de nouveau ce fichier\u202f: un navigateur ne le garde pas.")
        return cleaned

    @property
    def paper(self):
        """(name, media type, bytes)."""
        scan = self.cleaned_data["scan"]
        scan.seek(0)
        return scan.name[-200:], kind_of_scan(scan), scan.read()


class WithdrawForm(SignerForm):
    """What is withdrawn: some pieces of the last version signed, or everything."""

    EVERYTHING = "tout"
    field_order = ["keys"]

    keys = forms.MultipleChoiceField(
        label="Ce que vous retirez", widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez ce que vous retirez.",
            "invalid_choice": "L’un de ces articles n’est plus signé\u202f: relisez la liste.",
        },
    )  # fmt: skip

    def __init__(self, *args, signed, numbers, **options):
        """`signed`: [(key, heading)] of the last version signed; `numbers`: every version still signed."""
        super().__init__(*args, auto_id="id-%s", **options)
        everything = f"Toute notre signature, {versions_told(numbers)}"
        self.fields["keys"].choices = [(self.EVERYTHING, everything), *signed]

    @property
    def takes_everything(self):
        signed = {key for key, _ in self.fields["keys"].choices} - {self.EVERYTHING}
        chosen = set(self.cleaned_data["keys"])
        return self.EVERYTHING in chosen or chosen == signed


def versions_told(numbers):
    """« versions 3, 2 et 1 »."""
    *first, last = numbers
    return f"versions {', '.join(map(str, first))} et {last}" if first else f"version {last}"


class RefusalForm(forms.Form):
    because = Lines(
        label="Ce qui ne va pas",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=too_long(300) | {"required": "Dites en un mot ce qui ne va pas."},
    )
