"""Who may what with sheets, reports and summaries. A lawyer should be able to read this page."""

from lemans_solidaire.network.permissions import is_ccas_admin, is_member, is_responsable, structures_of

__all__ = ["structures_of"]


def can_run_campaigns(user):
    """See who answered, read the yearly summary and have its PDF made: the CCAS."""
    return is_ccas_admin(user)


def can_read(user, sheet):
    """A draft is its structure's alone, and the CCAS's where it types it; once sent the CCAS reads it too.

    Reviewed and shared by its structure, the network's members read it.
    """
    if is_member(user, sheet.structure):
        return True
    if is_ccas_admin(user):
        return not sheet.is_draft or bool(sheet.on_behalf)
    return is_shared(sheet) and is_in_network(user)


def is_shared(sheet):
    return sheet.state == sheet.State.REVIEWED and sheet.shared_with == sheet.Sharing.NETWORK


def is_in_network(user):
    """Belongs today to an open structure, or is the CCAS: the shared library is theirs."""
    return is_ccas_admin(user) or structures_of(user).exists()


def reads_all(user, sheet):
    """The words, questions and history beside the figures: the structure and the CCAS, not the network."""
    return is_member(user, sheet.structure) or (is_ccas_admin(user) and can_read(user, sheet))


def can_fill(user, sheet):
    return can_still_be_written(sheet) and (is_member(user, sheet.structure) or types_for_structure(user, sheet))


def types_for_structure(user, sheet):
    """The CCAS, with the paper or the telephone in hand."""
    return is_ccas_admin(user) and bool(sheet.on_behalf)


def can_submit(user, sheet):
    return can_still_be_written(sheet) and (is_responsable(user, sheet.structure) or types_for_structure(user, sheet))


def can_still_be_written(sheet):
    """While the campaign is open; a sheet opened again may be finished afterwards."""
    return sheet.is_draft and (sheet.campaign.is_open or sheet.reopened_at is not None) and sheet.structure.is_open


def can_answer_questions(user, sheet):
    answers_for_it = is_responsable(user, sheet.structure) or types_for_structure(user, sheet)
    return sheet.state == sheet.State.QUESTIONED and answers_for_it


def can_confirm(user, sheet):
    return sheet.awaits_confirmation and is_responsable(user, sheet.structure)


def can_share(user, sheet):
    """Says who reads the report and the reviewed sheet, at any time: the responsable."""
    return is_responsable(user, sheet.structure)


def reads_over(user, sheet):
    """The CCAS reads sheets over, but not the one of a structure whose responsable is the same person."""
    return is_ccas_admin(user) and not is_responsable(user, sheet.structure)


def can_question(user, sheet):
    return sheet.state in (sheet.State.SUBMITTED, sheet.State.QUESTIONED, sheet.State.ANSWERED) and reads_over(
        user, sheet
    )


def can_review(user, sheet):
    """What the CCAS typed for a structure counts only once the structure has said that it is right."""
    is_sent = sheet.state in (sheet.State.SUBMITTED, sheet.State.ANSWERED)
    return is_sent and not sheet.awaits_confirmation and reads_over(user, sheet)


def can_reopen(user, sheet):
    """The CCAS whenever it is needed; the responsable as long as the sheet is not read over, then while its page in
    the summary is being read.
    """
    if sheet.is_draft or not sheet.structure.is_open:  # nobody could write it again
        return False
    annex = getattr(sheet, "annex", None)
    is_reviewed = sheet.state == sheet.State.REVIEWED
    is_still_theirs = annex is not None and annex.is_being_read if is_reviewed else sheet.campaign.is_open
    return reads_over(user, sheet) or (is_still_theirs and is_responsable(user, sheet.structure))


def reads_network_edition(user):
    """The network edition of a summary: the members of the structures, and the CCAS."""
    return user.is_authenticated and is_in_network(user)


def can_answer_annex(user, sheet):
    """Finds the structure's page right, keeps it out of the public edition, agrees to an extract: the responsable."""
    return is_responsable(user, sheet.structure)
