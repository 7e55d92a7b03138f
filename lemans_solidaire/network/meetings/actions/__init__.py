"""What people do with groups, meetings and problems; each action is one transaction and writes its line of history."""

from lemans_solidaire.network.meetings.actions.groups import add_group, edit_group, join, leave
from lemans_solidaire.network.meetings.actions.inviting import (
    answer,
    cancel_meeting,
    day_mark,
    edit_meeting,
    invite,
    tell_agenda,
    withdraw,
)
from lemans_solidaire.network.meetings.actions.meetings import (
    add_decision,
    add_meeting,
    correct_minutes,
    publish_minutes,
    save_agenda,
    save_minutes,
    settle_decision,
    take_attendance,
)
from lemans_solidaire.network.meetings.actions.problems import add_problem, edit_problem, follow, meet_no_more, meet_too
from lemans_solidaire.network.saving import AlreadyMade, NewerSave, NotPossible

__all__ = [
    "AlreadyMade",
    "NewerSave",
    "NotPossible",
    "add_decision",
    "add_group",
    "add_meeting",
    "add_problem",
    "answer",
    "cancel_meeting",
    "correct_minutes",
    "day_mark",
    "edit_group",
    "edit_meeting",
    "edit_problem",
    "follow",
    "invite",
    "join",
    "leave",
    "meet_no_more",
    "meet_too",
    "publish_minutes",
    "save_agenda",
    "save_minutes",
    "settle_decision",
    "take_attendance",
    "tell_agenda",
    "withdraw",
]
