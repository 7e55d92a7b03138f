"""What people do with the charter; each action is one transaction and writes its line of history."""

from charter.actions.signing import AlreadySigned, NotSigned, sign, withdraw
from charter.actions.text import NewerDraft, adopt, drop_draft, save_draft

__all__ = ["AlreadySigned", "NewerDraft", "NotSigned", "adopt", "drop_draft", "save_draft", "sign", "withdraw"]
