"""One page to take along: one service, in large print, in French and in the language of the person."""

import hashlib
from dataclasses import dataclass, field
from textwrap import shorten

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from pypdfium2 import PdfDocument

from directory import languages
from directory.hours import UNKNOWN, in_french, week_of
from directory.hours.week import groups, runs
from directory.hours.words import times_in_french
from directory.models import EmergencyCall
from directory.questions import QUESTIONS
from lemans_solidaire.network.pdf import render_pdf

MOST_CALLS, MOST_PAPERS, LONGEST = (
    8,
    6,
    350,
)  # the first numbers of the CCAS's list, characters of a free text: the page is one
SIZES = ["large", "smaller", "smallest"]  # the largest letters that hold in one page
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@dataclass(frozen=True)
class Told:
    """The same in French and in the other language; without a translation, `other` is empty."""

    french: str
    other: str = ""


@dataclass
class Row:
    label: Told
    lines: list = field(default_factory=list)  # [Told]

    @property
    def is_translated(self):
        return any(line.other for line in self.lines)


class Words:
    """The fixed words in both languages."""

    def __init__(self, code):
        self.language = languages.language(code)
        self.is_french = self.language.code == languages.FRENCH
        self.french = languages.words(languages.FRENCH)

    def __getitem__(self, key):
        return Told(self.french[key], "" if self.is_french else self.language.words[key])


def slip(service, code):
    """The PDF of one service in that language, in bytes; French alone when the language is not one of ours."""
    words = Words(code)
    address = settings.PUBLIC_URL + service.get_absolute_url()
    context = {
        "service": service,
        "words": words,
        "language": words.language,
        "rows": rows_of(service, words),
        "calls": calls_in(words),
        "title": words["keep"],
        "emergency": words["emergency"],
        "address": address,
        "qr": segno.make(address, error="m").svg_inline(
            border=0, title="Adresse de cette page sur le portail", svgclass="qr"
        ),
        "today": timezone.localdate(),
    }
    for size in SIZES:
        content = laid_out(context | {"size": size})
        if len(PdfDocument(content)) == 1:
            break
    return content


def laid_out(context):
    html = render_to_string("directory/pdf/slip.html", context)
    return render_pdf(html, hashlib.sha256(html.encode()).hexdigest(), day=context["today"])


def rows_of(service, words):
    """What a person needs on the way, in the order in which it is needed; what is not known of the rest is left out."""
    rows = [
        Row(Told("Ce qu’on y trouve"), short(service.description)),
        Row(words["address"], place_of(service, words)),
        Row(words["hours"], hours_of(service, words)),
        Row(words["to_bring"], papers_of(service, words)),
        Row(Told("Bon à savoir"), conditions_of(service, words)),
        Row(words["spoken_here"], spoken_at(service, words)),
        Row(words["first_time"], short(service.first_visit, " … (la suite sur le portail)")),
        Row(words["how_to_come"], short(service.mobilisation_details)),
    ]
    return [row for row in rows if row.lines]


def short(text, placeholder=" …"):
    return [Told(shorten(text, LONGEST, placeholder=placeholder))] if text else []


def place_of(service, words):
    if service.hides_place:
        return [words["hidden_address"]]
    return [Told(service.place)] if service.place else [words["unknown"]]


def spoken_at(service, words):
    if not service.languages:
        return []
    own = "" if words.is_french else ", ".join(languages.own_name(one) for one in service.languages)
    return [Told(", ".join(service.language_labels), own)]


def hours_of(service, words):
    """Day by day when the week is a plain one: a day's name can be translated, a sentence cannot."""
    if not service.hours:
        return [words["hours_unknown"]]
    week = week_of(service.hours)
    if week is None or week.season or week.holidays != UNKNOWN:
        return [Told(sentence.capitalize()) for sentence in in_french(service.hours) or [service.hours]]
    every_day = len(set(week.days)) == 1
    if every_day:
        told = f"tous les jours\u202f: {in_words(week.days[0])}"
        days = next(days_told(list(range(7)), words))
        return [Told(told, days.other and f"{days.other} {in_figures(week.days[0])}")]
    return [
        Told(f"{days.french}\u202f: {in_words(ranges)}", days.other and f"{days.other} {in_figures(ranges)}")
        for ranges, numbers in groups(week)
        for days in days_told(numbers, words)
    ]


def in_words(ranges):
    """« de 8 h à 13 h 30 et de 14 h à 17 h », cut nowhere but at « et »."""
    return times_in_french(ranges).replace(" ", "\u00a0").replace("\u00a0et\u00a0", " et ")


def in_figures(ranges):
    """« 8:00–13:30 », from left to right in any language."""
    told = ", ".join("–".join(f"{minute // 60 % 24}:{minute % 60:02}" for minute in one) for one in ranges)
    return f"\u2066{told}\u2069"


def days_told(numbers, words):
    """« lundi – vendredi », in both languages, for each run of days that have the same hours."""
    for first, last in runs(numbers):
        days = [words[DAYS[number]] for number in dict.fromkeys((first, last))]
        yield Told(
            *(" – ".join(filter(None, told)) for told in zip(*((day.french, day.other) for day in days), strict=True))
        )


def papers_of(service, words):
    if service.papers is None:
        return [words["unknown"]]
    told = [
        Told(" ".join(filter(None, (one.get("what"), one.get("why") and f"({one['why']})"))))
        for one in service.papers[:MOST_PAPERS]
    ]
    return told or [words["nothing_to_bring"]]


def conditions_of(service, words):
    known = [
        (service.fees == "gratuit", "free"),
        (service.fees == "payant", "paid"),
        (service.without_appointment is True, "no_appointment"),
        (service.without_appointment is False, "by_appointment"),
        (service.without_papers is True, "no_identity_papers"),
        (service.welcomes_dogs is True, "dogs"),
        (service.accompanied is True, "companion"),
    ]
    in_french = {"welcomes_children", "keeps_luggage", "wheelchair"}  # these have no translation
    told = [words[key] for is_so, key in known if is_so]
    return told + [Told(one.yes) for one in QUESTIONS if one.field in in_french and getattr(service, one.field)]


def calls_in(words):
    """[(number, Told)] of the numbers that the CCAS keeps."""
    return [
        (call.number, Told(call.label, "" if words.is_french else words.language.calls.get(call.number, "")))
        for call in EmergencyCall.objects.all()[:MOST_CALLS]
    ]
