"""A structure reads its own page of the summary before anybody else."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from indicators import actions, permissions
from indicators.models import Audience, Sheet
from indicators.summary import Reading, as_text, gather, snapshots
from indicators.views.finding import whole_sheet

ANSWERS = {
    "juste": ({"agrees": True}, "Merci : votre page est notée comme juste."),
    "garder": ({"keeps_out": True}, "C’est noté : votre page ne sera pas dans l’édition publique."),
    "remettre": ({"keeps_out": False}, "C’est noté : votre page sera dans l’édition publique."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def annex(request, year, structure_id):
    sheet = whole_sheet(request.user, year, structure_id)
    annex = getattr(sheet, "annex", None) if sheet.pk else None
    if request.method == "POST":
        if not permissions.can_answer_annex(request.user, sheet):
            raise PermissionDenied
        answer = ANSWERS.get(request.POST.get("answer"))
        if annex and answer:
            actions.answer_annex(annex=annex, by=request.user, **answer[0])
            messages.success(request, answer[1])
        return redirect("indicators:annex", year, structure_id)
    context = {
        "sheet": sheet,
        "annex": annex,
        "highlight": getattr(sheet, "highlight", None) if sheet.pk else None,
        "page": page_of(sheet),
        "can_answer": permissions.can_answer_annex(request.user, sheet),
        "can_reopen": permissions.can_reopen(request.user, sheet),
    }
    return render(request, "indicators/summary/annex.html", context)


def page_of(sheet):
    """As everybody will read it, with the difficulties that only the network reads; None when it will have none."""
    if sheet.state != Sheet.State.REVIEWED:
        return None
    written, _ = snapshots(gather(sheet.campaign), timezone.localdate())
    public, network = (Reading(as_text(written[each])).annex(sheet.structure_id) for each in Audience.values)
    return network and (public or network) | {"difficulties": network["difficulties"]}


@require_POST
def highlight(request, year, structure_id):
    """Whether the extract that was on the page may be printed; the answer may be changed until it is."""
    sheet = whole_sheet(request.user, year, structure_id)
    if not permissions.can_answer_annex(request.user, sheet):
        raise PermissionDenied
    highlight = getattr(sheet, "highlight", None) if sheet.pk else None
    if highlight:
        agrees = request.POST.get("answer") == "oui"
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if actions.answer_highlight(highlight=highlight, agrees=agrees, text=text, by=request.user):
            messages.success(request, "C’est noté. Vous pouvez changer d’avis jusqu’à la publication.")
        else:
            messages.info(request, "Le CCAS a choisi un autre extrait entre-temps : le voici, dites ce qu’il en est.")
    return redirect("indicators:annex", year, structure_id)
