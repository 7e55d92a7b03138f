"""One sheet: where it stands for those who fill it, all of it for those who read it."""

from types import MappingProxyType

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from indicators import actions, permissions
from indicators.contents import Contents
from indicators.forms.reviewing import SendingForm
from indicators.history import history_of
from indicators.models import Report
from indicators.views.finding import readable_sheet, whole_sheet


@require_safe
def sheet(request, year, structure_id):
    sheet = readable_sheet(request.user, year, structure_id)
    if permissions.can_fill(request.user, sheet):
        contents = Contents(sheet)
        context = {
            "sheet": sheet,
            "contents": contents,
            "next_part": contents.next_to_do(),
            "can_submit": permissions.can_submit(request.user, sheet),
            "on_behalf": permissions.types_for_structure(request.user, sheet),
        }
        return render(request, "indicators/overview.html", context)
    return read_sheet(request, sheet)


def read_sheet(request, sheet, *, problems=(), reason_problem="", status=200):
    """`problems`: why what was just sent was not taken; what was typed is shown again in its place."""
    user, contents = request.user, Contents(sheet)
    reads_all = permissions.reads_all(user, sheet)
    context = {
        "sheet": sheet,
        "contents": contents,
        "sections": sections_of(contents, reads_all, request.POST),
        "difficulties": sheet.difficulties.all() if sheet.pk else [],
        "reads_all": reads_all,
        "history": history_of(sheet) if reads_all else [],
        "problems": problems,
        "reason": request.POST.get("reason", ""),
        "reason_problem": reason_problem,
        "can_question": permissions.can_question(user, sheet),
        "can_review": permissions.can_review(user, sheet),
        "can_answer": permissions.can_answer_questions(user, sheet),
        "can_confirm": permissions.can_confirm(user, sheet),
        "can_reopen": permissions.can_reopen(user, sheet),
        "can_share": permissions.can_share(user, sheet),
        "runs_campaigns": permissions.can_run_campaigns(user),
    }
    return render(request, "indicators/sheet.html", context, status=status)


def sections_of(contents, reads_all, typed=MappingProxyType({})):
    """[(title, rows)]: questions, remarks, words and the year before are only for those who read all."""
    questions = {}
    if reads_all and contents.sheet.pk:
        for question in contents.sheet.questions.select_related("asked_by", "answered_by").order_by("asked_at", "pk"):
            questions.setdefault(question.indicator_id, []).append(question)
    sections = {}
    for indicator in contents.indicators:
        line = contents.line(indicator)
        if indicator.breakdown_id and (line["reply"] is None or not reads_all):
            continue  # a breakdown is never shown structure by structure to the network
        if not reads_all:
            line |= {"remarks": [], "word": "", "before": None}
        line["questions"] = questions.get(indicator.pk, [])
        line["typed"] = typed.get(f"question-{indicator.code}", "")
        title = indicator.block.label if indicator.block else indicator.get_section_display()
        sections.setdefault(title, []).append(line)
    return list(sections.items())


@require_safe
def report_pdf(request, year, structure_id):
    """The activity report, to who may read the sheet: members, the CCAS once it is sent, the network when shared."""
    sheet = readable_sheet(request.user, year, structure_id)
    report = Report.objects.filter(sheet=sheet).first() if sheet.pk else None
    if report is None:
        raise Http404
    try:
        content = report.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=f"rapport-{year}-{structure_id}.pdf")
    response.headers["Content-Type"] = "application/pdf"
    return response


@require_POST
def sharing(request, year, structure_id):
    """Who may read the report and the reviewed sheet; the responsable changes it at any time."""
    sheet = whole_sheet(request.user, year, structure_id)
    if not permissions.can_share(request.user, sheet) or not sheet.pk:
        raise PermissionDenied
    form = SendingForm(request.POST)
    if form.is_valid():
        actions.share_sheet(sheet=sheet, shared_with=form.cleaned_data["shared_with"], by=request.user)
        messages.success(request, "C’est noté. Vous pourrez changer d’avis à tout moment.")
    return redirect(sheet)
