from lemans_solidaire.network.models.event import Event
from lemans_solidaire.network.models.meeting import (
    Correction,
    Decision,
    Group,
    GroupMember,
    Invitation,
    Meeting,
    PublishedMinutes,
)
from lemans_solidaire.network.models.membership import Membership
from lemans_solidaire.network.models.problem import Problem, ProblemMet
from lemans_solidaire.network.models.structure import Structure
from lemans_solidaire.network.models.upkeep import Upkeep
from lemans_solidaire.network.models.user import User

__all__ = [
    "Correction",
    "Decision",
    "Event",
    "Group",
    "GroupMember",
    "Invitation",
    "Meeting",
    "Membership",
    "Problem",
    "ProblemMet",
    "PublishedMinutes",
    "Structure",
    "Upkeep",
    "User",
]
