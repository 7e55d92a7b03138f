"""Repères: a structure's own page each year, and for the CCAS the picture of the years that are over."""

import json

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from charter import actions, permissions
from charter.landmarks import Said, asked, asked_in, picture, plain, said_by
from charter.models import Landmark, Level, Version
from lemans_solidaire.network import acting
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.permissions import structures_of
from lemans_solidaire.network.templatetags.french import clock


@require_safe
def landmarks(request):
    """To the only structure, or to choose among one's own; the CCAS finds the picture here too."""
    structures = acting.chosen_first(request, structures_of(request.user).order_by("name"))
    year, sees_picture = timezone.localdate().year, permissions.can_write_charter(request.user)
    if len(structures) == 1 and not sees_picture:
        return redirect("charter:landmarks_of", structures[0].pk, year)
    if not structures and not sees_picture:
        raise Http404
    years = Landmark.objects.filter(year__lt=year).order_by("-year").values_list("year", flat=True).distinct()
    context = {
        "structures": structures,
        "year": year,
        "pictures": [(one, picture(one)) for one in list(years)[:5]] if sees_picture else [],
        "sees_picture": sees_picture,
    }
    return render(request, "charter/landmarks/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def landmarks_of(request, structure_id, of_year):
    """The year under way is written; those that are over are read."""
    structure = get_object_or_404(Structure, pk=structure_id)
    this_year = timezone.localdate().year
    if not permissions.can_keep_landmarks(request.user, structure) or of_year > this_year:
        raise Http404
    said = said_by(structure)
    if of_year < this_year:
        return past_year(request, structure, of_year, said)
    form = LandmarksForm(request.POST or None, clauses=asked(Version.objects.current()), said=said.get(of_year, {}))
    if request.method == "POST":
        return save(request, structure, of_year, form, said)
    return show(request, structure, of_year, form, said)


def past_year(request, structure, year, said):
    """Read only. What was typed before midnight on New Year's Eve is given back."""
    if request.method != "POST" and year not in said:
        raise Http404
    clauses = asked_in(year, said.get(year, ()))
    form = LandmarksForm(request.POST or None, clauses=clauses, said=said.get(year, {}))
    is_late = request.method == "POST"
    return show(request, structure, year, form, said, is_late=is_late, status=409 if is_late else 200)


def save(request, structure, year, form, said):
    if not form.is_valid():
        return show(request, structure, year, form, said, status=422)
    if form.left_over:
        return show(request, structure, year, form, said, status=409)
    try:
        actions.save_landmarks(structure=structure, year=year, typed=form.typed, seen=form.seen, by=request.user)
    except actions.NewerLandmarks as newer:
        form.see(newer.conflicts)
        return show(request, structure, year, form, said_by(structure), conflicts=newer.conflicts, status=409)
    messages.success(request, f"Enregistré à {clock(timezone.now())}. Seuls les membres de votre structure le lisent.")
    return redirect(request.path)


def show(request, structure, year, form, said, *, conflicts=(), is_late=False, status=200):
    years = sorted({*said, year})
    answered = {key for one in said.values() for key in one}
    context = {
        "structure": structure,
        "year": year,
        "this_year": timezone.localdate().year,
        "is_open": year == timezone.localdate().year,
        "is_late": is_late,
        "form": form,
        "rows": [row | {"other": dict(conflicts).get(row["clause"].key)} for row in form.rows(said, year)],
        "conflicts": conflicts,
        "years": years,
        "progress": [
            (plain(clause), [level_of(said, one, clause.key) for one in years]) for clause in asked_in(year, answered)
        ]
        if len(years) > 1
        else [],
    }
    return render(request, "charter/landmarks/landmarks.html", context, status=status)


def level_of(said, year, key):
    level = said.get(year, {}).get(key, Said()).level
    return Level(level).label if level else ""


class LandmarksForm(forms.Form):
    """Four fields for each clause, named after its key; `typed` is {key: Said}, `seen` what the page had shown."""

    def __init__(self, data=None, *, clauses, said):
        super().__init__(data)
        self.clauses, self.said, self.typed = clauses, said, {}
        for clause in clauses:
            said_of = said.get(clause.key, Said())
            self.fields |= {
                f"{clause.key}-niveau": forms.TypedChoiceField(
                    choices=Level.choices, coerce=int, empty_value=None, required=False, initial=said_of.level
                ),
                f"{clause.key}-note": forms.CharField(max_length=500, required=False, initial=said_of.note),
                f"{clause.key}-action": forms.CharField(max_length=300, required=False, initial=said_of.action),
                f"{clause.key}-date": forms.DateField(required=False, initial=said_of.action_on),
            }
        self.seen = self.seen_before() if self.is_bound else dict(said)

    def clean(self):
        for clause in self.clauses:
            level, note, action, on = (self.cleaned_data.get(f"{clause.key}-{name}") for name in NAMES)
            self.typed[clause.key] = Said(level, note or "", action or "", on.isoformat() if on else "")
        return self.cleaned_data

    @property
    def left_over(self):
        """What was typed for clauses that a version adopted meanwhile no longer has."""
        mine = {f"{clause.key}-{name}" for clause in self.clauses for name in NAMES}
        typed = [(name, self.data.get(name, "").strip()) for name in self.data if name.endswith(ENDINGS)]
        return [LEVELS.get(text, text) for name, text in typed if text and name not in mine]

    def seen_before(self):
        """Nothing when it was forged or lost: then what is stored is shown beside what was typed."""
        try:
            data = json.loads(self.data.get("seen") or "{}")
            return {key: Said(*values) for key, values in data.items() if len(values) == len(NAMES)}
        except (ValueError, AttributeError, TypeError, RecursionError):
            return {}

    def see(self, conflicts):
        """The page now shows what somebody else saved: sending again is knowing it."""
        self.seen |= conflicts

    @property
    def seen_text(self):
        return json.dumps({key: said.as_list() for key, said in self.seen.items()})

    def rows(self, said, year):
        for clause in self.clauses:
            yield {
                "clause": clause,
                "level": self[f"{clause.key}-niveau"],
                "note": self[f"{clause.key}-note"],
                "action": self[f"{clause.key}-action"],
                "date": self[f"{clause.key}-date"],
                "problems": [*self[f"{clause.key}-note"].errors, *self[f"{clause.key}-action"].errors],
                "is_written": any(self[f"{clause.key}-{name}"].value() for name in ("note", "action", "date")),
                "words": plain(clause),
                "before": said.get(year - 1, {}).get(clause.key),
            }


NAMES = ("niveau", "note", "action", "date")
ENDINGS = tuple(f"-{name}" for name in NAMES)
LEVELS = {str(level.value): level.label for level in Level}
