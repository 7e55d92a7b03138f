"""From an address to what the person may see; the rest is not there (404)."""

from functools import wraps

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404

from lemans_solidaire.network.meetings import permissions
from lemans_solidaire.network.models import Group, Meeting, Problem

ON_A_PAGE = 30


def for_the_network(view):
    @wraps(view)
    def only_them(request, *args, **kwargs):
        if not permissions.is_in_network(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return only_them


def find_group(group_id):
    return get_object_or_404(Group.objects.select_related("animator"), pk=group_id)


def find_meeting(meeting_id):
    linked = Meeting.objects.select_related("group", "published__by", "made_by")
    return get_object_or_404(linked, pk=meeting_id)


def meeting_to_run(user, meeting_id):
    meeting = find_meeting(meeting_id)
    if not permissions.can_run_meeting(user, meeting):
        raise Http404
    return meeting


def find_problem(problem_id):
    return get_object_or_404(Problem.objects.select_related("meeting__group"), pk=problem_id)


def page_of(request, rows):
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
