"""What people do with the charter; each action is one transaction and writes its line of history."""

from charter.actions.landmarks import NewerLandmarks, save_landmarks
from charter.actions.signing import AlreadySigned, NotSigned, sign, withdraw
from charter.actions.text import NewerDraft, adopt, drop_draft, save_draft

__all__ = [
    "AlreadySigned",
    "NewerDraft",
    "NewerLandmarks",
    "NotSigned",
    "adopt",
    "drop_draft",
    "save_draft",
    "save_landmarks",
    "sign",
    "withdraw",
]
