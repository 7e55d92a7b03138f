"""The desk where one signs, with an account or with a link: the page, read again, then one act."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from charter import actions
from charter.comparing import compare, stretches
from charter.models import Act, Version
from charter.pieces import pieces_of, told
from charter.register import standing_of
from charter.signing_forms import CHOICES, PiecesForm
from charter.views.finding import number_in

HIDDEN = ("csrfmiddlewaretoken", "empreinte", "vu", "etape")
LABELS = {name: field.label for name, field in PiecesForm.base_fields.items()}


@dataclass
class Desk:
    """`sign(form, seen)` makes the act, `after(act)` and `already(act)` answer the person."""

    request: Any
    structure: Any
    version: Version
    template: str
    sign: Any
    after: Any
    already: Any
    way: str  # how one signs here, in words
    initial: dict
    context: dict = field(default_factory=dict)

    def __post_init__(self):
        last = self.structure.charter_acts.filter(kind=Act.Kind.SIGNED).select_related("version").last()
        self.before = last.version if last and last.version_id != self.version.pk else None
        self.pieces = pieces_of(self.version, self.before)
        self.positions = standing_of(self.structure, last.version).positions if last else {}
        act = self.structure.charter_acts.filter(version=self.version).last()
        self.seen = act.number if act else 0

    def form(self, data=None):
        return PiecesForm(data, pieces=self.pieces, before=self.positions, initial=self.initial)

    def show(self, form=None, status=200) -> HttpResponse:
        context = {
            "structure": self.structure,
            "version": self.version,
            "before": self.before,
            "stretches": stretches(compare(self.before.text, self.version.text)) if self.before else [],
            "is_beside": False,
            "form": form or self.form(),
            "seen": self.seen,
        }
        return render(self.request, self.template, context | self.context, status=status)

    def take(self):
        """What was posted: out of date, incomplete, to read again, or signed."""
        post = self.request.POST
        if post.get("empreinte") != self.version.digest:
            return self.give_back("charter/newer_version.html")
        form = self.form(post)
        if post.get("etape") == "modifier" or not form.is_valid():
            return self.show(form, 200 if post.get("etape") == "modifier" else 422)
        if post.get("etape") != "signer":
            return self.read_again(form)
        try:
            return self.after(self.sign(form, number_in(post.get("vu", ""))))
        except actions.AlreadySigned as refusal:
            return self.already(refusal.act)
        except actions.SignedMeanwhile as refusal:
            act = refusal.act
            return self.give_back("charter/signed_meanwhile.html", act=act, pieces=told(act.version, act.positions))

    def read_again(self, form):
        context = {
            "structure": self.structure,
            "version": self.version,
            "form": form,
            "pieces": told(self.version, form.positions),
            "left_out": form.left_out(),
            "way": self.way,
            "seen": self.request.POST.get("vu", ""),
            "kept": kept(self.request.POST),
        }
        return render(self.request, "charter/read_again.html", context)

    def give_back(self, template, **more):
        """A page that says what came between, with everything typed, ready to go on from."""
        post = self.request.POST
        context = {
            "structure": self.structure,
            "version": self.version,
            "seen": self.seen,
            "kept": kept(post),
            "typed": typed(post),
        }
        return render(self.request, template, context | more, status=409)


def kept(post):
    """(name, value) to be sent again."""
    return [(name, post[name]) for name in post if name not in HIDDEN]


def typed(post):
    """(label, value) to be read: under the headings of the version that was on the page."""
    version = Version.objects.filter(digest=post.get("empreinte", "")[:64]).first()
    headings = {clause.key: clause.heading for clause in version.text.clauses} if version else {}
    choices = dict(CHOICES)
    for name, value in kept(post):
        kind, _, key = name.partition("-")
        if value.strip():
            heading = headings.get(key, key.replace("-", " "))
            label = {"choix": heading, "texte": f"Réserve, {heading}"}.get(kind) or LABELS.get(name, name)
            yield label, choices.get(value, value)
