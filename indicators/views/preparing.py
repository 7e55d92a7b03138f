"""The CCAS prepares the summary: pages to the structures, words, highlights, a proof, publication."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from indicators import actions
from indicators.models import Audience, Format, Proof, ProofFile, SummaryText
from indicators.publication import readiness
from indicators.summary import readings
from indicators.summary.forms import HighlightsForm, ProblemStatesForm, SummaryTextForm
from indicators.views.finding import ccas_campaign
from indicators.views.summaries import FOR_THE_NETWORK, TYPES, served
from lemans_solidaire.network.templatetags.french import plural


@require_safe
def preparation(request, year):
    campaign = ccas_campaign(request.user, year)
    return render(request, "indicators/summary/preparation.html", context_of(campaign))


def context_of(campaign, refusals=()):
    texts = {text.place: text for text in campaign.texts.all()}
    editions = list(campaign.editions.public().defer("snapshot").order_by("-number"))
    highlights = [
        sheet.highlight
        for sheet in campaign.sheets.select_related("highlight").filter(highlight__isnull=False, state="reviewed")
    ]
    return {
        "campaign": campaign,
        "readiness": readiness(campaign),
        "places": [
            (place, place.label, texts.get(place))
            for place in SummaryText.Place
            if place != SummaryText.Place.CORRECTION or editions
        ],
        "highlights": len(highlights),
        "agreed": sum(highlight.is_agreed for highlight in highlights),
        "states": campaign.problem_states.count(),
        "proof": campaign.proofs.defer("public", "network").first(),
        "editions": editions,
        "refusals": refusals,
    }


@require_POST
def send_annexes(request, year):
    campaign = ccas_campaign(request.user, year)
    made = actions.send_annexes(campaign=campaign, by=request.user)
    if made:
        messages.success(
            request,
            f"{len(made)} page{plural(made)} envoyée{plural(made)} ; chaque structure la trouve aussi dans son espace.",
        )
    else:
        messages.info(request, "Chaque structure relue a déjà reçu sa page : rien n’est parti.")
    return redirect("indicators:preparation", year)


@require_http_methods(["GET", "HEAD", "POST"])
def summary_text(request, year, place):
    campaign = ccas_campaign(request.user, year)
    if place not in SummaryText.Place.values:
        raise Http404
    stored = campaign.texts.filter(place=place).first()
    form, theirs = SummaryTextForm(request.POST or None, stored=stored, suggested=last_signature(campaign)), None
    if form.is_bound and form.is_valid():
        try:
            actions.save_text(campaign=campaign, place=place, by=request.user, **form.cleaned_data)
        except actions.NewerText as refusal:
            theirs = refusal
            form.sees(refusal.text)
        else:
            messages.success(request, "Enregistré." if form.cleaned_data["text"] else "Le texte est retiré.")
            return redirect("indicators:preparation", year)
    status = 409 if theirs else 422 if form.errors else 200
    context = {"campaign": campaign, "label": SummaryText.Place(place).label, "form": form, "conflict": theirs}
    return render(request, "indicators/summary/text.html", context, status=status)


def last_signature(campaign):
    return campaign.texts.order_by("-saved_at").first()


@require_http_methods(["GET", "HEAD", "POST"])
def problem_states(request, year):
    """Where each difficulty of the year stands."""
    campaign = ccas_campaign(request.user, year)
    problems = readings(campaign, timezone.localdate())[Audience.NETWORK].problems
    form = ProblemStatesForm(request.POST or None, problems=problems, campaign=campaign)
    if form.is_bound and form.is_valid():
        actions.save_problem_states(campaign=campaign, states=form.states(), by=request.user)
        messages.success(request, "Enregistré.")
        return redirect("indicators:preparation", year)
    context = {"campaign": campaign, "form": form}
    return render(request, "indicators/summary/problems.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def highlights(request, year):
    """What the structures wrote of their year: an extract of each may be chosen, if its author agrees."""
    campaign = ccas_campaign(request.user, year)
    sheets = list(
        campaign.sheets.shared()
        .exclude(highlights="", highlight=None)
        .select_related("structure", "campaign", "highlight")
    )
    form = HighlightsForm(request.POST or None, sheets=sheets)
    if form.is_bound and form.is_valid():
        for sheet, text in form.chosen():
            actions.choose_highlight(sheet=sheet, text=text, by=request.user)
        messages.success(request, "Enregistré : chaque structure dira si son extrait peut paraître.")
        return redirect("indicators:highlights", year)
    context = {"campaign": campaign, "form": form}
    return render(request, "indicators/summary/highlights.html", context, status=422 if form.errors else 200)


@require_safe
def preview(request, year):
    """The page as it would be published now."""
    campaign = ccas_campaign(request.user, year)
    audience = Audience.NETWORK if request.GET.get("pour") == FOR_THE_NETWORK else Audience.PUBLIC
    other = Audience.PUBLIC if audience == Audience.NETWORK else Audience.NETWORK
    query = f"?pour={FOR_THE_NETWORK}" if other == Audience.NETWORK else ""
    context = {
        "campaign": campaign,
        "runs_campaigns": True,
        "summary": readings(campaign, timezone.localdate())[audience],
        "published_at": None,
        "is_preview": True,
        "structure_base": reverse("indicators:own_sheets", args=[year]),
        "query": "",
        "files": [],
        "others": [],
        "snapshot_url": "",
        "latest_url": "",
        "other_audience": (other.label, request.path + query),
    }
    return render(request, "indicators/summary/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proof(request, year):
    """POST asks for the files of what would be published now; GET says how far they are."""
    campaign = ccas_campaign(request.user, year)
    if request.method == "POST":
        actions.make_proof(campaign=campaign, by=request.user)
        return redirect(request.path)
    proof = campaign.proofs.defer("public", "network").first()
    template = "indicators/summary/_progress.html" if request.htmx else "indicators/summary/proof.html"
    context = {"campaign": campaign, "proof": proof, "steps": Proof.STEPS, "files": file_links(proof) if proof else []}
    return render(request, template, context)


def file_links(proof):
    """[(edition, [(label, address)])], the PDF first."""
    made = set(proof.files.values_list("audience", "format"))
    return [
        (
            audience.label,
            [
                (format.label, reverse("indicators:proof_file", args=[proof.campaign.year, audience, format]))
                for format in Format
                if (audience, format) in made
            ],
        )
        for audience in Audience
    ]


@require_safe
def proof_file(request, year, audience, format):
    campaign = ccas_campaign(request.user, year)
    file = get_object_or_404(ProofFile, proof__campaign=campaign, audience=audience, format=format)
    name = f"epreuve-{year}{'-reseau' if audience == Audience.NETWORK else ''}.{format}"
    return served(bytes(file.content), TYPES[format], name)


@require_POST
def publication(request, year):
    """Publishes the proof whose digest was on the page; says why when it cannot."""
    campaign = ccas_campaign(request.user, year)
    digest = request.POST.get("digest", "").replace("\0", "")
    try:
        edition = actions.publish(campaign=campaign, digest=digest, by=request.user)[0]
    except actions.NotYet as refusal:
        context = context_of(campaign, refusal.reasons)
        return render(request, "indicators/summary/preparation.html", context, status=409)
    messages.success(request, f"L’édition {edition.number} de la synthèse {year} est publiée.")
    return redirect("indicators:summary", year)
