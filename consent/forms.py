"""What is typed in a dossier: numbers that open everything are refused, words of health are warned of."""

import base64
import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone

from consent import guard
from consent.models import NAME_LENGTH, TEXT_LENGTH, Entry, How, Notice, Request, RequestPart, Term

TERMS = [("3", "3 mois"), ("6", "6 mois"), ("12", "12 mois")]
DAYS = {"3": 91, "6": 182, "12": 364}
SCAN_BYTES = 5 * 1024**2
SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
WHY_LENGTH = 20  # letters at least, for an emergency


def too_long(length):
    return {"max_length": f"C’est trop long : {length} caractères au plus. Ce que vous avez écrit est gardé."}


def same_lines(text):
    return text.replace("\r\n", "\n").strip()


def offered(list_):
    """The words of a list as they are offered when the form is shown."""
    return lambda: Term.objects.choices(list_)


def until(term):
    return timezone.localdate() + timedelta(days=DAYS[term])


class Text(forms.CharField):
    """A text of a dossier."""

    def __init__(self, *, rows=4, length=TEXT_LENGTH, **options):
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        super().__init__(max_length=length, error_messages=too_long(length), widget=widget, **options)

    def clean(self, value):
        text = same_lines(super().clean(value) or "")
        if found := guard.refused_number(text):
            raise forms.ValidationError(
                f"Ce texte contient {found} : il n’a pas sa place ici. Enlevez-le ; le reste est gardé."
            )
        return text


class Form(forms.Form):
    """Several stand on one page: each has identifiers of its own."""

    ids = "id"

    def __init__(self, *args, **options):
        super().__init__(*args, auto_id=f"{self.ids}-%s", **options)


class Guarded(Form):
    """Asks before keeping a word that tells of somebody's health: the portal may not hold such data."""

    not_health = forms.BooleanField(
        required=False, label="J’ai vérifié : ce texte ne dit rien de la santé de quelqu’un", widget=forms.HiddenInput
    )

    def clean(self):
        cleaned = super().clean()
        texts = [cleaned.get(name) or "" for name, field in self.fields.items() if isinstance(field, Text)]
        found = [word for text in texts for word in guard.health_words(text)]
        if found and not cleaned.get("not_health"):
            self.fields["not_health"].widget = forms.CheckboxInput()
            words = ", ".join(f"« {word} »" for word in dict.fromkeys(found))
            self.add_error(
                "not_health",
                f"Le portail ne garde rien sur la santé. Relisez : {words}. Si ces mots ne disent rien de la santé de "
                "quelqu’un, cochez la case et enregistrez de nouveau.",
            )
        return cleaned


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
        if scan and kind_of(scan) is None:
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
            said |= {"scan": base64.b64encode(content).decode(), "scan_kind": kind_of(scan)}
        return said

    def until(self):
        return until(self.cleaned_data["term"])


def kind_of(file):
    """The media type that the first bytes tell, or None."""
    file.seek(0)
    start = file.read(5)
    file.seek(0)
    return next((kind for sign, kind in SCANS.items() if start.startswith(sign)), None)


class NewDossierForm(AgreementForm, Guarded):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    called = Text(
        rows=1,
        length=NAME_LENGTH,
        label="Comment l’appeler",
        help_text="Le nom que la personne choisit. Un prénom suffit.",
    )
    contact = Text(
        rows=1,
        length=200,
        required=False,
        label="Comment la joindre",
    )
    birth_year = forms.IntegerField(
        label="Année de naissance", required=False, min_value=1900, max_value=2100,
        error_messages={"invalid": "Une année en quatre chiffres, par exemple 1984."},
    )  # fmt: skip
    adults = forms.IntegerField(label="Adultes du foyer", min_value=1, max_value=20, initial=1)
    children = forms.IntegerField(label="Enfants du foyer", min_value=0, max_value=30, initial=0)
    wants = Text(rows=4, required=False, label="Ce que je veux", help_text="Avec ses mots, ou sous sa dictée.")

    field_order = ["id", "called", "wants", "contact", "birth_year", "adults", "children", "not_health"]
    DATA = {"contact": "contact", "birth_year": "naissance", "adults": "foyer", "children": "foyer"}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.keep_only_what_may_be_asked()

    def keep_only_what_may_be_asked(self):
        """What the CCAS took off its list is not asked; the rest says why it is necessary."""
        why = {term.code: term.why for term in Term.objects.of(Term.List.DATA).filter(is_offered=True)}
        for name, code in self.DATA.items():
            if code not in why:
                del self.fields[name]
            elif not self.fields[name].help_text:
                self.fields[name].help_text = why[code]

    def is_another(self):
        """From now on a dossier of its own, and not the one first sent under the same identifier."""
        self.data = self.data.copy()
        self.data["id"] = uuid.uuid4()

    def details(self):
        names = ("contact", "birth_year", "adults", "children", "wants")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class EntryForm(Guarded):
    ids = "ligne"

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(label="Sorte", initial=Entry.Kind.STEP)
    purpose = forms.ChoiceField(label="Pour", choices=offered(Term.List.NEED))
    text = Text(label="Ce qui est utile à la suite", help_text="Des faits, pas de jugement : la personne le lira.")

    field_order = ["id", "kind", "purpose", "text", "not_health"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        may_be_kept = dict(Term.objects.choices(Term.List.DATA))
        self.fields["kind"].choices = [(kind, label) for kind, label in Entry.Kind.choices if kind in may_be_kept]

    def is_another(self):
        """From now on a line of its own, and not the one first sent under the same identifier."""
        self.data = self.data.copy()
        self.data["id"] = uuid.uuid4()


class WordsForm(Guarded):
    ids = "mots"

    wants = Text(required=False, label="Ce que je veux")
    can = Text(required=False, label="Ce que je sais faire")
    project = Text(required=False, label="Mon projet")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    field_order = ["wants", "can", "project", "not_health", "version"]

    def sees(self, version):
        """From now on the person has the newer words before their eyes, beside their own."""
        self.data = self.data.copy()
        self.data["version"] = version


class ShareForm(AgreementForm):
    ids = "partage"

    structure = forms.ModelChoiceField(
        None,
        label="Avec quelle structure",
        empty_label="Choisissez une structure",
        error_messages={"invalid_choice": "Choisissez une structure de la liste."},
    )
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
    structure = forms.ModelChoiceField(
        None,
        label="Avec quelle structure",
        empty_label="Choisissez une structure",
        error_messages={"invalid_choice": "Choisissez une structure de la liste."},
    )
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


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Pourquoi ouvrez-vous ce dossier ?", choices=offered(Term.List.REASON), widget=forms.RadioSelect,
        help_text="La personne lira cette raison, avec la date et le nom de votre structure.",
        error_messages={"required": "Choisissez une raison."},
    )  # fmt: skip


class QuestionForm(forms.Form):
    text = Text(label="Votre message", rows=3, required=False)


class AnswerForm(forms.Form):
    text = Text(label="Votre réponse", rows=3)


class EmergencyForm(Guarded):
    number = forms.CharField(
        label="Numéro du dossier", max_length=20, help_text="Par exemple 4821-0937.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    why = Text(
        label="Quel danger, et pourquoi maintenant",
        help_text="La personne le lira, et la structure qui tient le dossier.",
    )

    def clean_why(self):
        why = self.cleaned_data["why"]
        if len(why) < WHY_LENGTH:
            raise forms.ValidationError("Dites-le en une phrase : ce mot reste, et sera relu.")
        return why


class ReviewForm(forms.Form):
    text = Text(label="Votre relecture", rows=3)


class RequestForm(Form):
    """Asking for one's file without a card: nothing here is compared with what is kept."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
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

    number = forms.CharField(
        label="Numéro du reçu", max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    code = forms.CharField(
        label="Code du reçu", max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


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

    number = forms.CharField(
        label="Numéro de la carte", max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    code = forms.CharField(
        label="Code", max_length=60, help_text="Vingt chiffres, par groupes de quatre.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
