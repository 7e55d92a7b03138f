"""What people do with the charter; each action is one transaction and writes its line of history."""

from charter.actions.landmarks import NewerLandmarks, save_landmarks
from charter.actions.papers import PaperSettled, confirm_paper, enter_paper, refuse_paper, take_paper_back
from charter.actions.reaching import LinkServed, TooManyLinks, cancel_link, make_link, remind_to_sign, sign_by_link
from charter.actions.signing import AlreadySigned, NotSigned, SignedMeanwhile, sign, withdraw, withdraw_all
from charter.actions.text import NewerDraft, adopt, drop_draft, replace_draft, save_draft

__all__ = [
    "AlreadySigned",
    "LinkServed",
    "NewerDraft",
    "NewerLandmarks",
    "NotSigned",
    "PaperSettled",
    "SignedMeanwhile",
    "TooManyLinks",
    "adopt",
    "cancel_link",
    "confirm_paper",
    "drop_draft",
    "enter_paper",
    "make_link",
    "refuse_paper",
    "remind_to_sign",
    "replace_draft",
    "save_draft",
    "save_landmarks",
    "sign",
    "sign_by_link",
    "take_paper_back",
    "withdraw",
    "withdraw_all",
]
