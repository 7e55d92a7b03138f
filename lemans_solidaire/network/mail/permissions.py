"""Who may what with mails."""

from lemans_solidaire.network.permissions import is_ccas_admin


def can_see_unsent(user):
    """Addresses, objects and why: the CCAS, which mends them. Never what a mail says."""
    return is_ccas_admin(user)
