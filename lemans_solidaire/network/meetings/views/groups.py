"""Working groups: their list, their page, who is in them."""

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lemans_solidaire.network.form_parts import seen_of
from lemans_solidaire.network.meetings import actions, permissions
from lemans_solidaire.network.meetings.forms import GroupChangeForm, GroupForm, MemberForm
from lemans_solidaire.network.meetings.people import in_network
from lemans_solidaire.network.meetings.views.finding import find_group, for_the_network, page_of
from lemans_solidaire.network.models import Decision, Group


@require_safe
@for_the_network
def groups(request):
    """The open ones first."""
    open_first = [F("closed_on").desc(nulls_first=True), "name", "pk"]
    rows = (
        Group.objects.select_related("animator")
        .annotate(size=Count("places", filter=Q(places__user__in=in_network())))
        .order_by(*open_first)
    )
    context = {"page": page_of(request, rows), "can_make": permissions.can_make_groups(request.user)}
    return render(request, "network/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def add_group(request):
    if not permissions.can_make_groups(request.user):
        raise Http404
    form, existing = GroupForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.add_group(typed=form.typed, key=form.key, by=request.user))
        except actions.AlreadyMade as made:
            existing = made.existing
            form.with_a_new_key()
    status = 409 if existing else 422 if form.is_bound else 200
    return render(request, "network/add_group.html", {"form": form, "existing": existing}, status=status)


@require_safe
@for_the_network
def group(request, group_id):
    group = find_group(group_id)
    can_run = permissions.can_run(request.user, group)
    places = list(group.places.filter(user__in=in_network()).select_related("user"))
    context = {
        "group": group,
        "places": places,
        "is_in_it": any(place.user_id == request.user.pk for place in places),
        "can_run": can_run,
        "can_edit": permissions.can_make_groups(request.user),
        "coming": list(group.meetings.coming()),
        "past": page_of(request, group.meetings.over().select_related("published")),
        "decisions": Decision.objects.open().filter(meeting__group=group).select_related("structure", "meeting"),
        "member_form": MemberForm(group=group) if can_run and group.is_open else None,
    }
    return render(request, "network/group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def edit_group(request, group_id):
    group, other, status = find_group(group_id), None, 200
    if not permissions.can_make_groups(request.user):
        raise Http404
    shown = {"name": group.name, "purpose": group.purpose, "animator": group.animator, "is_closed": not group.is_open}
    form = GroupChangeForm(request.POST or None, initial=shown)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            typed = {"typed": form.typed, "is_closed": form.cleaned_data["is_closed"]}
            try:
                actions.edit_group(group=group, seen=request.POST.get("seen", ""), by=request.user, **typed)
                return redirect(group)
            except actions.NewerSave as newer:
                other, status = newer.now, 409
            except actions.NotPossible as refusal:
                messages.info(request, str(refusal))
    context = {"group": group, "form": form, "other": other, "seen": seen_of(form, other or group)}
    return render(request, "network/edit_group.html", context, status=status)


@require_POST
@for_the_network
def group_members(request, group_id):
    """Oneself, or somebody whom the animator adds or takes off."""
    group = find_group(group_id)
    who = request.POST.get("user", "")
    user = in_network().filter(pk=int(who)).first() if who.isdecimal() and len(who) < 18 else None
    if user is None or not (user == request.user or permissions.can_run(request.user, group)):
        messages.info(request, "Rien n’a changé : choisissez quelqu’un du réseau.")
        return redirect(group)
    act = actions.leave if request.POST.get("leaves") else actions.join
    try:
        act(group=group, user=user, by=request.user)
    except actions.NotPossible as refusal:
        messages.info(request, str(refusal))
    return redirect(group)
