from charter.models.landmarks import Landmark, Level
from charter.models.signing import LETTERS, Act, PaperSignature, SigningLink, SigningReminder, Way, new_code
from charter.models.version import Draft, Version

__all__ = [
    "Act",
    "Draft",
    "LETTERS",
    "Landmark",
    "Level",
    "PaperSignature",
    "SigningLink",
    "SigningReminder",
    "Version",
    "Way",
    "new_code",
]
