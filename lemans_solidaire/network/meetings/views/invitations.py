"""Inviting, and answering with an account or by one's own link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lemans_solidaire.network.meetings import actions
from lemans_solidaire.network.meetings.forms import AnswerForm, InviteForm
from lemans_solidaire.network.meetings.people import has_left, people_of
from lemans_solidaire.network.meetings.views.finding import for_the_network, meeting_to_run, page_of
from lemans_solidaire.network.models import Event, Invitation
from lemans_solidaire.network.templatetags.french import plural

MOVED = "Le jour ou l’heure a changé pendant que vous répondiez : voyez le nouveau, puis répondez."


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def invitations(request, meeting_id):
    """Whom the meeting is for, other addresses, and what became of each mail."""
    meeting = meeting_to_run(request.user, meeting_id)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.invite(meeting=meeting, emails=form.cleaned_data["emails"], by=request.user)
            messages.success(request, sentence(count))
        except actions.NotPossible as refusal:
            messages.info(request, str(refusal))
        return redirect("network:invitations", meeting.pk)
    invited = meeting.invitations.select_related("user")
    already = invited.standing().filter(user__isnull=False)
    context = {
        "meeting": meeting,
        "form": form,
        "to_come": people_of(meeting).exclude(pk__in=already.values("user")).count(),
        "page": page_of(request, invited),
    }
    return render(request, "network/invitations.html", context, status=422 if form.is_bound else 200)


def sentence(count):
    if not count:
        return "Tout le monde était déjà invité : rien n’est parti."
    return f"{count} invitation{plural(count)} de plus : le portail envoie les courriels."


@require_POST
@for_the_network
def withdraw(request, meeting_id):
    """One of the invitations of this meeting, by its number."""
    meeting, number = meeting_to_run(request.user, meeting_id), request.POST.get("invitation", "")
    number = int(number) if number.isdecimal() and len(number) < 18 else 0
    invitation = meeting.invitations.filter(pk=number).first()
    if invitation is None:
        messages.info(request, "Cette invitation n’est plus dans la liste.")
        return redirect("network:invitations", meeting.pk)
    try:
        actions.withdraw(invitation=invitation, by=request.user)
        messages.success(request, f"L’invitation est retirée. Si son courriel était parti, {invitation} en est averti.")
    except actions.NotPossible as refusal:
        messages.info(request, str(refusal))
    return redirect("network:invitations", meeting.pk)


@require_POST
@for_the_network
def answer(request, meeting_id):
    """With an account, from the page of the meeting."""
    own = Invitation.objects.standing().filter(meeting=meeting_id, user=request.user)
    invitation = own.select_related("meeting").first()
    if invitation is None:
        raise Http404
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            actions.answer(invitation=invitation, answer=form.cleaned_data["answer"], seen=seen, by=request.user)
            messages.success(request, "C’est noté. Vous pouvez changer d’avis jusqu’à la rencontre.")
        except actions.NewerSave:
            messages.warning(request, MOVED)
        except actions.NotPossible as refusal:
            messages.info(request, str(refusal))
    return redirect(invitation.meeting)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_link(request, token):
    """Without an account: whoever holds the link reads when and where, and answers for the person invited."""
    links = Invitation.objects.standing().select_related("meeting__group", "user")
    invitation = get_object_or_404(links, digest=Invitation.digest_of(token))
    if has_left(invitation):
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        seen, typed = request.POST.get("seen", ""), form.cleaned_data["answer"]
        try:
            actions.answer(invitation=invitation, answer=typed, seen=seen, by=Event.Actor.LINK)
            return redirect(request.path)
        except actions.NewerSave as newer:
            invitation.meeting, status = newer.now, 409
        except actions.NotPossible:  # it has just begun, or was cancelled: the page says so
            return redirect(request.path)
    context = {
        "invitation": invitation,
        "meeting": invitation.meeting,
        "answers": Invitation.Answer.choices,
        "seen": actions.day_mark(invitation.meeting),
        "moved": MOVED if status == 409 else "",
        "form": form,
    }
    return render(request, "network/answer_by_link.html", context, status=status)
