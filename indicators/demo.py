"""The indicators' part of the fictional network (demo.json): three years, the last one open, sheets in every state."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from indicators import actions
from indicators.contents import Contents
from indicators.figures import Reply, read_reply
from indicators.models import Annex, Campaign, Proposal, Question
from indicators.reading import read
from indicators.tasks import make_files
from lemans_solidaire.network.models import User
from lemans_solidaire.network.pdf import render_pdf

DEMO = json.loads(Path(__file__).with_name("demo.json").read_text(encoding="utf-8"))
SHEETS, SUMMARY = DEMO["sheets"], DEMO["summary"]
BEFORE, CLOSED, OPEN = range(3)  # the three texts of each figure, oldest first
WITH_REPORT = ("halte", "maison", "fil")
YEAR = timedelta(days=365)


def load(structures):
    if Campaign.objects.exists():
        return
    ccas = User.objects.get(email="ccas@demo.test")
    today = timezone.localdate()
    closed = open_campaign(today.year - 2, today - YEAR, ccas)
    campaign = open_campaign(today.year - 1, today, ccas)
    keep_past(structures, closed.year - 1, ccas)
    for entry in SHEETS:
        structure = structures[entry["structure"]]
        add_sheet(entry, closed, structure, ccas, CLOSED, entry["closed"])
        add_sheet(entry, campaign, structure, ccas, OPEN, entry["open"])
    happened_a_year_ago(closed)
    prepare_summary(closed, structures, ccas)
    if settings.MODE == "demo":
        add_report_to_decide(structures["panier"], campaign)
        publish_summary.defer(year=closed.year)


def open_campaign(year, around, ccas):
    return actions.open_campaign(
        year=year,
        opens_on=around - timedelta(days=30),
        due_on=around + timedelta(days=30),
        closes_on=around + timedelta(days=60),
        by=ccas,
    )


def happened_a_year_ago(campaign):
    campaign.sheets.update(
        saved_at=F("saved_at") - YEAR,
        submitted_at=F("submitted_at") - YEAR,
        reviewed_at=F("reviewed_at") - YEAR,
        confirmed_at=F("confirmed_at") - YEAR,
    )
    Proposal.objects.proven().filter(reading__sheet__campaign=campaign).update(decided_at=F("decided_at") - YEAR)


def keep_past(structures, year, ccas):
    """The oldest column, and a year more in which everybody did a little less."""
    figures = {}
    for entry in SHEETS:
        for code, texts in entry["figures"].items():
            if texts[BEFORE]:
                reply = read_reply(texts[BEFORE])
                figures[structures[entry["structure"]], year, code] = reply
                figures[structures[entry["structure"]], year - 1, code] = a_little_less(reply, len(code))
    actions.keep_past_figures(figures=figures, by=ccas, source="rapports des années passées")


def a_little_less(reply, seed):
    value = reply.value and round(reply.value * (100 - seed % 7) / 100)
    return Reply(reply.kind, None if reply.value is None else Decimal(value))


def add_sheet(entry, campaign, structure, ccas, column, until):
    if until == "none":
        return
    responsable = structure.memberships.responsable().order_by("pk").first()
    author = responsable.user if responsable else ccas
    contents = Contents(campaign.sheets.model(campaign=campaign, structure=structure))
    if responsable is None:
        contents.sheet = actions.type_for_structure(campaign=campaign, structure=structure, how="paper", by=ccas)
    fill(contents, entry, column, author)
    if until != "draft":
        sheet = actions.submit_sheet(
            sheet=contents.sheet, shared_with=entry["shared"], by=author, confirms=responsable is not None
        )
        carry_on(sheet, entry, until, author, ccas)


def fill(contents, entry, column, author):
    replies = {
        indicator: read_reply(text, word=entry["words"].get(indicator.code, "") if column == OPEN else "")
        for indicator in contents.asked
        if (text := entry["figures"].get(indicator.code, [""] * 3)[column])
    }
    actions.save_answers(contents=contents, typed=replies, seen={}, by=author)
    words = {name: entry.get(name, "") for name in ("period", "territory", "missions", "highlights")}
    words["blocks"] = " ".join(sorted(entry["blocks"]))
    for theme, (text, is_new) in entry.get("difficulties", {}).items():
        words |= {theme: text, f"{theme}-new": "oui" if is_new else ""}
    contents.sheet = actions.save_words(sheet=contents.sheet, typed=words, seen={"period": "calendar"}, by=author)
    if settings.MODE == "demo" and column == CLOSED and entry["structure"] in WITH_REPORT:
        add_report(contents, author)


def add_report(contents, author):
    """A fictional activity report, printed as PDF."""
    html = render_to_string("indicators/pdf/demo_report.html", {"sheet": contents.sheet, "contents": contents})
    attach(contents.sheet, html, 2, author)
    reading = contents.sheet.readings.get()
    read(reading.pk)
    for proposal in reading.proposals.select_related("indicator", "reading__sheet__structure"):
        keep_what_it_proves(contents, proposal, author)


def keep_what_it_proves(contents, proposal, author):
    """As somebody would who had typed the sheet before the report came."""
    reply = contents.replies.get(proposal.indicator.code)
    if reply and reply.value in proposal.values:
        chosen = proposal.values.index(reply.value)
        actions.keep_figure(contents=contents, proposal=proposal, chosen=chosen, reply=reply, seen={}, by=author)


def add_report_to_decide(structure, campaign):
    """In a draft, for a visitor to decide its figures; the worker reads it once the portal is open."""
    sheet = campaign.sheets.get(structure=structure)
    told = {"structure": structure, "year": campaign.year, "before": campaign.year - 1}
    attach(sheet, render_to_string("indicators/pdf/demo_activity.html", told), 2, sheet.saved_by)


def attach(sheet, html, pages, author):
    content = render_pdf(html, hashlib.sha256(html.encode()).hexdigest())
    actions.attach_report(
        sheet=sheet,
        content=content,
        name=f"Rapport d’activité {sheet.campaign.year}.pdf",
        pages=pages,
        digest=hashlib.sha256(content).hexdigest(),
        by=author,
    )


def carry_on(sheet, entry, until, author, ccas):
    """As far as the entry says: « paper » stays typed by the CCAS and not yet confirmed."""
    if until in ("submitted", "paper"):
        return
    if sheet.awaits_confirmation:
        sheet = actions.confirm_sheet(sheet=sheet, name="la présidente, au téléphone", by=ccas)
    if until in ("questioned", "answered"):
        question = entry["question"]
        indicator = sheet.campaign.indicators.get(code=question["code"])
        sheet = actions.ask_questions(
            sheet=sheet, questions={indicator: question["text"]}, version=sheet.version, by=ccas
        )
    if until == "answered":
        asked = Question.objects.select_related("indicator").get(sheet=sheet)
        reply = Contents(sheet).replies.get(asked.indicator.code)
        actions.answer_questions(sheet=sheet, answers={asked: (reply, entry["question"]["answer"])}, by=author)
    if until == "reviewed":
        actions.review_sheet(sheet=sheet, version=sheet.version, by=ccas)


def prepare_summary(campaign, structures, ccas):
    """Pages read long ago, some kept out of the public edition; words, extracts with their authors' agreement."""
    actions.send_annexes(campaign=campaign, by=ccas)
    long_ago = timezone.now() - YEAR / 2
    Annex.objects.update(sent_at=long_ago, mailed_at=long_ago, until=long_ago.date())
    for key in SUMMARY["kept_out"]:
        answer(structures[key], campaign, lambda annex, by: actions.answer_annex(annex=annex, by=by, keeps_out=True))
    for place, text in SUMMARY["texts"].items():
        actions.save_text(campaign=campaign, place=place, text=text, version=0, by=ccas, **SUMMARY["signature"])
    states = {theme: tuple(state) for theme, state in SUMMARY["problems"].items()}
    actions.save_problem_states(campaign=campaign, states=states, by=ccas)
    for key in SUMMARY["highlights"]:
        sheet = campaign.sheets.get(structure=structures[key])
        actions.choose_highlight(sheet=sheet, text=sheet.highlights, by=ccas)
        answer(structures[key], campaign, agree)


def answer(structure, campaign, act):
    """In the name of the structure's responsable."""
    annex = Annex.objects.select_related("sheet").get(sheet__campaign=campaign, sheet__structure=structure)
    act(annex, structure.memberships.responsable().order_by("pk").first().user)


def agree(annex, by):
    highlight = annex.sheet.highlight
    actions.answer_highlight(highlight=highlight, agrees=True, text=highlight.text, by=by)


@app.task(name="indicators.publish_demonstration")
def publish_summary(year):
    """By the worker, once the portal is open: its files take some ten seconds."""
    campaign, ccas = Campaign.objects.get(year=year), User.objects.get(email="ccas@demo.test")
    proof = actions.make_proof(campaign=campaign, by=ccas, defer=False)
    make_files(proof.pk)
    actions.publish(campaign=campaign, digest=proof.digest, by=ccas)
