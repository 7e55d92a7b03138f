"""The CCAS's view of a campaign: who answered, whom to remind, whom to call."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from indicators import actions
from indicators.follow_up import LABELS, lines_of
from indicators.models import Reminder
from indicators.views.finding import ccas_campaign
from lemans_solidaire.network.models import Structure

FILTERS = {
    "a-relire": ("À relire", lambda line: line.state in ("submitted", "answered") and not line.awaits_confirmation),
    "attendues": ("Pas encore arrivées", lambda line: line.is_awaited),
    "questions": ("Question posée", lambda line: line.state == "questioned"),
    "a-confirmer": ("À confirmer par la structure", lambda line: line.awaits_confirmation),
    "remarques": ("Avec remarques", lambda line: line.remarks > 0),
    "relues": ("Relues", lambda line: line.state == "reviewed"),
}


@require_safe
def follow_up(request, year):
    campaign = ccas_campaign(request.user, year)
    lines = lines_of(campaign)
    chosen, text = request.GET.get("etat", ""), request.GET.get("q", "").strip()
    keeps = FILTERS[chosen][1] if chosen in FILTERS else lambda line: True
    context = {
        "campaign": campaign,
        "lines": [line for line in lines if keeps(line) and text.casefold() in line.name.casefold()],
        "total": len(lines),
        "filters": [(key, label, sum(map(keep, lines))) for key, (label, keep) in FILTERS.items()],
        "chosen": chosen,
        "text": text,
        "states": LABELS,
        "arrived": sum(not line.is_awaited for line in lines),
        "to_remind": [line for line in lines if can_remind(campaign, line)],
        "to_call": sum(must_call(campaign, line) for line in lines),
    }
    return render(request, "indicators/follow_up.html", context)


def can_remind(campaign, line):
    return campaign.is_open and line.is_awaited and not line.is_typed and line.mails < 2


def must_call(campaign, line):
    """Two mails went unanswered, or none can reach them."""
    unreachable = any(reminder.problem for reminder in line.reminders)
    return campaign.is_open and line.is_awaited and not line.is_typed and (line.mails == 2 or unreachable)


@require_POST
def remind(request, year):
    """A mail to the structures chosen, or to all those whose sheet has not come."""
    campaign = ccas_campaign(request.user, year)
    # With how many mails the page had counted: a second click does not send the second mail.
    wanted = {
        f"{line.structure_id}-{line.mails}": line.structure_id
        for line in lines_of(campaign)
        if can_remind(campaign, line)
    }
    chosen = [wanted[value] for value in request.POST.getlist("structure") if value in wanted]
    made = actions.remind(campaign=campaign, structures=Structure.objects.filter(pk__in=chosen), by=request.user)
    if made:
        plural = "s" if len(made) > 1 else ""
        messages.success(request, f"{len(made)} rappel{plural} en route : cette page dira quand chacun est parti.")
    else:
        messages.info(
            request, "Aucun rappel n’est parti : choisissez au moins une structure dont la fiche est attendue."
        )
    return redirect("indicators:reminders", year)


@require_safe
def reminders(request, year):
    """Two mails, then the telephone."""
    campaign = ccas_campaign(request.user, year)
    lines = [line for line in lines_of(campaign) if line.is_awaited and not line.is_typed]
    context = {
        "campaign": campaign,
        "to_remind": [line for line in lines if can_remind(campaign, line)],
        "to_call": [line for line in lines if must_call(campaign, line)],
        "sent": campaign.reminders.exclude(kind=Reminder.Kind.CALL).select_related("structure").order_by("-asked_at"),
    }
    return render(request, "indicators/reminders.html", context)


@require_POST
def note_call(request, year, structure_id):
    campaign = ccas_campaign(request.user, year)
    structure = get_object_or_404(Structure, pk=structure_id)
    actions.note_call(campaign=campaign, structure=structure, by=request.user)
    messages.success(request, f"C’est noté : {structure} a été appelée.")
    return redirect("indicators:reminders", year)
