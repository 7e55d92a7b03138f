from lemans_solidaire.network.models.event import Event
from lemans_solidaire.network.models.membership import Membership
from lemans_solidaire.network.models.structure import Structure
from lemans_solidaire.network.models.user import User

__all__ = ["Event", "Membership", "Structure", "User"]
