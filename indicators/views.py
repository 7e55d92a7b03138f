from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from indicators import actions, permissions
from indicators.forms import ReviewForm, SheetForm
from indicators.models import Campaign, Rendering, Sheet
from indicators.summary import summarise
from lemans_solidaire.network.models import Structure

# In the order of the CCAS's work: what is to be read over comes first.
WORK_FIRST = [Sheet.State.SUBMITTED, Sheet.State.DRAFT, Sheet.State.REVIEWED, None]


@require_safe
def campaigns(request):
    """Every campaign, with the person's own sheets in each."""
    structures = list(permissions.structures_of(request.user))
    sheets = Sheet.objects.filter(structure__in=structures).select_related("structure")
    states = {(sheet.campaign_id, sheet.structure_id): sheet for sheet in sheets}
    rows = [
        {
            "campaign": campaign,
            "sheets": [(structure, states.get((campaign.pk, structure.pk))) for structure in structures],
        }
        for campaign in Campaign.objects.all()
    ]
    context = {"rows": rows, "runs_campaigns": permissions.can_run_campaigns(request.user)}
    return render(request, "indicators/campaigns.html", context)


@require_safe
def own_sheets(request, year):
    """Straight to the sheet of one's structure; a choice when there are several."""
    campaign = get_object_or_404(Campaign, year=year)
    structures = list(permissions.structures_of(request.user))
    if len(structures) == 1:
        return redirect("indicators:sheet", year, structures[0].pk)
    return render(request, "indicators/own_sheets.html", {"campaign": campaign, "structures": structures})


def readable_sheet(user, year, structure_id):
    """The sheet, not saved yet if nobody wrote in it; somebody else's and nobody's give the same 404."""
    campaign = get_object_or_404(Campaign, year=year)
    structure = get_object_or_404(Structure, pk=structure_id)
    sheet = (
        Sheet.objects.filter(campaign=campaign, structure=structure)
        .select_related("saved_by", "submitted_by", "reviewed_by")
        .prefetch_related("answers")
        .first()
    ) or Sheet(campaign=campaign, structure=structure)
    sheet.campaign, sheet.structure = campaign, structure
    if not permissions.can_read(user, sheet):
        raise Http404
    return sheet


def form_for(sheet, data=None):
    return SheetForm(
        data,
        indicators=sheet.campaign.indicators.all(),
        stored=actions.stored_answers(sheet),
        version=sheet.version,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request, year, structure_id):
    sheet = readable_sheet(request.user, year, structure_id)
    if request.method == "POST":
        return save_sheet(request, sheet)
    return show_sheet(request, sheet, form_for(sheet))


def show_sheet(request, sheet, form, *, newer=None, status=200):
    """`newer`: what somebody else saved meanwhile, shown beside what was typed."""
    others = unlike_typed(form, actions.stored_answers(newer)) if newer else {}
    stored = actions.stored_answers(sheet)
    context = {
        "sheet": sheet,
        "form": form,
        "rows": list(form.rows(stored, others)),
        "newer": newer,
        "answered": len(stored),
        "can_fill": permissions.can_fill(request.user, sheet),
        "can_submit": permissions.can_submit(request.user, sheet),
        "can_review": permissions.can_review(request.user, sheet),
    }
    template = "indicators/sheet_form.html" if context["can_fill"] or newer else "indicators/sheet.html"
    return render(request, template, context, status=status)


def unlike_typed(form, stored):
    """{indicator id: stored answer, or « vide »} where it is not what the form says."""
    return {
        indicator.pk: stored.get(indicator.pk, "vide")
        for indicator, typed in form.answers.items()
        if stored.get(indicator.pk) != typed
    }


def save_sheet(request, sheet):
    submits = request.POST.get("then") == "submit"
    form = form_for(sheet, request.POST)
    valid = form.is_valid()
    if not permissions.can_fill(request.user, sheet):
        return refuse_save(request, sheet)
    if not valid:
        return show_sheet(request, sheet, form, status=422)
    try:
        saved = actions.save_answers(
            campaign=sheet.campaign,
            structure=sheet.structure,
            answers=form.answers,
            version=form.cleaned_data["version"],
            by=request.user,
        )
    except actions.NewerSave as newer:
        return show_conflict(request, newer.sheet, form)
    except actions.NotInThisState:
        return refuse_save(request, sheet)
    if submits and not permissions.can_submit(request.user, saved):
        messages.warning(request, "Vos chiffres sont enregistrés. Seule la personne responsable peut envoyer la fiche.")
    elif submits:
        actions.submit_sheet(sheet=saved, by=request.user)
        messages.success(request, "La fiche est envoyée. Le CCAS la relira ; vous pouvez la consulter ici.")
    return redirect(saved)


def show_conflict(request, newer, form):
    """Typed figures stay in the fields; sending again, now knowingly, keeps them."""
    form.data = form.data.copy()
    form.data["version"] = newer.version
    return show_sheet(request, newer, form, newer=newer, status=409)


def refuse_save(request, sheet):
    """The sheet cannot be written any more: what was typed is shown, not lost."""
    sheet = readable_sheet(request.user, sheet.campaign.year, sheet.structure_id)
    typed = [
        (indicator.label, request.POST.get(indicator.code, ""))
        for indicator in sheet.campaign.indicators.all()
        if request.POST.get(indicator.code, "").strip()
    ]
    return render(request, "indicators/sheet_closed.html", {"sheet": sheet, "typed": typed}, status=409)


@require_POST
def review(request, year, structure_id):
    sheet = readable_sheet(request.user, year, structure_id)
    if not permissions.can_run_campaigns(request.user):
        raise PermissionDenied
    form = ReviewForm(request.POST)
    try:
        if not permissions.can_review(request.user, sheet):
            raise actions.NotInThisState(sheet)
        actions.review_sheet(sheet=sheet, version=form.seen_version(), by=request.user)
        messages.success(request, f"La fiche de {sheet.structure} est relue : elle compte dans la synthèse.")
    except actions.NewerSave:
        messages.warning(request, "La fiche a changé depuis que vous l’avez ouverte. Relisez-la avant de valider.")
    except actions.NotInThisState:
        messages.info(request, f"La fiche de {sheet.structure} est {sheet.get_state_display()} : rien n’a changé.")
    return redirect(sheet)


def ccas_campaign(user, year):
    """The campaign, for those who run it; for everybody else there is nothing here."""
    if not permissions.can_run_campaigns(user):
        raise Http404
    return get_object_or_404(Campaign, year=year)


@require_safe
def follow_up(request, year):
    campaign = ccas_campaign(request.user, year)
    sheets = {s.structure_id: s for s in campaign.sheets.with_answer_count().order_by()}
    rows = [(structure, sheets.get(structure.pk)) for structure in Structure.objects.open()]
    rows.sort(key=lambda row: WORK_FIRST.index(row[1].state if row[1] else None))
    context = {"campaign": campaign, "rows": rows, "indicators": campaign.indicators.count()}
    return render(request, "indicators/follow_up.html", context)


def summary_of(campaign):
    return summarise(campaign, structures=Structure.objects.open().count())


@require_safe
def summary(request, year):
    campaign = ccas_campaign(request.user, year)
    summary = summary_of(campaign)
    rendering = campaign.renderings.defer("html", "pdf").filter(digest=summary.digest).first()
    context = {"campaign": campaign, "summary": summary, "rendering": rendering}
    return render(request, "indicators/summary.html", context)


def asked_for(request, renderings):
    """The rendering of the figures whose digest is in the address; the newest when none is."""
    digest = request.GET.get("empreinte")
    return (renderings.filter(digest=digest) if digest else renderings).first()


@require_http_methods(["GET", "HEAD", "POST"])
def summary_pdf_progress(request, year):
    """POST asks for the PDF of today's figures; GET says how far it is."""
    campaign = ccas_campaign(request.user, year)
    if request.method == "POST":
        summary = summary_of(campaign)
        html = render_to_string("indicators/pdf/summary.html", {"campaign": campaign, "summary": summary})
        rendering = actions.request_pdf(campaign=campaign, digest=summary.digest, html=html, by=request.user)
        return redirect(f"{request.path}?{urlencode({'empreinte': rendering.digest})}")
    rendering = asked_for(request, campaign.renderings.defer("html", "pdf"))
    template = "indicators/_progress.html" if request.htmx else "indicators/summary_pdf_progress.html"
    return render(request, template, {"campaign": campaign, "rendering": rendering, "steps": Rendering.STEPS})


@require_safe
def summary_pdf(request, year):
    """The PDF of the figures named, or the newest that is ready, as it was made."""
    campaign = ccas_campaign(request.user, year)
    rendering = asked_for(request, campaign.renderings.ready().defer("html"))
    if rendering is None:
        return redirect("indicators:summary", year)
    response = HttpResponse(bytes(rendering.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="synthese-{year}.pdf"'
    return response
