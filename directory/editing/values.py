"""What people may change of a service: compared, told in an Event, put back from it, and in words."""

from datetime import date
from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format

from directory import languages, vocabulary
from directory.hours import in_french, week_of
from directory.models import Service
from directory.questions import QUESTIONS
from lemans_solidaire.network.models import Event

# Where it is: told in no Event of a service whose place is confidential.
PLACE = ("address", "address_more", "postcode", "city", "city_code", "longitude", "latitude", "zone")
SECRET = (*PLACE, "to_check")  # what a file says of it is quoted there
MASKED = ["…", "…"]
LABELS = {
    "name": "nom",
    "description": "ce que c’est",
    "type": "sorte de service",
    "themes": "thèmes",
    "publics": "publics",
    "publics_details": "précisions sur les publics",
    "welcome": "accueil",
    "conditions": "conditions",
    "fees": "prix",
    "fees_details": "précisions sur le prix",
    **{question.field: question.asked for question in QUESTIONS},
    "languages": "langues parlées",
    "papers": "papiers à apporter",
    "first_visit": "la première fois",
    "hours": "horaires",
    "capacity": "places en ce moment",
    "capacity_since": "places, depuis le",
    "address": "adresse",
    "address_more": "complément d’adresse",
    "postcode": "code postal",
    "city": "commune",
    "city_code": "code de la commune",
    "longitude": "longitude",
    "latitude": "latitude",
    "is_address_hidden": "adresse confidentielle",
    "phone": "téléphone",
    "email": "courriel",
    "contact_name": "personne à joindre",
    "reception": "où l’on est reçu",
    "mobilisation": "comment y venir",
    "mobilisation_details": "précisions pour y venir",
    "mobilisation_url": "adresse en ligne pour y venir",
    "mobilised_by": "qui peut le demander",
    "zone": "zone couverte",
    "weekly_hours": "heures par semaine",
    "weeks": "nombre de semaines",
    "is_for_professionals": "réservé aux membres du réseau",
    "closed_on": "fermé depuis le",
}
# Only with the CCAS, in /gestion/, or by a file: told in the history, not put back from it.
TOLD_ONLY = {
    "structure": "structure",
    "source": "source",
    "source_url": "page d’origine",
    "updated_on": "mis à jour le",
    "to_check": "à vérifier",
}
CHOICES = {"type", "welcome", "fees", "capacity"}
QUIET = {"city_code", "longitude", "latitude", "capacity_since"}  # they follow the address, or the answer


def field_of(name):
    return Service._meta.get_field(name)


def values_of(service):
    """{field: value} of everything that people may change."""
    return {name: getattr(service, name) for name in LABELS}


def hides(service):
    return service.hides_place or service.is_address_hidden


def as_json(value):
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if isinstance(value, models.Model) else value


def from_json(name, value):
    """As an Event, or a page, holds it. ValidationError when it is no such value."""
    field = field_of(name)
    if name == "papers":
        return value
    if isinstance(field, ArrayField):
        return [part for part in value.split(", ") if part] if isinstance(value, str) else list(value or [])
    if isinstance(field, models.CharField | models.TextField):
        return "" if value is None else str(value)
    return None if value in ("", None) else field.to_python(value)


def same(name, one, other):
    """Do both say the same? The order of words, the end of lines and the writing of hours do not count."""
    if name == "hours" and isinstance(one, str) and isinstance(other, str) and one.strip() != other.strip():
        weeks = week_of(one), week_of(other)
        return weeks[0] is not None and weeks[0] == weeks[1]
    return comparable(one) == comparable(other)


def comparable(value):
    if isinstance(value, list | tuple):
        return (
            [(p.get("what", ""), p.get("why", "")) if isinstance(p, dict) else p for p in value]
            if is_papers(value)
            else sorted(map(str, value))
        )
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def is_papers(value):
    return any(isinstance(part, dict) for part in value)


def differences(before, after):
    """{field: [old, new]} as an Event tells them, in clear."""
    return {
        name: [as_json(before[name]), as_json(after[name])]
        for name in after
        if as_json(before[name]) != as_json(after[name])
    }


def masked(changes):
    return {name: MASKED if name in SECRET else change for name, change in changes.items()}


def with_secret_place(service, events):
    """The keys of those of its events whose place is not to be read.

    All of them once it was confidential, and those written in a structure that hides an address: it may be the same.
    """
    was_masked = reduce(or_, (Q(changes__contains={name: MASKED}) for name in SECRET))
    if hides(service) or Event.objects.about(service).filter(was_masked).exists():
        return {event.pk for event in events}
    hiding = Service.objects.filter(is_address_hidden=True, structure__in={event.structure_id for event in events})
    structures = set(hiding.values_list("structure", flat=True))
    return {event.pk for event in events if event.structure_id in structures}


def in_words(name, value):
    """What a page shows of a value, in plain French."""
    try:
        value = from_json(name, value) if name in LABELS else value
    except (ValidationError, TypeError, ValueError, AttributeError):
        return str(value)
    if name == "papers":
        return papers_in_words(value)
    if isinstance(value, bool) or field_of(name).get_internal_type() == "BooleanField":
        return {True: "oui", False: "non"}.get(value, "on ne sait pas")
    if value in (None, "", []):
        return "on ne sait pas" if name in CHOICES else "rien d’écrit"
    return told(name, value)


def told(name, value):
    if name == "hours":
        return "\u202f; ".join(in_french(value) or [value])
    if name == "languages":
        return ", ".join(languages.spoken_label(code) for code in value)
    if name in vocabulary.LISTS:
        return ", ".join(vocabulary.labels(name, value if isinstance(value, list) else [value]))
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(dict(field_of(name).flatchoices).get(value, value))


def papers_in_words(papers):
    if papers is None:
        return "on ne sait pas"
    rows = [paper for paper in papers if isinstance(paper, dict)] if isinstance(papers, list) else []
    return ", ".join(
        f"{row.get('what')} ({row['why']})" if row.get("why") else str(row.get("what")) for row in rows
    ) or ("rien à apporter")
