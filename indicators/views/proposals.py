"""What the portal read in the report: how far it is, each figure to decide, and the proof of those that were kept."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from indicators import actions, permissions
from indicators.contents import Contents
from indicators.extraction.drawing import draw_limited
from indicators.forms.decision import DecisionForm
from indicators.models import Proposal
from indicators.proposals import in_three, in_words, proofs_of, reading_of
from indicators.views.filling import fillable_sheet, page, refuse_save
from indicators.views.finding import readable_sheet
from lemans_solidaire.network.untrusted import RefusedFile

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_AND_POST
def reading(request, year, structure_id):
    """How far the reading is, then all that it proposes; POST asks for one that could not end."""
    sheet, answer = fillable_sheet(request, year, structure_id)
    if answer:
        return HttpResponseClientRedirect(sheet.get_absolute_url()) if request.htmx else answer
    contents = Contents(sheet)
    if contents.report is None:
        url = contents.url("report")
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    if request.method == "POST":
        actions.ask_reading(report=contents.report, by=request.user)
        return redirect(request.path)
    context = reading_context(contents)
    if request.htmx:
        return render(request, "indicators/reading/_progress.html", context)
    return page(request, contents, "indicators/reading/reading.html", "report", context)


def reading_context(contents):
    reading = reading_of(contents.sheet)
    proposals = proposals_of(reading) if reading and reading.is_read else []
    found = {one.indicator_id for one in proposals if one.state != Proposal.State.REJECTED}
    missing = [one for one in contents.main if one.pk not in found and one.code not in contents.replies]
    return {
        "sheet": contents.sheet,
        "reading": reading,
        "to_check": [line_of(one, contents) for one in proposals if one.is_open],
        "checked": [line_of(one, contents) for one in proposals if not one.is_open],
        "not_found": [(one, contents.url_of(one)) for one in missing],
        "unread": in_ranges(reading.unread) if reading else "",
        "by_ocr": in_ranges(reading.by_ocr) if reading else "",
        "next_part": contents.next_to_do(),
    }


def proposals_of(reading):
    return list(reading.proposals.in_order().select_related("indicator__breakdown__indicator", "indicator__block"))


def line_of(proposal, contents):
    return {
        "proposal": proposal,
        "value": in_words(proposal, proposal.chosen or 0),
        "page": proposal.passage["page"],
        "figures_url": contents.url_of(proposal.indicator),
    }


def in_ranges(pages):
    """« 1 à 3, 7 et 9 »."""
    spans = []
    for number in sorted(pages):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    told = [f"{first}" if first == last else f"{first} à {last}" for first, last in spans]
    return " et ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)


@GET_AND_POST
def proposal(request, year, structure_id, code):
    """One figure: its passages with what they prove, and what to do of them, one key each."""
    sheet, answer = fillable_sheet(request, year, structure_id)
    if answer:
        return answer
    contents, reading = Contents(sheet), reading_of(sheet)
    proposals = proposals_of(reading) if reading and reading.is_read else []
    one = next((one for one in proposals if one.indicator.code == code), None)
    if one is None:
        return gone(request, contents, code)
    one.reading = reading
    form = DecisionForm(request.POST or None, proposal=one, replies=contents.replies)
    if request.method != "POST":
        return show_proposal(request, contents, proposals, form)
    if not form.is_valid():
        return show_proposal(request, contents, proposals, form, status=422)
    if not form.is_about_what_was_shown:
        return show_proposal(request, contents, proposals, form, is_another=True, status=409)
    return decide(request, contents, proposals, form)


def gone(request, contents, code):
    """Read again meanwhile, or the report was replaced or taken away: the figure typed, if any, is said."""
    indicator = next((one for one in contents.asked if one.code == code), None)
    if indicator is None:
        raise Http404
    typed = request.POST.get("figure", "").strip()[:60]
    said = f" Vous aviez écrit «\u202f{typed}\u202f» : le voici à recopier." if typed else ""
    messages.warning(request, f"Le rapport a changé, ou ne propose rien pour «\u202f{indicator.label}\u202f».{said}")
    return redirect(contents.url("reading" if contents.report else "report"))


def decide(request, contents, proposals, form):
    try:
        act(request, contents, form)
    except actions.NewerSave as newer:
        form.after_conflict(newer.conflicts)
        return show_proposal(request, contents, proposals, form, is_newer=True, status=409)
    except actions.AnotherProposal:  # this very moment: the page shows what became of it
        return proposal(request, contents.sheet.campaign.year, contents.sheet.structure_id, form.code)
    except actions.NotInThisState:
        return refuse_save(request, contents.sheet)
    messages.success(request, outcome(form, contents))
    following = next_open(proposals, form.proposal)
    return redirect(contents.url("proposal", following.indicator.code) if following else contents.url("reading"))


def act(request, contents, form):
    if form.is_rejection:
        return actions.reject_proposal(sheet=contents.sheet, proposal=form.proposal, by=request.user)
    told = {"chosen": form.chosen, "reply": form.reply, "seen": form.seen_replies()}
    return actions.keep_figure(contents=contents, proposal=form.proposal, by=request.user, **told)


def outcome(form, contents):
    """What was just done, said on the next page."""
    label = form.proposal.indicator.label
    if not form.is_rejection:
        return f"{label}\u202f: {form.reply}, gardé dans la fiche."
    now = contents.replies.get(form.code)
    stays = f" La fiche garde {now}\u202f: changez-le à sa page s’il est faux." if now else ""
    return f"{label}\u202f: la proposition est écartée.{stays}"


def next_open(proposals, one):
    """The next one to decide after this one, then those that were passed over; None when there is none left."""
    place = proposals.index(one)
    others = [*proposals[place + 1 :], *proposals[:place]]
    return next((other for other in others if other.is_open), None)


def show_proposal(request, contents, proposals, form, *, is_newer=False, is_another=False, status=200):
    one = form.proposal
    following = next_open(proposals, one)
    context = {
        "form": form,
        "proposal": one,
        "indicator": one.indicator,
        "passages": [passage_of(one, rank, contents) for rank in range(len(one.passages))],
        "reply": contents.replies.get(one.indicator.code),
        "before": contents.previous.get(one.indicator.code),
        "added": block_to_tick(one.indicator, contents),
        "is_newer": is_newer,
        "is_another": is_another,
        "place": proposals.index(one) + 1,
        "count": len(proposals),
        "left": sum(other.is_open for other in proposals),
        "later": contents.url("proposal", following.indicator.code) if following else contents.url("reading"),
    }
    return page(request, contents, "indicators/reading/proposal.html", "report", context, status)


def passage_of(proposal, rank, contents):
    passage = proposal.passages[rank]
    name = proposal.indicator.code
    return {
        "rank": rank,
        "key": rank + 1,
        "value": in_words(proposal, rank),
        "page": passage["page"],
        "quote": in_three(passage["quote"], proposal.values[rank]),
        "is_kept": proposal.chosen == rank,
        "is_read_by_ocr": passage["page"] in proposal.reading.by_ocr,
        "extract_url": contents.url("passage_image", name, rank, "extrait"),
        "page_url": contents.url("passage_image", name, rank, "page"),
    }


def block_to_tick(indicator, contents):
    return indicator.block if indicator.block_id and indicator.block_id not in contents.ticked else None


@require_safe
def passage_image(request, year, structure_id, code, rank, view):
    """The passage, or its whole page, drawn for who may read the report."""
    sheet = readable_sheet(request.user, year, structure_id)
    one = get_object_or_404(Proposal, reading=reading_of(sheet), indicator__code=code)
    if view not in ("extrait", "page") or rank >= len(one.passages) or is_kept_from(request.user, sheet, one.indicator):
        raise Http404
    passage = one.passages[rank]
    try:
        with sheet.report.file.open("rb") as file:
            image = draw_limited(file, passage["page"], passage["boxes"], whole=view == "page")
    except (RefusedFile, FileNotFoundError):
        raise Http404 from None
    return HttpResponse(image, content_type="image/jpeg")


def is_kept_from(user, sheet, indicator):
    """A breakdown is never shown structure by structure to the network."""
    return indicator.breakdown_id is not None and not permissions.reads_all(user, sheet)


@require_safe
def evidence(request, year, structure_id, code):
    """The words of the report that a figure comes from, for whoever may read the sheet."""
    sheet = readable_sheet(request.user, year, structure_id)
    contents = Contents(sheet)
    indicator = next((one for one in contents.catalogue if one.code == code), None)
    proof = proofs_of(sheet, contents.replies).get(code)
    if proof is None or not proof.is_served or is_kept_from(request.user, sheet, indicator):
        raise Http404
    context = {
        "sheet": sheet,
        "indicator": indicator,
        "reply": contents.replies[code],
        "proof": proof,
        "quote": in_three(proof.quote, proof.read if proof.read is not None else contents.replies[code].value),
        "extract_url": contents.url("passage_image", code, proof.rank, "extrait"),
        "page_url": contents.url("passage_image", code, proof.rank, "page"),
        "reads_all": permissions.reads_all(request.user, sheet),
    }
    return render(request, "indicators/reading/evidence.html", context)
