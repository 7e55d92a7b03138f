"""A charter of the fictional network, in our own words: two versions, the second with another article 3."""

import json
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from django.utils import timezone

from charter import actions
from charter.models import Version
from lemans_solidaire.network.models import User

TEXTS = Path(__file__).with_name("demo_texts")
BEFORE = "- À ne rien transmettre sans un oui clair."
AFTER = """- À ne rien transmettre sans un oui clair, redemandé chaque année.
- À rendre ou effacer ce qui a été noté quand la personne s’en va."""
NOTE = "L’accord de la personne se redemande chaque année, et ses notes lui sont rendues quand elle s’en va."
BODY = "l’assemblée des signataires"


def load(structures):
    """Once; what people did since stays."""
    if not Version.objects.exists():
        adopt_both(User.objects.get(email="ccas@demo.test"))
    if find_spec("charter.demo_signatures"):
        from charter import demo_signatures

        demo_signatures.load(structures)


def adopt_both(by):
    text = (TEXTS / "version-1.md").read_text(encoding="utf-8")
    summaries = json.loads((TEXTS / "summaries.json").read_text(encoding="utf-8"))
    today = timezone.localdate()
    adopt(text, summaries, "", date(today.year - 2, 3, 14), by)
    news = {"article-3-engagement-4": "Vous partez avec vos papiers, ou ils sont détruits."}
    adopt(text.replace(BEFORE, AFTER), summaries | news, NOTE, today - timedelta(days=40), by)


def adopt(text, summaries, note, day, by):
    draft = actions.save_draft(text=text, summaries=summaries, change_note=note, version=0, by=by)
    actions.adopt(version=draft.version, body=BODY, on=day, by=by)
