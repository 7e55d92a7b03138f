"""The public register: who has signed what, as of any day. It never says who has not."""

import csv
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from charter.pieces import is_whole, told
from charter.register import register
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.names import alphabetical

KINDS = dict(Structure.Kind.choices)
HEADINGS = [
    "structure",
    "nature",
    "version",
    "signé le",
    "article",
    "réserve",
    "code de vérification",
    "registre au",
]


class Asked:
    """What the address asks: a day, a kind, some letters of a name."""

    def __init__(self, query):
        today = timezone.localdate()
        self.day_typed = query.get("le", "").strip()[:20]
        day = read_day(self.day_typed)
        self.is_unread = bool(self.day_typed) and (day is None or day > today)
        self.day = today if day is None or day > today else day
        self.is_today = self.day == today
        self.kind = query.get("nature", "") if query.get("nature", "") in KINDS else ""
        self.words = query.get("q", "").strip()[:100]

    def entries(self):
        letters = alphabetical(self.words)[0]
        for entry in register(self.day):
            if self.kind in ("", entry.kind) and letters in alphabetical(entry.name)[0]:
                yield entry

    def lines(self):
        """[{name, kind, version, act, pieces, is_whole}]."""
        for entry in self.entries():
            standing = entry.latest
            pieces = told(standing.version, standing.positions)
            yield {
                "name": entry.name,
                "kind": KINDS.get(entry.kind, entry.kind),
                "version": standing.version,
                "act": standing.act,
                "pieces": pieces,
                "is_whole": is_whole(standing.version, standing.positions),
                "reservations": [(heading, text) for heading, text in pieces if text],
            }


def read_day(typed):
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


@login_not_required
@require_safe
def signatories(request):
    asked = Asked(request.GET)
    context = {
        "asked": asked,
        "lines": list(asked.lines()),
        "kinds": KINDS.items(),
        "query": request.GET.urlencode(),
        "today": timezone.localdate(),
    }
    return render(request, "charter/register.html", context)


@login_not_required
@require_safe
def signatories_csv(request):
    """One row for each piece signed, as French spreadsheets open it."""
    asked = Asked(request.GET)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="signataires-{asked.day}.csv"'
    writer = csv.writer(response, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for line in asked.lines():
        act = line["act"]
        first = [line["name"], line["kind"], line["version"].number, timezone.localdate(act.at).isoformat()]
        for heading, text in line["pieces"]:
            writer.writerow([cell(value) for value in (*first, heading, text, act.code, asked.day.isoformat())])
    return response


def cell(value):
    """A text that a spreadsheet could take for a formula is marked as text."""
    text = str(value)
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n") else text
