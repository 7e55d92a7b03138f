"""Files that come and go: the activity report, the sheet as a spreadsheet, the figures of past years."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from indicators import actions, permissions
from indicators.contents import Contents
from indicators.figures import packed
from indicators.forms.figures import FiguresForm
from indicators.models import Campaign, Sheet
from indicators.received import as_report
from indicators.spreadsheets import Names, past_workbook, read_past, read_sheet_workbook, sheet_workbook
from indicators.views.filling import fillable_sheet, page, refuse_save
from indicators.views.finding import whole_sheet
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.untrusted import RefusedFile, read_csv, read_workbook

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOO_LARGE = "Ce fichier est trop lourd : le portail accepte jusqu’à {most} Mo. Enregistrez-en une version plus légère."


def download(content, name):
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def received(request, most=5):
    """The file that was sent; RefusedFile when there is none, or it was too large to be read to its end."""
    if getattr(request, "upload_too_large", False):
        raise RefusedFile(TOO_LARGE.format(most=most))
    if "file" not in request.FILES:
        raise RefusedFile("Choisissez un fichier, puis envoyez.")
    return request.FILES["file"]


@GET_AND_POST
def report(request, year, structure_id):
    """The activity report of the year, as a PDF."""
    sheet, answer = fillable_sheet(request, year, structure_id)
    if answer:
        return answer
    problem = ""
    if request.method == "POST":
        try:
            return take_report(request, sheet)
        except RefusedFile as refusal:
            problem = str(refusal)
        except actions.NotInThisState:
            return refuse_save(request, sheet)
    context = {"problem": problem}
    return page(request, Contents(sheet), "indicators/report.html", "report", context, 422 if problem else 200)


def take_report(request, sheet):
    """Kept and on to what it says, or taken away."""
    if request.POST.get("then") == "remove":
        try:
            actions.remove_report(sheet=sheet, digest=request.POST.get("digest", ""), by=request.user)
            messages.success(request, "Le rapport est retiré.")
        except actions.AnotherReport:
            messages.info(request, "Ce n’est plus le même rapport : rien n’est retiré.")
        return redirect("indicators:report", sheet.campaign.year, sheet.structure_id)
    actions.attach_report(sheet=sheet, **as_report(received(request, most=20)), by=request.user)
    messages.success(request, "Le rapport est gardé avec la fiche.")
    return redirect("indicators:reading", sheet.campaign.year, sheet.structure_id)


@require_safe
def workbook(request, year, structure_id):
    """The sheet as a spreadsheet, with the answers so far."""
    sheet = whole_sheet(request.user, year, structure_id)
    return download(sheet_workbook(Contents(sheet)), f"fiche-{year}-{structure_id}.xlsx")


@GET_AND_POST
def from_workbook(request, year, structure_id):
    """The same coming back. A file with one unreadable cell changes nothing; a newer save is shown beside."""
    sheet, answer = fillable_sheet(request, year, structure_id)
    if answer:
        return answer
    contents, problems = Contents(sheet), []
    if request.method == "POST" and "seen" in request.POST:
        return settle_differences(request, contents)
    if request.method == "POST":
        try:
            filled = read_sheet_workbook(read_workbook(received(request)), contents)
        except RefusedFile as refusal:
            problems = [("", str(refusal))]
        else:
            problems = filled.problems
            if not problems:
                return keep_workbook(request, contents, filled)
    return page(request, contents, "indicators/workbook.html", "", {"problems": problems}, 422 if problems else 200)


def keep_workbook(request, contents, filled):
    before = contents.replies
    try:
        actions.save_answers(contents=contents, typed=filled.meant, seen=filled.seen, by=request.user)
    except actions.NewerSave as newer:
        return show_differences(request, contents, filled, newer)
    except actions.NotInThisState:
        return refuse_save(request, contents.sheet)
    changed = sum(contents.replies.get(code) != before.get(code) for code in contents.replies.keys() | before.keys())
    messages.success(
        request,
        f"Le classeur est lu : {changed} réponse{'s' if changed > 1 else ''} changée{'s' if changed > 1 else ''}.",
    )
    return redirect(contents.sheet)


def show_differences(request, contents, filled, newer):
    """Only the figures that both wrote, each with the two values; the others wait in the same form."""
    meant = {
        i: reply
        for i, reply in filled.meant.items()
        if reply not in (contents.replies.get(i.code), filled.seen.get(i.code))
    }
    data = request.POST.copy()
    for indicator, reply in meant.items():
        data.update(FiguresForm(indicators=[indicator], replies={}).initial_of(indicator, reply))
    form = FiguresForm(data, indicators=meant, replies={})
    form.is_valid()
    form.see(packed(filled.seen))
    form.after_conflict(contents.replies)
    rows = [form.row(i, contents.previous, {}, newer.conflicts) for i in meant]
    context = {"form": form, "rows": rows, "newer": newer}
    return page(request, contents, "indicators/workbook_differences.html", "", context, 409)


def settle_differences(request, contents):
    sent = [indicator for indicator in contents.asked if indicator.code in request.POST]
    form = FiguresForm(request.POST, indicators=sent, replies={})
    newer, status = None, 422
    if form.is_valid():
        try:
            actions.save_answers(contents=contents, typed=form.typed, seen=form.seen_replies(), by=request.user)
            messages.success(request, "Vos choix sont enregistrés.")
            return redirect(contents.sheet)
        except actions.NotInThisState:
            return refuse_save(request, contents.sheet)
        except actions.NewerSave as refusal:
            newer, status = refusal, 409
            form.after_conflict(contents.replies)
    rows = [form.row(i, contents.previous, {}, newer.conflicts if newer else {}) for i in sent]
    context = {"form": form, "rows": rows, "newer": newer}
    return page(request, contents, "indicators/workbook_differences.html", "", context, status)


def only_ccas(user):
    if not permissions.can_run_campaigns(user):
        raise Http404


def newest_catalogue():
    campaign = Campaign.objects.first()
    return list(campaign.indicators.asked()) if campaign else []


@require_safe
def past_template(request):
    only_ccas(request.user)
    content = past_workbook(Structure.objects.open(), newest_catalogue(), timezone.localdate().year)
    return download(content, "chiffres-des-annees-passees.xlsx")


@GET_AND_POST
def past(request):
    """The CCAS takes over the figures of the years before the portal: all of the file, or nothing."""
    only_ccas(request.user)
    problems = []
    if request.method == "POST":
        try:
            filled = read_past(past_rows(received(request)), past_names(), timezone.localdate().year)
            problems = filled.problems
            if not problems and not filled.meant:
                problems = [("", "Le fichier ne contient aucun chiffre.")]
        except RefusedFile as refusal:
            problems = [("", str(refusal))]
        if not problems:
            return keep_past(request, filled)
    context = {
        "problems": problems[:200],
        "more": max(0, len(problems) - 200),
        "has_catalogue": Campaign.objects.exists(),
    }
    return render(request, "indicators/past.html", context, status=422 if problems else 200)


def past_rows(file):
    if file.name.lower().endswith((".csv", ".txt")):
        return read_csv(file)
    pages = read_workbook(file)
    return pages.get("Chiffres") or next(iter(pages.values()), [])


def past_names():
    answered = Sheet.objects.exclude(state=Sheet.State.DRAFT).order_by().values_list("structure_id", "campaign__year")
    return Names.of(Structure.objects.all(), newest_catalogue(), answered)


def keep_past(request, filled):
    added, changed = actions.keep_past_figures(
        figures=filled.meant, by=request.user, source=request.FILES["file"].name[-100:]
    )
    same = len(filled.meant) - added - changed
    messages.success(
        request, f"{added} chiffres repris, {changed} changés, {same} déjà connus. Ils paraissent à côté des cases."
    )
    return redirect("indicators:past")
