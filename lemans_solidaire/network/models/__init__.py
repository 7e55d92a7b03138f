from lemans_solidaire.network.models.account_invitation import AccountInvitation
from lemans_solidaire.network.models.event import Event
from lemans_solidaire.network.models.mail import Digest, UnsentMail
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
from lemans_solidaire.network.models.people_over_time import AccountLife, RollCall, Succession
from lemans_solidaire.network.models.problem import Problem, ProblemMet
from lemans_solidaire.network.models.structure import Structure
from lemans_solidaire.network.models.upkeep import Upkeep
from lemans_solidaire.network.models.user import User

__all__ = [
    "AccountInvitation",
    "AccountLife",
    "Correction",
    "Decision",
    "Digest",
    "Event",
    "Group",
    "GroupMember",
    "Invitation",
    "Meeting",
    "Membership",
    "Problem",
    "ProblemMet",
    "PublishedMinutes",
    "RollCall",
    "Structure",
    "Succession",
    "UnsentMail",
    "Upkeep",
    "User",
]
