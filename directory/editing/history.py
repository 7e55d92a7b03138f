"""What happened to a service, in words, from its events."""

from dataclasses import dataclass
from datetime import datetime

from directory.actions import values_to_put_back
from directory.editing import values
from lemans_solidaire.network.models import Event

SENTENCES = {
    "service_added": "a ajouté ce service",
    "service_changed": "a changé",
    "service_confirmed": "a confirmé que tout est encore exact",
    "service_closed": "a fermé ce service",
    "service_reopened": "a rouvert ce service",
    "service_undone": "a annulé un changement",
    "service_imported": "a repris ce service d’un fichier",
    "service_import_changed": "a repris d’un fichier",
    "added_in_admin": "a ajouté ce service",
    "changed_in_admin": "a changé",
}


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    pk: int
    at: datetime
    who: str
    sentence: str
    changes: list
    hides_place: bool  # something of a confidential address changed: it is written nowhere
    can_undo: bool


@dataclass(frozen=True)
class Other:
    """What is kept in a field, and who wrote it when; neither is known where a service was always so."""

    words: str
    who: str = ""
    at: datetime | None = None


def who_of(event):
    return str(event.user or event.get_actor_display())


def lines_of(events, service):
    """Once its place was confidential, what was written of it before is shown no more."""
    secret = values.with_secret_place(service, events)
    return [line_of(event, is_secret=event.pk in secret) for event in events]


def line_of(event, *, is_secret):
    told = {name: change for name, change in event.changes.items() if isinstance(change, list) and len(change) == 2}
    hidden = set(told) & set(values.SECRET) if is_secret else set()
    return Line(
        pk=event.pk,
        at=event.at,
        who=who_of(event),
        sentence=SENTENCES.get(event.verb, "a changé"),
        changes=[] if event.verb == "service_confirmed" else changes_in_words(told, hidden),
        hides_place=bool(hidden),
        can_undo=bool(values_to_put_back(event, is_secret=is_secret)),
    )


def changes_in_words(told, hidden):
    labels = values.LABELS | values.TOLD_ONLY
    return [
        Change(labels[name], *(values.in_words(name, value) for value in told[name]))
        for name in labels
        if name in told and name not in hidden | values.QUIET
    ]


def who_wrote(service, names):
    """{field: Other} of what these fields hold now, with the last Event that tells of each."""
    found = {}
    events = Event.objects.about(service).filter(changes__has_any_keys=list(names)).select_related("user")
    for event in events:
        for name in set(names) & set(event.changes) - set(found):
            found[name] = Other(values.in_words(name, getattr(service, name)), who_of(event), event.at)
        if len(found) == len(names):
            break
    return {name: found.get(name) or Other(values.in_words(name, getattr(service, name))) for name in names}
