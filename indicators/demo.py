"""The indicators' part of the fictional network: one open campaign, sheets in every state (demo.json)."""

import json
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from indicators import actions
from indicators.figures import parse_figure
from indicators.models import Campaign
from lemans_solidaire.network.models import User

SHEETS = json.loads(Path(__file__).with_name("demo.json").read_text(encoding="utf-8"))["sheets"]


def load(structures):
    if Campaign.objects.exists():
        return
    ccas = User.objects.get(email="ccas@demo.test")
    today = timezone.localdate()
    campaign = actions.open_campaign(
        year=today.year - 1,
        opens_on=today - timedelta(days=30),
        due_on=today + timedelta(days=30),
        closes_on=today + timedelta(days=60),
        by=ccas,
    )
    for entry in SHEETS:
        add_sheet(entry, campaign, structures[entry["structure"]], ccas)


def add_sheet(entry, campaign, structure, ccas):
    author = structure.memberships.responsable().order_by("pk").first().user
    answers = {
        indicator: parse_figure(entry["answers"].get(indicator.code, "")) for indicator in campaign.indicators.all()
    }
    sheet = actions.save_answers(campaign=campaign, structure=structure, answers=answers, version=0, by=author)
    if entry["until"] in ("submitted", "reviewed"):
        sheet = actions.submit_sheet(sheet=sheet, by=author)
    if entry["until"] == "reviewed":
        actions.review_sheet(sheet=sheet, version=sheet.version, by=ccas)
