"""What is new in the meetings of the network."""

from lemans_solidaire.network.meetings.permissions import is_in_network
from lemans_solidaire.network.models import Event, Meeting, Problem
from lemans_solidaire.network.registry import News
from lemans_solidaire.network.templatetags.french import day

MADE, PUBLISHED = "meeting_made", "minutes_published"
ABOUT_PROBLEMS = ["problem_told", "problem_followed"]


def meetings_news(user, since):
    """Provider of registry.news: minutes published, meetings to come, problems told and answered."""
    if not is_in_network(user):
        return
    done = Event.objects.filter(verb__in=[MADE, PUBLISHED, *ABOUT_PROBLEMS], at__gt=since).exclude(user=user)
    done = list(done.order_by("at").values_list("verb", "object_id", "at"))
    yield from meetings(done)
    yield from problems({pk: at for verb, pk, at in done if verb in ABOUT_PROBLEMS}, since)


def meetings(done):
    made_at = {pk: at for verb, pk, at in done if verb == MADE}
    published_at = {pk: at for verb, pk, at in done if verb == PUBLISHED}
    if not made_at | published_at:
        return
    for meeting in Meeting.objects.filter(pk__in=made_at | published_at).defer("minutes"):
        url, title = meeting.get_absolute_url(), meeting.title
        if meeting.pk in published_at:
            yield News("Un compte rendu est publié", url, published_at[meeting.pk], title)
        elif meeting.is_coming:
            yield News("Une rencontre est prévue", url, made_at[meeting.pk], f"{title}, le {day(meeting.starts_at)}")


def problems(told_at, since):
    if not told_at:
        return
    for problem in Problem.objects.filter(pk__in=told_at):
        label = "Une difficulté nouvelle" if problem.made_at > since else "Une difficulté est suivie"
        if problem.is_answered:
            label = "Une difficulté a sa réponse"
        yield News(label, problem.get_absolute_url(), told_at[problem.pk], str(problem))
