"""Meetings: what comes, one meeting's page, and how it is prepared."""

from itertools import chain
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lemans_solidaire.network import registry
from lemans_solidaire.network.form_parts import seen_of
from lemans_solidaire.network.meetings import actions, calendar, permissions
from lemans_solidaire.network.meetings.forms import AgendaForm, CancelForm, DecisionForm, MeetingForm
from lemans_solidaire.network.meetings.views.finding import (
    find_group,
    find_meeting,
    for_the_network,
    meeting_to_run,
    page_of,
)
from lemans_solidaire.network.models import Decision, Group, Invitation, Meeting, Problem
from lemans_solidaire.network.permissions import structures_of
from lemans_solidaire.network.saving import mark_of

PROPOSED = 12  # lines for the agenda, of each kind


@require_safe
def meetings(request):
    """Where the network meets; an account without structure is told how to come in."""
    if not permissions.is_in_network(request.user):
        return render(request, "network/outside.html")
    context = {
        "coming": page_of(request, Meeting.objects.coming().select_related("group")),
        "answers": dict(Invitation.objects.filter(user=request.user).to_answer().values_list("meeting", "pk")),
        "groups": Group.objects.open().filter(members=request.user),
        "last": Meeting.objects.held().select_related("group", "published")[:3],
        "unanswered": Problem.objects.unanswered().count(),
        "can_make": permissions.can_make_groups(request.user),
    }
    return render(request, "network/meetings.html", context)


@require_safe
@for_the_network
def past_meetings(request):
    rows = Meeting.objects.over().select_related("group", "published")
    return render(request, "network/past_meetings.html", {"page": page_of(request, rows)})


def group_asked(request):
    """The group named in the address, which the person must run; the whole network's meetings are the CCAS's."""
    number = request.GET.get("groupe", "")
    group = find_group(int(number)) if number.isdecimal() and len(number) < 18 else None
    if not permissions.can_run(request.user, group) or (group and not group.is_open):
        raise Http404
    return group


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def add_meeting(request):
    group, existing = group_asked(request), None
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = actions.add_meeting(typed=form.typed | {"group": group}, key=form.key, by=request.user)
            return redirect("network:agenda", meeting.pk)
        except actions.AlreadyMade as made:
            existing = made.existing
            form.with_a_new_key()
    status = 409 if existing else 422 if form.is_bound else 200
    context = {"form": form, "group": group, "existing": existing}
    return render(request, "network/add_meeting.html", context, status=status)


@require_safe
@for_the_network
def meeting(request, meeting_id):
    return show(request, find_meeting(meeting_id))


def show(request, meeting, decision_form=None, existing=None, status=200):
    can_run = permissions.can_run_meeting(request.user, meeting)
    published = getattr(meeting, "published", None)
    invitations = list(meeting.invitations.standing().select_related("user"))
    context = {
        "meeting": meeting,
        "can_run": can_run,
        "own": next((one for one in invitations if one.user_id == request.user.pk), None),
        "answers": Invitation.Answer.choices,
        "seen": actions.day_mark(meeting),
        "coming": [one for one in invitations if one.answer == Invitation.Answer.YES and one.user_id],
        "counts": counts_of(invitations),
        "invited": len(invitations),
        "present": [one for one in invitations if one.is_present],
        "published": published,
        "corrections": published.corrections.select_related("by") if published else [],
        "decisions": settleable(request.user, meeting.decisions.select_related("structure"), meeting),
        "carried": settleable(request.user, Decision.objects.carried_to(meeting), meeting),
        "problems": meeting.problems.with_structures(),
        "decision_form": decision_form or (DecisionForm() if can_run and meeting.was_held else None),
        "correction_key": uuid4(),
        "existing": existing,
    }
    return render(request, "network/meeting.html", context, status=status)


COUNTED = [("yes", "oui"), ("perhaps", "peut-être"), ("no", "non"), ("", "sans réponse")]


def counts_of(invitations):
    """[(how many, answer in a word)], without those that nobody gave."""
    counts = [(sum(one.answer == value for one in invitations), label) for value, label in COUNTED]
    return [(count, label) for count, label in counts if count]


def settleable(user, decisions, meeting):
    """[(decision, whether the person may say where it is)]; one query for the structures of the person."""
    own = set(structures_of(user).values_list("pk", flat=True))
    can_run = permissions.can_run_meeting(user, meeting)
    return [(one, can_run or one.structure_id in own) for one in decisions]


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def edit_meeting(request, meeting_id):
    meeting, other, status = meeting_to_run(request.user, meeting_id), None, 200
    form = MeetingForm(request.POST or None, initial=MeetingForm.values_of(meeting))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seen = request.POST.get("seen", "")
            try:
                actions.edit_meeting(meeting=meeting, typed=form.typed, seen=seen, by=request.user)
                messages.success(request, f"C’est enregistré. {told(meeting)}")
                return redirect(meeting)
            except actions.NewerSave as newer:
                other, status = newer.now, 409
            except actions.NotPossible as refusal:
                messages.info(request, str(refusal))
    context = {"meeting": meeting, "form": form, "other": other, "seen": seen_of(form, other or meeting)}
    return render(request, "network/edit_meeting.html", context, status=status)


def told(meeting):
    invited = meeting.is_coming and meeting.invitations.standing().exists()
    return "Les personnes invitées en reçoivent l’annonce." if invited else "Aucun courriel ne part."


def proposed_for(meeting):
    """Lines for the agenda: decisions still open, problems not yet answered, what the other parts of the portal say."""
    decisions = Decision.objects.carried_to(meeting)[:PROPOSED]
    problems = Problem.objects.unanswered()[:PROPOSED]
    lines = chain(
        (f"Où en est : {decision.text} ({decision.owned_by})" for decision in decisions),
        (f"Difficulté {problem.get_state_display()} : {problem}" for problem in problems),
        registry.agenda.ask(meeting.group),
    )
    lines = (" ".join(line.splitlines()) for line in lines)
    return [line for line in lines if line not in meeting.agenda_items]


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def agenda(request, meeting_id):
    meeting, other, status = meeting_to_run(request.user, meeting_id), None, 200
    form = AgendaForm(request.POST or None, initial={"agenda": meeting.agenda}, proposed=proposed_for(meeting))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = request.POST.get("seen", "")
                actions.save_agenda(meeting=meeting, agenda=form.text, seen=seen, by=request.user)
                return redirect(meeting)
            except actions.NewerSave as newer:
                other, status = newer.now, 409
            except actions.NotPossible as refusal:
                messages.info(request, str(refusal))
    context = {"meeting": meeting, "form": form, "other": other, "seen": mark_of(other or meeting, ["agenda"])}
    return render(request, "network/agenda.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def cancel_meeting(request, meeting_id):
    meeting = meeting_to_run(request.user, meeting_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        because, word = form.cleaned_data["because"], told(meeting)
        try:
            actions.cancel_meeting(meeting=meeting, because=because, by=request.user)
            messages.success(request, f"La rencontre est annulée. {word}")
        except actions.NotPossible as refusal:
            messages.info(request, str(refusal))
        return redirect(meeting)
    context = {"meeting": meeting, "form": form, "invited": meeting.invitations.standing().count()}
    return render(request, "network/cancel_meeting.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_the_network
def tell_agenda(request, meeting_id):
    meeting = meeting_to_run(request.user, meeting_id)
    try:
        actions.tell_agenda(meeting=meeting, by=request.user)
        messages.success(request, "Les personnes invitées reçoivent le nouvel ordre du jour.")
    except actions.NotPossible as refusal:
        messages.info(request, str(refusal))
    return redirect(meeting)


@require_safe
@for_the_network
def calendar_file(request, meeting_id):
    meeting = find_meeting(meeting_id)
    content = calendar.copy_of(meeting, request.build_absolute_uri(meeting.get_absolute_url()))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rencontre.ics"'
    return response
