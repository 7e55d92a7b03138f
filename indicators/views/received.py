"""Reports that the CCAS received by mail: dropped together, then given one by one to the structure they are about."""

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from indicators import actions
from indicators.models import Proposal, Report, Sheet, WaitingReport
from indicators.received import as_report, structure_named
from indicators.views.finding import ccas_campaign
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.untrusted import RefusedFile

GONE = "Ce rapport n’attend plus : il a été rattaché ou retiré."
TOO_LARGE = (
    "Un fichier dépasse 20 Mo, ou l’ensemble 60 Mo : ce qui manque dessous est à déposer de nouveau, en plusieurs fois "
    "ou en plus léger."
)


@require_http_methods(["GET", "HEAD", "POST"])
def received_reports(request, year):
    campaign = ccas_campaign(request.user, year)
    problems = []
    if request.method == "POST" and campaign.is_open:
        problems = keep_all(request, campaign)
        if not problems:
            return redirect(request.path)
    context = {
        "campaign": campaign,
        "problems": problems,
        "structures": without_report(campaign),
        "waiting": campaign.waiting_reports.defer("content").select_related("structure"),
        "attached": attached_by(request.user, campaign),
    }
    return render(request, "indicators/reading/received.html", context, status=422 if problems else 200)


def without_report(campaign):
    """The structures that may still receive one: no report yet, nothing sent."""
    settled = Sheet.objects.filter(campaign=campaign).exclude(state=Sheet.State.DRAFT, report=None)
    return list(Structure.objects.open().exclude(pk__in=settled.values("structure")).order_by("name"))


def attached_by(user, campaign):
    """What this person put in a draft; it can be taken back until the structure decides of a figure."""
    reports = Report.objects.filter(sheet__campaign=campaign, sheet__state=Sheet.State.DRAFT, uploaded_by=user)
    decided = Proposal.objects.exclude(state=Proposal.State.OPEN).filter(reading__sheet=OuterRef("sheet"))
    return reports.filter(~Exists(decided)).select_related("sheet__structure", "sheet__campaign")


def keep_all(request, campaign):
    """[(file name, why it is refused)]; the others are kept."""
    files = request.FILES.getlist("file")
    problems = [("", TOO_LARGE)] if getattr(request, "upload_too_large", False) else []
    if not files and not problems:
        return [("", "Choisissez un ou plusieurs fichiers, puis déposez-les.")]
    structures = without_report(campaign)
    for file in files:
        try:
            keep(file, campaign, structures, request.user)
        except RefusedFile as refusal:
            problems.append((file.name, str(refusal)))
    return problems


def keep(file, campaign, structures, user):
    report = as_report(file)
    if Report.objects.filter(sheet__campaign=campaign, digest=report["digest"]).exists():
        raise RefusedFile("Ce rapport est déjà dans une fiche.")
    structure = structure_named(file.name, structures)
    try:
        actions.keep_waiting(campaign=campaign, structure=structure, file=report, by=user)
    except IntegrityError:
        raise RefusedFile("Ce rapport attend déjà dessous : rien n’est ajouté.") from None


@require_POST
def attach(request, year, pk):
    """This report is that structure's; or it goes away."""
    campaign = ccas_campaign(request.user, year)
    waiting = WaitingReport.objects.filter(campaign=campaign, pk=pk).first()
    if waiting is None:
        messages.info(request, GONE)
    elif request.POST.get("then") == "remove":
        actions.drop_waiting(waiting=waiting, by=request.user)
        messages.success(request, f"« {waiting.name} » est retiré.")
    else:
        attach_to(request, waiting)
    return redirect("indicators:received_reports", year)


@require_POST
def take_back(request, year, pk):
    """A report put in the wrong sheet."""
    campaign = ccas_campaign(request.user, year)
    report = attached_by(request.user, campaign).filter(pk=pk).first()
    try:
        if report is None:
            raise actions.AnotherReport(report)
        actions.take_back(report=report, by=request.user)
        messages.success(request, f"Le rapport est retiré de la fiche de {report.sheet.structure}.")
    except (actions.AnotherReport, actions.NotInThisState):
        messages.info(request, "Ce rapport n’est plus à reprendre : la structure en a déjà décidé, ou l’a remplacé.")
    return redirect("indicators:received_reports", year)


def attach_to(request, waiting):
    chosen = request.POST.get("structure", "")
    structures = {str(one.pk): one for one in without_report(waiting.campaign)}
    structure = structures.get(chosen)
    if structure is None or not waiting.campaign.is_open:
        messages.warning(request, f"Dites de quelle structure est « {waiting.name} » : elle n’a pas encore de rapport.")
        return
    try:
        actions.attach_waiting(waiting=waiting, structure=structure, by=request.user)
    except actions.AnotherReport:
        messages.info(request, GONE)
    except actions.AlreadyHasReport:
        messages.warning(request, f"{structure} a déjà son rapport, ou sa fiche est envoyée : rien n’a changé.")
    else:
        messages.success(request, f"Le rapport est joint à la fiche de {structure}, qui décidera des chiffres trouvés.")
