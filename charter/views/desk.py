"""The desk where one signs, with an account or with a link: the page, read again, then one act."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from charter import actions
from charter.comparing import compare, stretches
from charter.models import Version
from charter.pieces import pieces_of, told
from charter.register import standings_of
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
        standings = standings_of(self.structure)
        last = last_signed(standings)
        self.before = last.version if last and last.version != self.version else None
        self.pieces = pieces_of(self.version, self.before)
        self.positions = last.positions if last else {}
        self.standing = next((one for one in standings if one.version == self.version and one.is_signed), None)
        self.last_act = self.structure.charter_acts.filter(version=self.version).last()
        self.seen = self.last_act.number if self.last_act else 0

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
            "standing": self.standing,
            "seen": number_in(self.request.POST.get("vu", "")) if form else self.seen,
        }
        return render(self.request, self.template, context | self.context, status=status)

    def take(self):
        """What was posted: out of date, incomplete, to read again, or signed."""
        post = self.request.POST
        if post.get("empreinte") != self.version.digest:
            return self.newer_version()
        form = self.form(post)
        signs = post.get("etape") == "signer" and form.is_valid()
        if not signs and self.is_overtaken():
            return self.signed_meanwhile(self.last_act)
        if post.get("etape") == "modifier" or not form.is_valid():
            return self.show(form, 200 if post.get("etape") == "modifier" else 422)
        if not signs:
            return self.read_again(form)
        try:
            return self.after(self.sign(form, number_in(post.get("vu", ""))))
        except actions.AlreadySigned as refusal:
            return self.already(refusal.act)
        except actions.SignedMeanwhile as refusal:
            return self.signed_meanwhile(refusal.act)

    def is_overtaken(self):
        """Whether somebody signed or withdrew after the first page was opened; `actions.sign` asks it again."""
        return self.last_act and number_in(self.request.POST.get("vu", "")) != self.last_act.number

    def signed_meanwhile(self, act):
        self.seen = act.number
        pieces = told(self.version, act.positions)
        return self.give_back("charter/signed_meanwhile.html", kept(self.request.POST), act=act, pieces=pieces)

    def newer_version(self):
        """What was decided of a piece that has changed since is to be decided anew; its reservation stays."""
        shown = version_shown(self.request.POST)
        changes = stretches(compare(shown.text, self.version.text)) if shown else []
        changed = {f"choix-{piece.key}" for piece in pieces_of(self.version, shown) if piece.has_changed or not shown}
        left = [(name, value) for name, value in kept(self.request.POST) if name not in changed]
        return self.give_back("charter/newer_version.html", left, before=shown, stretches=changes, is_beside=False)

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

    def give_back(self, template, left, **more):
        """A page that says what came between, with everything typed, and `left` of it ready to go on from."""
        context = {
            "structure": self.structure,
            "version": self.version,
            "seen": self.seen,
            "kept": left,
            "typed": typed(self.request.POST),
        }
        return render(self.request, template, context | more, status=409)


def last_signed(standings):
    """The latest version of which something stands; when nothing does, the latest that was signed."""
    signed = [one for one in standings if one.act]
    return next((one for one in signed if one.is_signed), signed[0] if signed else None)


def version_shown(post):
    """The version that was on the page, or None."""
    return Version.objects.filter(digest=post.get("empreinte", "")[:64]).first()


def kept(post):
    """(name, value) to be sent again."""
    return [(name, post[name]) for name in post if name not in HIDDEN]


def typed(post):
    """(label, value) to be read: under the headings of the version that was on the page."""
    version = version_shown(post)
    headings = {clause.key: clause.heading for clause in version.text.clauses} if version else {}
    choices = dict(CHOICES)
    for name, value in kept(post):
        kind, _, key = name.partition("-")
        if value.strip():
            heading = headings.get(key, key.replace("-", " "))
            label = {"choix": heading, "texte": f"Réserve, {heading}"}.get(kind) or LABELS.get(name, name)
            yield label, choices.get(value, value)
