"""Who may what with the charter. A lawyer should be able to read this page."""

from lemans_solidaire.network.permissions import is_ccas_admin, is_member, is_responsable


def can_write_charter(user):
    """Imports, edits and adopts the text, enters papers and sends links: the CCAS, for the network."""
    return is_ccas_admin(user)


def can_sign(user, structure):
    """Signs and withdraws for the structure, stating who gave the power: its responsable."""
    return structure.is_open and is_responsable(user, structure)


def can_see_standing(user, structure):
    """What the structure has not signed is its own affair, and the CCAS's."""
    return is_member(user, structure) or is_ccas_admin(user)


def can_keep_landmarks(user, structure):
    """The structure's repères are read and written by its members alone, the CCAS included among the others."""
    return structure.is_open and is_member(user, structure)
