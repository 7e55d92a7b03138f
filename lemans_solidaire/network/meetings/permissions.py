"""Who may what with working groups, meetings and problems. A lawyer should be able to read this page.

Anyone in the network reads all of it, but a draft of minutes and the addresses of those invited.
"""

from lemans_solidaire.network.permissions import is_ccas_admin, is_member, own_structures


def is_in_network(user):
    """Belongs today to an open structure, or is the CCAS."""
    return is_ccas_admin(user) or bool(own_structures(user))


def can_make_groups(user):
    """Creates working groups, says who animates them, closes them: the CCAS."""
    return is_ccas_admin(user)


def animates(user, group):
    return group is not None and group.animator_id == user.pk and group.is_open and is_in_network(user)


def can_run(user, group):
    """Prepares its meetings, invites, writes: its animator or the CCAS; those of the whole network: the CCAS."""
    return is_ccas_admin(user) or animates(user, group)


def can_run_meeting(user, meeting):
    return can_run(user, meeting.group)


def can_settle(user, decision):
    """Says that a decision is done or abandoned: who runs the meeting, or the structure in charge of it."""
    in_charge = decision.structure is not None and is_member(user, decision.structure)
    return in_charge or can_run_meeting(user, decision.meeting)


def can_reword(user, problem):
    """Says it better, or takes a name away: whoever told it, and those who follow it."""
    return problem.made_by_id == user.pk or can_follow(user, problem)


def can_follow(user, problem):
    """Says where a problem stands, and its answer: the CCAS, or the animator of the group where it was told."""
    return is_ccas_admin(user) or (problem.meeting is not None and animates(user, problem.meeting.group))
