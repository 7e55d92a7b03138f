"""The fictional network meets: two groups, a meeting held, one to come, problems, decisions (demo.json)."""

import json
import uuid
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from lemans_solidaire.network.meetings import actions
from lemans_solidaire.network.meetings.actions.meetings import attendance_mark
from lemans_solidaire.network.models import Decision, Group, Invitation, Problem, User
from lemans_solidaire.network.saving import mark_of

MEETINGS = json.loads(Path(__file__).with_name("demo.json").read_text(encoding="utf-8"))


def load(structures):
    """Once: what exists stays as people left it."""
    if Group.objects.exists():
        return
    people = {user.email: user for user in User.objects.all()}
    groups = [add_group(entry, people) for entry in MEETINGS["groups"]]
    held = add_held(MEETINGS["past"], groups, people)
    for entry in MEETINGS["decisions"]:
        add_decision(entry, held, structures)
    for entry in MEETINGS["problems"]:
        add_problem(entry, held, structures, people)
    add_coming(MEETINGS["coming"], groups, people)


def add_group(entry, people):
    animator = people[entry["animator"]]
    typed = {"name": entry["name"], "purpose": entry["purpose"], "animator": animator}
    group = actions.add_group(typed=typed, key=uuid.uuid4(), by=people["ccas@demo.test"])
    for email in entry["members"]:
        actions.join(group=group, user=people[email], by=people[email])
    return group


def add_meeting(entry, groups, days):
    group = groups[entry["group"]]
    start = timezone.localtime().replace(hour=14, minute=30, second=0, microsecond=0) + timedelta(days=days)
    typed = {"group": group, "title": entry["title"], "starts_at": start, "length": 120, "place": entry["place"]}
    typed["link"] = entry.get("link", "")
    meeting = actions.add_meeting(typed=typed, key=uuid.uuid4(), by=group.animator)
    seen = mark_of(meeting, ["agenda"])
    return actions.save_agenda(meeting=meeting, agenda=entry["agenda"], seen=seen, by=group.animator)


def add_held(entry, groups, people):
    meeting = add_meeting(entry, groups, -entry["days_ago"])
    by = meeting.group.animator
    told = {"answer": "yes", "answered_at": meeting.starts_at, "sent_sequence": 0, "sent_at": meeting.starts_at}
    present = [
        Invitation.objects.create(meeting=meeting, email=email, user=people[email], **told)
        for email in entry["present"]
    ]
    typed = {"present": present, "also_present": entry["also_present"], "seen": attendance_mark(meeting)}
    actions.take_attendance(meeting=meeting, by=by, **typed)
    seen = mark_of(meeting, ["minutes"])
    meeting = actions.save_minutes(meeting=meeting, text=entry["minutes"], seen=seen, by=by)
    actions.publish_minutes(meeting=meeting, seen=mark_of(meeting, ["minutes"]), by=by)
    return meeting


def add_decision(entry, meeting, structures):
    by, due_on = meeting.group.animator, timezone.localdate() + timedelta(days=entry["in_days"])
    typed = {"text": entry["text"], "owner": entry.get("owner", ""), "due_on": due_on}
    typed["structure"] = structures[entry["structure"]] if "structure" in entry else None
    decision = actions.add_decision(meeting=meeting, typed=typed, key=uuid.uuid4(), by=by)
    if "done" in entry:
        typed = {"state": Decision.State.DONE, "word": entry["done"], "due_on": due_on}
        actions.settle_decision(decision=decision, typed=typed, seen=mark_of(decision, typed), by=by)


def add_problem(entry, meeting, structures, people):
    typed = {"theme": entry["theme"], "publics": entry["publics"], "text": entry["text"], "meeting": meeting}
    by = people[entry["by"]]
    problem = actions.add_problem(typed=typed, structure=structures[entry["structure"]], key=uuid.uuid4(), by=by)
    for key in entry["also"]:
        actions.meet_too(problem=problem, structure=structures[key], by=people["ccas@demo.test"])
    if "answer" in entry:
        follow(problem, Problem.State.ANSWERED, entry["answer"], timezone.localdate(), people)
    elif "studied" in entry:
        follow(problem, Problem.State.STUDIED, entry["studied"], None, people)


def follow(problem, state, answer, answered_on, people):
    typed = {"state": state, "answer": answer, "answered_on": answered_on}
    actions.follow(problem=problem, typed=typed, seen=mark_of(problem, typed), by=people["ccas@demo.test"])


def add_coming(entry, groups, people):
    meeting = add_meeting(entry, groups, entry["in_days"])
    actions.invite(meeting=meeting, emails=entry["emails"], by=meeting.group.animator)
    for word in ("yes", "perhaps"):
        for invitation in meeting.invitations.filter(email__in=entry[word]):
            seen = actions.day_mark(meeting)
            actions.answer(invitation=invitation, answer=word, seen=seen, by=invitation.user)
