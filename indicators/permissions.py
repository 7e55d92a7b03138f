"""Who may what with sheets and summaries. A lawyer should be able to read this page."""

from lemans_solidaire.network.permissions import is_ccas_admin, is_member, is_responsable, structures_of

__all__ = ["can_fill", "can_read", "can_review", "can_run_campaigns", "can_submit", "structures_of"]


def can_run_campaigns(user):
    """See who answered, read the yearly summary and have its PDF made: the CCAS."""
    return is_ccas_admin(user)


def can_read(user, sheet):
    """A draft is its structure's alone; once submitted the CCAS reads it too."""
    if is_member(user, sheet.structure):
        return True
    return is_ccas_admin(user) and not sheet.is_draft


def can_fill(user, sheet):
    return can_still_be_written(sheet) and is_member(user, sheet.structure)


def can_submit(user, sheet):
    return can_still_be_written(sheet) and is_responsable(user, sheet.structure)


def can_still_be_written(sheet):
    return sheet.is_draft and sheet.campaign.is_open and sheet.structure.is_open


def can_review(user, sheet):
    """The CCAS reads sheets over, but not the one of a structure whose responsable is the same person."""
    return sheet.state == sheet.State.SUBMITTED and is_ccas_admin(user) and not is_responsable(user, sheet.structure)
