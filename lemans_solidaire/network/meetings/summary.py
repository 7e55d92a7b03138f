"""What meetings add to the yearly summary: how often the network met, the new problems, what was decided."""

from django.db.models import Count, Q

from lemans_solidaire.network.models import Decision, Meeting, Problem
from lemans_solidaire.network.registry import Chapter
from lemans_solidaire.network.templatetags.french import plural

NETWORK = "network"


def chapters(year, edition):
    """Provider of registry.chapters. Problems and their answers in words are for the network's edition alone."""
    paragraphs = [sentence for sentence in (met(year), problems_of(year), decided(year)) if sentence]
    if not paragraphs:
        return
    rows = rows_of(year) if edition == NETWORK else []
    headings = ["Difficulté nouvelle", "Structures", "Où elle en est"] if rows else []
    yield Chapter(title="Les rencontres", paragraphs=paragraphs, headings=headings, rows=rows)


def met(year):
    held = Meeting.objects.held().filter(starts_at__year=year)
    count, groups = held.count(), held.exclude(group=None).order_by().values("group").distinct().count()
    if not count:
        return ""
    who = f", dans {groups} groupe{plural(groups)} de travail" if groups else ""
    return f"Le réseau s’est réuni {count} fois{who}."


def problems_of(year):
    told = Problem.objects.of_year(year)
    count, answered = told.count(), told.filter(state=Problem.State.ANSWERED).count()
    if not count:
        return ""
    verb = "ont" if answered > 1 else "a"
    end = f"{answered} {verb} reçu une réponse" if answered else "aucune n’a encore de réponse"
    return f"{count} difficulté{plural(count)} nouvelle{plural(count)} posée{plural(count)}\u202f; {end}."


def decided(year):
    taken = Decision.objects.filter(meeting__starts_at__year=year)
    counts = taken.aggregate(taken=Count("pk"), done=Count("pk", filter=Q(state=Decision.State.DONE)))
    if not counts["taken"]:
        return ""
    taken, done = counts["taken"], counts["done"]
    return f"{taken} décision{plural(taken)} prise{plural(taken)}, dont {done} faite{plural(done)}."


def rows_of(year):
    return [
        [f"{problem.get_theme_display()}\u202f: {problem.text}", str(problem.met_by), standing(problem)]
        for problem in Problem.objects.of_year(year).with_structures().order_by("made_at", "pk")
    ]


def standing(problem):
    if problem.is_answered:
        return f"Répondue le {problem.answered_on:%d/%m/%Y}\u202f: {problem.answer}"
    state = problem.get_state_display().capitalize()
    return f"{state}\u202f: {problem.answer}" if problem.answer else state
