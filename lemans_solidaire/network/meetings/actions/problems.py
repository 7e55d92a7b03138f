from django.db import transaction

from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Problem, ProblemMet
from lemans_solidaire.network.saving import NotPossible, locked, make_once, write


@transaction.atomic
def add_problem(*, typed, structure, key, by):
    """`typed`: theme, publics, text, meeting or None; `structure` meets it, None when the CCAS tells it."""
    problem, is_new = make_once(Problem, key, typed, made_by=by)
    if is_new:
        record(by=by, verb="problem_told", about=problem, structure=structure, changes={"theme": problem.theme})
        if structure:
            ProblemMet.objects.create(problem=problem, structure=structure)
    return problem


@transaction.atomic
def meet_too(*, problem, structure, by):
    """« Nous aussi »; twice changes nothing."""
    met, is_new = ProblemMet.objects.get_or_create(problem=problem, structure=structure)
    if is_new:
        record(by=by, verb="problem_met", about=problem, structure=structure)
    return met


@transaction.atomic
def meet_no_more(*, problem, structure, by):
    if ProblemMet.objects.filter(problem=problem, structure=structure).delete()[0]:
        record(by=by, verb="problem_met_no_more", about=problem, structure=structure)


@transaction.atomic
def edit_problem(*, problem, typed, seen, by):
    """Said better, or somebody's name taken away: hence the history does not hold the words."""
    problem = locked(problem)
    changes = write(problem, typed, seen)
    if changes:
        record(by=by, verb="problem_reworded", about=problem, changes={"changed": sorted(changes)})
    return problem


@transaction.atomic
def follow(*, problem, typed, seen, by):
    """`typed`: state, answer, answered_on."""
    problem = locked(problem)
    is_answered = typed["state"] == Problem.State.ANSWERED
    if is_answered != bool(typed["answered_on"]) or (is_answered and not typed["answer"]):
        raise NotPossible("Une difficulté répondue a sa réponse et sa date.")
    changes = write(problem, typed, seen)
    if changes:
        record(by=by, verb="problem_followed", about=problem, changes=changes)
    return problem
