"""A structure reads its own page of the summary before anybody else."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from indicators import actions, permissions
from indicators.models import Audience, Sheet
from indicators.summary import Reading, readings
from indicators.views.finding import whole_sheet

AGREES, KEEPS_OUT, PUTS_BACK = "juste", "garder", "remettre"


@require_http_methods(["GET", "HEAD", "POST"])
def annex(request, year, structure_id):
    sheet = whole_sheet(request.user, year, structure_id)
    annex = getattr(sheet, "annex", None) if sheet.pk else None
    edition = sheet.campaign.editions.public().order_by("-number").first()
    if request.method == "POST":
        if not permissions.can_answer_annex(request.user, sheet):
            raise PermissionDenied
        if annex and sheet.shared_with == Sheet.Sharing.NETWORK:  # the others have no page to speak of
            note_answer(request, annex, edition)
        return redirect("indicators:annex", year, structure_id)
    context = {
        "sheet": sheet,
        "annex": annex,
        "edition": edition,
        "is_in_edition": edition and Reading(edition.snapshot).annex(structure_id) is not None,
        "highlight": getattr(sheet, "highlight", None) if sheet.pk else None,
        "page": page_of(sheet),
        "can_answer": permissions.can_answer_annex(request.user, sheet),
        "can_reopen": permissions.can_reopen(request.user, sheet),
    }
    return render(request, "indicators/summary/annex.html", context)


def note_answer(request, annex, edition):
    """What was published stays as it is: the answer is then about the next edition."""
    answer, later = request.POST.get("answer"), ""
    if edition:
        later = f" L’édition {edition.number} et ses répartitions, déjà publiées, restent telles quelles."
    if answer == AGREES:
        version = request.POST.get("version", "")[:8]
        try:
            actions.answer_annex(annex=annex, by=request.user, agrees=int(version) if version.isdecimal() else -1)
        except actions.NewerSave:
            messages.info(request, "Les chiffres ont changé pendant que vous lisiez : voici la page d’aujourd’hui.")
        else:
            messages.success(request, "Merci : votre page est notée comme juste.")
    elif answer == KEEPS_OUT:
        actions.answer_annex(annex=annex, by=request.user, keeps_out=True)
        where = "la prochaine édition publique" if edition else "l’édition publique"
        messages.success(request, f"C’est noté : ni votre page ni vos chiffres ne seront dans {where}.{later}")
    elif answer == PUTS_BACK:
        actions.answer_annex(annex=annex, by=request.user, keeps_out=False)
        where = "la prochaine édition publique, s’il y en a une" if edition else "l’édition publique"
        messages.success(request, f"C’est noté : votre page et vos chiffres seront dans {where}.{later}")


def page_of(sheet):
    """As everybody will read it, with the difficulties that only the network reads; None when it will have none."""
    if sheet.state != Sheet.State.REVIEWED:
        return None
    pages = readings(sheet.campaign, timezone.localdate())
    return pages[Audience.NETWORK].annex(sheet.structure_id)


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
            messages.success(request, "C’est noté. Vous pouvez changer d’avis jusqu’à la prochaine édition.")
        else:
            messages.info(request, "Le CCAS a choisi un autre extrait entre-temps : le voici, dites ce qu’il en est.")
    return redirect("indicators:annex", year, structure_id)
