"""Between the structure and the CCAS once the sheet is sent: questions, answers, review, reopening, confirmation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from indicators import actions, permissions
from indicators.contents import Contents
from indicators.forms.reviewing import AnswersForm, ConfirmationForm, QuestionsForm, ReasonForm, ReviewForm
from indicators.models import ConfirmationLink, Sheet
from indicators.views.filling import given_back
from indicators.views.finding import ccas_campaign, find_sheet, whole_sheet
from indicators.views.sheets import read_sheet, sections_of
from lemans_solidaire.network.models import Structure

CHANGED = "La fiche a changé depuis que vous l’avez ouverte : relisez-la avant de continuer."


def unchanged(request, sheet):
    """Too late, or a second click: a text that was not kept is given back."""
    sheet = find_sheet(sheet.campaign.year, sheet.structure_id)
    sentence = f"La fiche de {sheet.structure} : {sheet.get_state_display()}. Rien n’a changé."
    lost = not_kept(request, sheet)
    if lost:
        return render(
            request, "indicators/not_kept.html", {"sheet": sheet, "sentence": sentence, "typed": lost}, status=409
        )
    messages.info(request, sentence)
    can_read = permissions.can_read(request.user, sheet)
    return redirect(sheet) if can_read else redirect("indicators:follow_up", sheet.campaign.year)


def not_kept(request, sheet):
    kept = {text for pair in sheet.questions.values_list("text", "word") for text in pair} if sheet.pk else set()
    kept.add(sheet.reopened_because)
    texts = {value for name, value in request.POST.items() if name.startswith(("question-", "reponse-", "reason"))}
    is_lost = any(text.strip() and " ".join(text.split()) not in kept for text in texts)
    return given_back(request, sheet) if is_lost else []


@require_POST
def review(request, year, structure_id):
    sheet = whole_sheet(request.user, year, structure_id)
    if not permissions.can_run_campaigns(request.user):
        raise PermissionDenied
    if not permissions.can_review(request.user, sheet):
        return unchanged(request, sheet)
    try:
        actions.review_sheet(sheet=sheet, version=ReviewForm(request.POST).seen_version(), by=request.user)
    except actions.NewerSave:
        messages.warning(request, CHANGED)
    except actions.NotInThisState:
        return unchanged(request, sheet)
    else:
        messages.success(request, f"La fiche de {sheet.structure} est relue : elle compte dans la synthèse.")
    return redirect(sheet)


@require_POST
def questions(request, year, structure_id):
    """The CCAS asks about figures of its choice; the structure will change them or keep them with a word."""
    sheet = whole_sheet(request.user, year, structure_id)
    if not permissions.can_run_campaigns(request.user):
        raise PermissionDenied
    if not permissions.can_question(request.user, sheet):
        return unchanged(request, sheet)
    form = QuestionsForm(request.POST, indicators=Contents(sheet).indicators)
    if not form.is_valid():
        problems = [
            "Une question est trop longue : 300 caractères au plus. Rien n’est envoyé ; votre texte est dessous."
        ]
        return read_sheet(request, sheet, problems=problems, status=422)
    if not form.questions():
        return read_sheet(request, sheet, problems=["Écrivez au moins une question."], status=422)
    elsewhere = dict(sheet.questions.open().values_list("indicator", "text"))
    if any(elsewhere.get(indicator.pk, text) != text for indicator, text in form.questions().items()):
        problem = "Une question attend déjà sa réponse sur l’un de ces chiffres : effacez la vôtre. Rien n’est envoyé."
        return read_sheet(request, sheet, problems=[problem], status=409)
    try:
        actions.ask_questions(
            sheet=sheet, questions=form.questions(), version=form.cleaned_data["version"], by=request.user
        )
    except actions.NewerSave:
        return read_sheet(request, sheet, problems=[CHANGED], status=409)
    except actions.NotInThisState:
        return unchanged(request, sheet)
    messages.success(request, f"{sheet.structure} verra votre question en ouvrant son espace.")
    return redirect(sheet)


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request, year, structure_id):
    """The structure answers: another figure, or the same with a word."""
    sheet = whole_sheet(request.user, year, structure_id)
    if not permissions.can_answer_questions(request.user, sheet):
        return unchanged(request, sheet) if request.method == "POST" else redirect(sheet)
    contents = Contents(sheet)
    asked = sheet.questions.open().select_related("indicator__breakdown", "asked_by")
    form = AnswersForm(request.POST or None, questions=asked, replies=contents.replies)
    if request.method == "POST" and form.is_valid():
        try:
            for_it = permissions.types_for_structure(request.user, sheet)
            actions.answer_questions(sheet=sheet, answers=form.answers, by=request.user, confirms=not for_it)
        except actions.NewerSave:  # one more question came this very second: the page shows it
            return answers(request, year, structure_id)
        except actions.NotInThisState:
            return unchanged(request, sheet)
        messages.success(request, "Votre réponse est partie au CCAS, qui termine la relecture.")
        return redirect(sheet)
    context = {
        "sheet": sheet,
        "form": form,
        "rows": list(form.rows(previous=contents.previous, remarks=contents.remarks)),
    }
    return render(request, "indicators/answers.html", context, status=422 if form.is_bound else 200)


@require_POST
def reopen(request, year, structure_id):
    sheet = find_sheet(year, structure_id)
    if not permissions.can_run_campaigns(request.user):  # who may still meet a draft that is no longer readable
        sheet = whole_sheet(request.user, year, structure_id)
    if not permissions.can_reopen(request.user, sheet):
        return unchanged(request, sheet)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return read_sheet(request, sheet, reason_problem=form.errors["reason"][0], status=422)
    try:
        sheet = actions.reopen_sheet(
            sheet=sheet,
            reason=form.cleaned_data["reason"],
            by=request.user,
            takes_over=not permissions.can_run_campaigns(request.user),
        )
    except actions.NotInThisState:
        return unchanged(request, sheet)
    messages.success(request, "La fiche est rouverte : elle se remplit de nouveau, avec tout ce qu’elle contenait.")
    return redirect(sheet) if permissions.can_read(request.user, sheet) else redirect("indicators:follow_up", year)


@require_http_methods(["GET", "HEAD", "POST"])
def type_for_structure(request, year, structure_id):
    """The CCAS begins to type a paper or telephone answer in the structure's place."""
    campaign = ccas_campaign(request.user, year)
    structure = get_object_or_404(Structure, pk=structure_id)
    if not (campaign.is_open and structure.is_open):
        messages.info(request, "La campagne ou la structure est fermée : il n’y a plus de fiche à saisir.")
        return redirect("indicators:follow_up", year)
    if request.method == "POST":
        how = request.POST.get("how")
        if how not in Sheet.OnBehalf.values:
            messages.warning(request, "Dites si la réponse est venue sur papier ou au téléphone.")
            return redirect(request.path)
        try:
            actions.type_for_structure(campaign=campaign, structure=structure, how=how, by=request.user)
        except actions.WrittenByTheStructure:
            messages.info(request, f"{structure} a déjà commencé sa fiche : elle lui appartient.")
            return redirect("indicators:follow_up", year)
        return redirect("indicators:sheet", year, structure_id)
    context = {"campaign": campaign, "structure": structure, "ways": Sheet.OnBehalf.choices}
    return render(request, "indicators/type_for_structure.html", context)


@require_POST
def confirmation(request, year, structure_id):
    """The responsable confirms with an account; the CCAS has a link made for a structure that has none."""
    sheet = whole_sheet(request.user, year, structure_id)
    if permissions.can_confirm(request.user, sheet):
        try:
            actions.confirm_sheet(sheet=sheet, name=str(request.user), by=request.user)
        except actions.NotInThisState:
            return unchanged(request, sheet)
        messages.success(request, "Merci : ces chiffres sont les vôtres. Le CCAS termine la relecture.")
        return redirect(sheet)
    if sheet.on_behalf and not sheet.awaits_confirmation:  # a second click
        return unchanged(request, sheet)
    if not permissions.can_run_campaigns(request.user):
        raise PermissionDenied
    if not sheet.awaits_confirmation:
        return unchanged(request, sheet)
    link, token = actions.make_link(sheet=sheet, by=request.user)
    url = request.build_absolute_uri(reverse("indicators:confirm_by_link", args=[token])) if token else ""
    return render(request, "indicators/link_made.html", {"sheet": sheet, "link": link, "url": url})


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_by_link(request, token):
    """Without an account: whoever holds the link reads these figures, and says that they are right or not."""
    links = ConfirmationLink.objects.select_related("sheet__campaign", "sheet__structure", "sheet__report")
    link = links.filter(digest=ConfirmationLink.digest_of(token)).first()
    if link is None:
        raise Http404
    if not link.serves:
        return link_served(request, link)
    form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return settle(request, link, form)
    contents = Contents(link.sheet)
    context = {
        "sheet": link.sheet,
        "form": form,
        "sections": sections_of(contents, reads_all=True),
        "reads_all": True,
        "difficulties": link.sheet.difficulties.all(),
    }
    return render(request, "indicators/confirm.html", context, status=422 if form.is_bound else 200)


def settle(request, link, form):
    name, text = form.cleaned_data["name"], form.cleaned_data["text"]
    try:
        if form.cleaned_data["contests"]:
            actions.contest_by_link(link=link, name=name, text=text)
        else:
            actions.confirm_by_link(link=link, name=name)
    except actions.NotInThisState:
        pass  # a second click: the page says what the first one did
    link.refresh_from_db()
    return link_served(request, link)


def link_served(request, link):
    return render(request, "indicators/link_served.html", {"link": link, "typed": request.POST.get("text", "")})
