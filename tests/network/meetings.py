"""Groups and meetings of the cast: the responsable of the Panier animates, the Halte's is in it."""

import uuid
from datetime import timedelta

from django.utils import timezone

from lemans_solidaire.network.meetings import actions
from lemans_solidaire.network.meetings.actions.meetings import attendance_mark
from lemans_solidaire.network.models import Meeting
from lemans_solidaire.network.saving import mark_of


def make_group(cast, name="Manger à sa faim", animator=None):
    typed = {"name": name, "purpose": "S’accorder sur les jours.", "animator": animator or cast.owner}
    group = actions.add_group(typed=typed, key=uuid.uuid4(), by=cast.ccas)
    actions.join(group=group, user=cast.stranger, by=cast.stranger)
    return group


def make_meeting(cast, group=None, *, days=10, title="Préparer l’hiver", **typed):
    start = timezone.localtime().replace(hour=14, minute=30, second=0, microsecond=0) + timedelta(days=days)
    typed = {"title": title, "starts_at": start, "length": 90, "place": "Salle des Halles", "link": ""} | typed
    return actions.add_meeting(typed=typed | {"group": group}, key=uuid.uuid4(), by=cast.ccas)


def passed(meeting, days=2):
    """As if it had been held some days ago."""
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(days=days))
    return Meeting.objects.get(pk=meeting.pk)


def publish(cast, meeting, text="Chacun a dit ses jours."):
    meeting = actions.save_minutes(meeting=meeting, text=text, seen=mark_of(meeting, ["minutes"]), by=cast.owner)
    return actions.publish_minutes(meeting=meeting, seen=mark_of(meeting, ["minutes"]), by=cast.owner)


def take_attendance(cast, meeting, present, also_present=""):
    typed = {"present": present, "also_present": also_present, "seen": attendance_mark(meeting)}
    return actions.take_attendance(meeting=meeting, by=cast.owner, **typed)


def make_decision(cast, meeting, structure=None, text="Un calendrier commun", days=5):
    typed = {"text": text, "structure": structure, "owner": "" if structure else "Le groupe"}
    typed["due_on"] = timezone.localdate() + timedelta(days=days)
    return actions.add_decision(meeting=meeting, typed=typed, key=uuid.uuid4(), by=cast.owner)


def settle(cast, decision, state="done", word="Fait"):
    typed = {"state": state, "word": word, "due_on": decision.due_on}
    return actions.settle_decision(decision=decision, typed=typed, seen=mark_of(decision, typed), by=cast.owner)


def say(invitation, answer, by):
    """What somebody answers, for the day that they read."""
    seen = actions.day_mark(Meeting.objects.get(pk=invitation.meeting_id))
    return actions.answer(invitation=invitation, answer=answer, seen=seen, by=by)


def make_problem(cast, meeting=None, text="Le dernier bus passe avant la fermeture."):
    typed = {"theme": "mobilite", "publics": "des étudiants", "text": text, "meeting": meeting}
    return actions.add_problem(typed=typed, structure=cast.panier, key=uuid.uuid4(), by=cast.owner)


def answer_problem(cast, problem, text="Ouvrir plus tôt le mardi."):
    typed = {"state": "answered", "answer": text, "answered_on": timezone.localdate()}
    return actions.follow(problem=problem, typed=typed, seen=mark_of(problem, typed), by=cast.ccas)


def text_of(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")
