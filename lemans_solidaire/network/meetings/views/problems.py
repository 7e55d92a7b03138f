"""New problems met: told, shared, followed until they are answered."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lemans_solidaire.network import acting
from lemans_solidaire.network.form_parts import seen_of
from lemans_solidaire.network.meetings import actions, permissions
from lemans_solidaire.network.meetings.problem_forms import AlsoMetForm, FollowForm, ProblemForm, ProblemWords
from lemans_solidaire.network.meetings.views.finding import find_meeting, find_problem, for_the_network, page_of
from lemans_solidaire.network.models import Problem, Structure
from lemans_solidaire.network.permissions import is_ccas_admin, structures_of
from lemans_solidaire.network.themes import Theme


@require_safe
@for_the_network
def problems(request):
    theme, state = request.GET.get("theme", ""), request.GET.get("etat", "")
    rows = Problem.objects.with_structures()
    rows = rows.filter(theme=theme) if theme in Theme.values else rows
    rows = rows.filter(state=state) if state in Problem.State.values else rows
    rows = rows.unanswered() if state == Problem.UNANSWERED else rows
    context = {
        "page": page_of(request, rows),
        "themes": Theme.choices,
        "states": [(Problem.UNANSWERED, "sans réponse"), *Problem.State.choices],
        "theme": theme,
        "state": state,
    }
    return render(request, "network/problems.html", context)


def structures_for(user):
    """Those that the person may speak for: their own; for the CCAS, any open one."""
    return Structure.objects.open() if is_ccas_admin(user) else structures_of(user)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def add_problem(request):
    """Told on one's own, or as it was at a meeting (?rencontre=)."""
    number, existing = request.GET.get("rencontre", ""), None
    meeting = find_meeting(int(number)) if number.isdecimal() and len(number) < 18 else None
    meeting = meeting if meeting and meeting.was_held else None
    own = structures_for(request.user)
    speaks_for = {"structures": own, "is_ccas": is_ccas_admin(request.user)}
    form = ProblemForm(request.POST or None, initial={"structure": acting.only_or_chosen(request, own)}, **speaks_for)
    if request.method == "POST" and form.is_valid():
        typed, structure = form.typed | {"meeting": meeting}, form.cleaned_data["structure"]
        try:
            return redirect(actions.add_problem(typed=typed, structure=structure, key=form.key, by=request.user))
        except actions.AlreadyMade as made:
            existing = made.existing
            form.with_a_new_key()
    status = 409 if existing else 422 if form.is_bound else 200
    context = {"form": form, "meeting": meeting, "existing": existing}
    return render(request, "network/add_problem.html", context, status=status)


@require_safe
@for_the_network
def problem(request, problem_id):
    problem = find_problem(problem_id)
    met = list(problem.met.select_related("structure"))
    with_them = {one.structure_id for one in met}
    own = acting.chosen_first(request, structures_of(request.user).order_by("name", "pk"))
    own = [(one, one.pk in with_them) for one in own]
    can_follow = permissions.can_follow(request.user, problem)
    context = {
        "problem": problem,
        "met": met,
        "own": own,
        "can_follow": can_follow,
        "can_reword": permissions.can_reword(request.user, problem),
        "also_met": AlsoMetForm(problem=problem) if can_follow else None,
    }
    return render(request, "network/problem.html", context)


@require_POST
@for_the_network
def meet_too(request, problem_id):
    """« Nous aussi », for a structure of one's own, or no longer; any one, told at a meeting, for who follows it."""
    problem, who = find_problem(problem_id), request.POST.get("structure", "")
    number = int(who) if who.isdecimal() and len(who) < 18 else 0
    follows = permissions.can_follow(request.user, problem)
    allowed = Structure.objects.open() if follows else structures_of(request.user)
    structure = allowed.filter(pk=number).first()
    if structure is None:
        messages.info(request, "Rien n’a changé : choisissez une structure.")
    else:
        act = actions.meet_no_more if request.POST.get("no_more") else actions.meet_too
        act(problem=problem, structure=structure, by=request.user)
    return redirect(problem)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def edit_problem(request, problem_id):
    problem, other, status = find_problem(problem_id), None, 200
    if not permissions.can_reword(request.user, problem):
        raise Http404
    shown = {name: getattr(problem, name) for name in ProblemWords.FIELDS}
    form = ProblemWords(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seen = request.POST.get("seen", "")
            try:
                return redirect(actions.edit_problem(problem=problem, typed=form.typed, seen=seen, by=request.user))
            except actions.NewerSave as newer:
                other, status = newer.now, 409
    context = {"problem": problem, "form": form, "other": other, "seen": seen_of(form, other or problem)}
    return render(request, "network/edit_problem.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def follow(request, problem_id):
    problem, other, status = find_problem(problem_id), None, 200
    if not permissions.can_follow(request.user, problem):
        raise Http404
    shown = {name: getattr(problem, name) for name in FollowForm.FIELDS}
    form = FollowForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = request.POST.get("seen", "")
                return redirect(actions.follow(problem=problem, typed=form.typed, seen=seen, by=request.user))
            except actions.NewerSave as newer:
                other, status = newer.now, 409
    context = {"problem": problem, "form": form, "other": other, "seen": seen_of(form, other or problem)}
    return render(request, "network/follow_problem.html", context, status=status)
