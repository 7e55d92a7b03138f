"""Once a meeting has begun: who was there, the minutes, what was decided."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lemans_solidaire.network.form_parts import seen_of
from lemans_solidaire.network.meetings import actions, permissions
from lemans_solidaire.network.meetings.actions.meetings import attendance_mark
from lemans_solidaire.network.meetings.forms import (
    AttendanceForm,
    CorrectionForm,
    DecisionForm,
    MinutesForm,
    SettleForm,
)
from lemans_solidaire.network.meetings.views.finding import for_the_network, meeting_to_run
from lemans_solidaire.network.meetings.views.meetings import show
from lemans_solidaire.network.models import Decision, Invitation


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def attendance(request, meeting_id):
    meeting, status = meeting_to_run(request.user, meeting_id), 200
    form = AttendanceForm(request.POST or None, meeting=meeting, initial=there_today(meeting))
    other = None
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("present", "also_present")}
        try:
            actions.take_attendance(meeting=meeting, seen=request.POST.get("seen", ""), by=request.user, **typed)
            messages.success(request, "Les présences sont notées.")
            return redirect(meeting)
        except actions.NewerSave as newer:
            other, status = newer.now, 409
        except actions.NotPossible as refusal:
            messages.info(request, str(refusal))
            return redirect(meeting)
    elif form.is_bound:
        status = 422
    context = {"meeting": meeting, "form": form, "other": other, "seen": attendance_mark(other or meeting)}
    context["other_present"] = other.invitations.filter(is_present=True).select_related("user") if other else []
    return render(request, "network/attendance.html", context, status=status)


def there_today(meeting):
    """Nothing taken yet: those who said that they would come are ticked beforehand."""
    present = meeting.invitations.standing().filter(is_present=True)
    if meeting.attendance_at is None:
        present = meeting.invitations.standing().filter(answer=Invitation.Answer.YES)
    return {"present": present, "also_present": meeting.also_present}


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def minutes(request, meeting_id):
    """The draft. What two people wrote at once is shown, both."""
    meeting, other, status = meeting_to_run(request.user, meeting_id), None, 200
    form = MinutesForm(request.POST or None, initial={"minutes": meeting.minutes})
    if request.method == "POST" and form.is_valid():
        typed = {"text": form.cleaned_data["minutes"], "seen": request.POST.get("seen", "")}
        try:
            actions.save_minutes(meeting=meeting, by=request.user, **typed)
            messages.success(request, "Le brouillon est enregistré. Vous pouvez vous arrêter et revenir.")
            return redirect(request.path)
        except actions.NewerSave as newer:
            other, status = newer.now, 409
        except actions.NotPossible as refusal:
            messages.info(request, str(refusal))
            status = 422
    elif form.is_bound:
        status = 422
    elif not meeting.was_held or hasattr(meeting, "published"):
        return redirect(meeting)
    context = {"meeting": meeting, "form": form, "other": other, "seen": seen_of(form, other or meeting)}
    context["can_publish"] = bool(meeting.minutes) and not form.is_bound
    return render(request, "network/minutes.html", context, status=status)


@require_POST
@for_the_network
def publish(request, meeting_id):
    meeting = meeting_to_run(request.user, meeting_id)
    try:
        actions.publish_minutes(meeting=meeting, seen=request.POST.get("seen", ""), by=request.user)
        messages.success(request, "Le compte rendu est publié : tout le réseau le lit.")
        return redirect(meeting)
    except actions.NewerSave:
        messages.warning(request, "Le texte a changé depuis que vous l’avez ouvert : relisez-le avant de publier.")
    except actions.NotPossible as refusal:
        messages.info(request, str(refusal))
    return redirect("network:minutes", meeting.pk)


@require_POST
@for_the_network
def correct(request, meeting_id):
    meeting = meeting_to_run(request.user, meeting_id)
    form = CorrectionForm(request.POST)
    if not hasattr(meeting, "published"):
        messages.info(request, "Le compte rendu n’est pas publié : écrivez-le directement.")
        return redirect(meeting)
    existing = None
    if form.is_valid():
        typed = {"minutes": meeting.published, "text": form.cleaned_data["text"]}
        try:
            actions.correct_minutes(key=form.key, by=request.user, **typed)
            return redirect(meeting)
        except actions.AlreadyMade as made:
            existing = made.existing
            form.with_a_new_key()
    context = {"meeting": meeting, "form": form, "existing": existing}
    return render(request, "network/correct_minutes.html", context, status=409 if existing else 422)


@require_POST
@for_the_network
def add_decision(request, meeting_id):
    meeting = meeting_to_run(request.user, meeting_id)
    form, existing = DecisionForm(request.POST), None
    if form.is_valid():
        try:
            actions.add_decision(meeting=meeting, typed=form.typed, key=form.key, by=request.user)
            return redirect(f"{meeting.get_absolute_url()}#decisions")
        except actions.AlreadyMade as made:
            existing = made.existing
            form.with_a_new_key()
        except actions.NotPossible as refusal:
            messages.info(request, str(refusal))
    return show(request, meeting, decision_form=form, existing=existing, status=409 if existing else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def settle_decision(request, decision_id):
    """Done, abandoned, or to be done after all. Said otherwise meanwhile by somebody else: both are shown."""
    linked = Decision.objects.select_related("meeting__group", "structure", "settled_by")
    decision, other, status = get_object_or_404(linked, pk=decision_id), None, 200
    if not permissions.can_settle(request.user, decision):
        raise Http404
    shown = {name: getattr(decision, name) for name in SettleForm.FIELDS}
    form = SettleForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = request.POST.get("seen", "")
                actions.settle_decision(decision=decision, typed=form.typed, seen=seen, by=request.user)
                messages.success(request, "C’est noté.")
                return redirect(decision.meeting)
            except actions.NewerSave:
                other, status = linked.get(pk=decision.pk), 409
    context = {"decision": decision, "form": form, "other": other, "seen": seen_of(form, other or decision)}
    return render(request, "network/settle_decision.html", context, status=status)
