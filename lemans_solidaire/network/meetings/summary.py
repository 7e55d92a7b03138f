"""What meetings add to the yearly summary: how often the network met, the new problems, what was decided."""

from django.db.models import Count, Q
from django.utils import timezone

from lemans_solidaire.network.models import Decision, Meeting, Problem
from lemans_solidaire.network.registry import Chapter
from lemans_solidaire.network.templatetags.french import plural


def chapters(year):
    """Provider of registry.chapters. Problems and their answers in words are for the network's edition alone."""
    counts = counts_of(year)
    problems = list(Problem.objects.of_year(year).with_structures().order_by("made_at", "pk"))
    paragraphs = [sentence for sentence in (met(counts), told(problems, year), decided(counts)) if sentence]
    if not paragraphs:
        return
    rows = [row_of(problem) for problem in problems]
    headings = ["Difficulté nouvelle", "Structures", "Où elle en est"] if rows else []
    yield Chapter("Les rencontres", paragraphs, edition="public")
    yield Chapter("Les rencontres", paragraphs, headings, rows, edition="network")


def counts_of(year):
    """One query: {held, groups, taken, done}."""
    return (
        Meeting.objects.held()
        .filter(starts_at__year=year)
        .aggregate(
            held=Count("pk", distinct=True),
            groups=Count("group", distinct=True),
            taken=Count("decisions", distinct=True),
            done=Count("decisions", distinct=True, filter=Q(decisions__state=Decision.State.DONE)),
        )
    )


def met(counts):
    held, groups = counts["held"], counts["groups"]
    if not held:
        return ""
    who = f", dans {groups} groupe{plural(groups)} de travail" if groups else ""
    return f"Le réseau s’est réuni {held} fois{who}."


def told(problems, year):
    new = [problem for problem in problems if timezone.localtime(problem.made_at).year == year]
    return " ".join(filter(None, [told_that_year(new), told_before(len(problems) - len(new))]))


def told_that_year(problems):
    count, answered = len(problems), sum(problem.is_answered for problem in problems)
    if not count:
        return ""
    end = received(answered) if answered else "aucune n’a encore de réponse"
    return f"{count} difficulté{plural(count)} nouvelle{plural(count)} posée{plural(count)}\u202f; {end}."


def told_before(count):
    return f"{received(count)}, posée{plural(count)} une autre année." if count else ""


def received(count):
    return f"{count} {'ont' if count > 1 else 'a'} reçu une réponse"


def decided(counts):
    taken, done = counts["taken"], counts["done"]
    if not taken:
        return ""
    return f"{taken} décision{plural(taken)} prise{plural(taken)}, dont {done} faite{plural(done)}."


def row_of(problem):
    return [f"{problem.get_theme_display()}\u202f: {problem.text}", str(problem.met_by), standing(problem)]


def standing(problem):
    if problem.is_answered:
        return f"Répondue le {problem.answered_on:%d/%m/%Y}\u202f: {problem.answer}"
    state = problem.get_state_display().capitalize()
    return f"{state}\u202f: {problem.answer}" if problem.answer else state
