"""What happened to something kept in /gestion/, in sentences, from its events."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lemans_solidaire.network import registry
from lemans_solidaire.network.gestion.words import MASKED, in_words, label_of
from lemans_solidaire.network.models import Event

WHO = {
    Event.Actor.USAGER: "La personne",
    Event.Actor.LINK: "Quelqu’un, par un lien reçu",
    Event.Actor.STRANGER: "Un visiteur",
    Event.Actor.JOB: "Le portail",
}


@dataclass(frozen=True)
class Change:
    label: str
    before: str  # empty: not known
    after: str


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str
    sentence: str
    changes: list
    hidden: list  # labels of what changed and is written nowhere


def events_about(*objects):
    """Of all these objects, the most recent first."""
    wanted = Q(pk__in=[])
    for one in objects:
        wanted |= Q(object_type=one._meta.label_lower, object_id=one.pk)
    return Event.objects.filter(wanted).select_related("user", "structure")


def who_of(event):
    return str(event.user) if event.user else str(WHO.get(event.actor, "Quelqu’un"))


def line_of(event, obj, beside):
    """`beside`: the objects whose events are told on this page too, such as the places of an account."""
    about = beside.get((event.object_type, event.object_id), obj)
    changes, hidden = changes_of(event, type(about))
    return Line(event.at, who_of(event), sentence_of(event, obj, about), changes, hidden)


def sentence_of(event, obj, about):
    sentence = registry.verbs.get(event.verb, "a fait un changement")
    if about is not obj:
        return f"{sentence}\u202f: {about}"
    if event.structure and event.structure != obj:
        return f"{sentence}\u202f: {event.structure}"
    return sentence


def changes_of(event, model):
    changes, hidden = [], []
    for name, change in event.changes.items():
        label = label_of(model, name)
        if label is None:
            continue
        before, after = change if isinstance(change, list) and len(change) == 2 else ("", change)
        if after == MASKED:
            hidden.append(label)
        else:
            changes.append(Change(label, in_words(model, name, before), in_words(model, name, after)))
    return changes, hidden


def who_wrote(obj, name):
    """(name, moment) of the last who changed this field, or ("", None)."""
    event = Event.objects.about(obj).filter(changes__has_key=name).select_related("user").first()
    return (who_of(event), event.at) if event else ("", None)
