"""Services in the data·inclusion format: each is kept, what cannot be read is said, local corrections stay."""

import math
from dataclasses import dataclass, field
from datetime import date

from data_inclusion.schema import v1
from django.db import transaction
from pydantic import ValidationError

from directory import vocabulary
from directory.models import Service
from lemans_solidaire.network.models import Event, Structure

# The schema's name of each field, and ours.
FIELDS = {
    "nom": "name",
    "description": "description",
    "type": "type",
    "thematiques": "themes",
    "publics": "publics",
    "publics_precisions": "publics_details",
    "frais": "fees",
    "frais_precisions": "fees_details",
    "conditions_acces": "conditions",
    "modes_accueil": "reception",
    "modes_mobilisation": "mobilisation",
    "mobilisable_par": "mobilised_by",
    "mobilisation_precisions": "mobilisation_details",
    "lien_mobilisation": "mobilisation_url",
    "zone_eligibilite": "zone",
    "contact_nom_prenom": "contact_name",
    "telephone": "phone",
    "courriel": "email",
    "adresse": "address",
    "complement_adresse": "address_more",
    "code_postal": "postcode",
    "commune": "city",
    "code_insee": "city_code",
    "longitude": "longitude",
    "latitude": "latitude",
    "horaires_accueil": "hours",
    "volume_horaire_hebdomadaire": "weekly_hours",
    "nombre_semaines": "weeks",
    "date_maj": "updated_on",
    "source": "source",
    "lien_source": "source_url",
}
LISTS = {"themes", "publics", "reception", "mobilisation", "mobilised_by", "zone"}
NUMBERS = {"longitude", "latitude", "weekly_hours", "weeks"}
PLACE = {"address", "address_more", "postcode", "city", "city_code", "longitude", "latitude"}
LARGEST = 10_000  # of any of these numbers
REQUIRED = {"nom", "id", "structure_id"}
FRANCE = {"longitude": (-5.5, 9.8), "latitude": (41.2, 51.2)}  # overseas addresses have none in these files
BATCH = 1000
LABELS = {ours: str(Service._meta.get_field(ours).verbose_name) for ours in FIELDS.values()}


@dataclass
class Report:
    added: int = 0
    changed: int = 0
    same: int = 0
    rejected: list = field(default_factory=list)  # (identifier, sentence)
    remarks: list = field(default_factory=list)  # (name, sentence)
    conflicts: list = field(default_factory=list)  # (name, sentence)


@transaction.atomic
def import_services(records):
    """Adds or brings up to date; what people corrected since is kept, and a disagreement is said."""
    report = Report()
    structures = dict(Structure.objects.exclude(source_id="").values_list("source_id", "pk"))
    known = {service.source_id: service for service in Service.objects.exclude(source_id="").select_for_update()}
    # A structure that hides an address: what a file adds there is hidden until somebody looks.
    hidden = set(Service.objects.filter(is_address_hidden=True).values_list("structure", flat=True))
    seen, added, changed = set(), [], []
    for item in records:
        identifier = clean(item.get("id"))[:200]
        if reason := why_not(item, identifier, structures, seen):
            report.rejected.append((identifier or clean(item.get("nom")) or "sans identifiant", reason))
            continue
        seen.add(identifier)
        read, remarks = read_service(item)
        report.remarks += [(read["name"], remark) for remark in remarks]
        structure_id = structures[structure_of(item)]
        if service := known.get(identifier):
            before = (service.imported, service.to_check)
            changes = merge(service, read, structure_id, report)
            if changes or before != (service.imported, service.to_check):
                changed.append((service, changes))
            report.same += not changes
        else:
            values = {**read, "imported": as_imported(read), "to_check": "\n".join(remarks), "source_id": identifier}
            added.append(Service(structure_id=structure_id, is_address_hidden=structure_id in hidden, **values))
    write(added, changed, report)
    return report


def structure_of(item):
    return clean(item.get("structure_id"))[:90]


def write(added, changed, report):
    Service.objects.bulk_create(added, batch_size=BATCH)
    fields = [*FIELDS.values(), "structure", "imported", "to_check"]
    Service.objects.bulk_update([service for service, _ in changed], fields, batch_size=BATCH)
    told = [(service, {"source_id": service.source_id}) for service in added]
    report.added, report.changed = len(added), sum(bool(changes) for _, changes in changed)
    for verb, services in (
        ("service_imported", told),
        ("service_import_changed", [(service, changes) for service, changes in changed if changes]),
    ):
        Event.objects.bulk_create(
            [
                Event(actor=Event.Actor.JOB, verb=verb, object_type="directory.service", object_id=one.pk,
                      structure_id=one.structure_id, changes=changes)
                for one, changes in services
            ],
            batch_size=BATCH,
        )  # fmt: skip


def why_not(item, identifier, structures, seen):
    """Why this record cannot be kept at all, in one sentence; empty when it can."""
    if not identifier:
        return "il n’a pas d’identifiant."
    if identifier in seen:
        return "le fichier le contient déjà."
    if not clean(item.get("nom")):
        return "il n’a pas de nom."
    if structure_of(item) not in structures:
        return f"sa structure ({structure_of(item) or 'non dite'}) n’est pas dans l’annuaire."
    return ""


def clean(value):
    """One line of readable text: no null or lone surrogate, no double or outer space."""
    return " ".join(readable(value).split())


def readable(value):
    text = str(value) if isinstance(value, str | int | float) else ""
    return text.replace("\0", "").encode(errors="ignore").decode()


def read_service(item):
    """({our field: value}, [what could not be read])."""
    item, remarks = {**item}, []
    put_coordinates_right(item, remarks)
    drop_unknown_words(item, remarks)
    drop_what_the_schema_refuses(item, remarks)
    read = {ours: read_value(ours, item.get(theirs), remarks) for theirs, ours in FIELDS.items()}
    return read, remarks


def read_value(ours, value, remarks):
    if ours in LISTS:
        return sorted({clean(one) for one in value} - {""}) if isinstance(value, list | set | tuple) else []
    if ours in NUMBERS:
        return read_number(ours, value, remarks)
    if ours == "updated_on":
        return read_day(value, remarks)
    text = readable(value).strip() if ours == "description" else clean(value)
    longest = Service._meta.get_field(ours).max_length
    if longest and len(text) > longest:
        rest = f"\u202f: la suite était « {text[longest:][:200]} »" if ours != "description" else ""
        remarks.append(f"« {LABELS[ours]} » était trop long{rest}.")
        text = text[:longest]
    return text


def read_number(ours, value, remarks):
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or not 0 <= abs(number) <= LARGEST:
        remarks.append(f"« {LABELS[ours]} » ne se lit pas ({clean(value)[:50]}).")
        return None
    return int(number) if ours == "weeks" else number


def read_day(value, remarks):
    """A date, also written with its hour; None when it is none: the page says that it is not known."""
    try:
        return date.fromisoformat(clean(value)[:10]).isoformat()
    except ValueError:
        if value is not None:
            remarks.append(f"« {LABELS['updated_on']} » ne se lit pas ({clean(value)[:50]}).")
        return None


def put_coordinates_right(item, remarks):
    """As numbers, in the right order, in mainland France; both or none."""
    given = item.get("longitude"), item.get("latitude")
    if given == (None, None):
        return
    silent = []
    longitude, latitude = (
        read_number(name, value, silent) for name, value in zip(("longitude", "latitude"), given, strict=True)
    )
    if longitude is not None and latitude is not None:
        if inside("longitude", latitude) and inside("latitude", longitude):
            longitude, latitude = latitude, longitude
            remarks.append("Longitude et latitude étaient inversées\u202f: elles ont été remises dans l’ordre.")
        if inside("longitude", longitude) and inside("latitude", latitude):
            item["longitude"], item["latitude"] = longitude, latitude
            return
        remarks.append("Le point sur la carte n’est pas en France métropolitaine\u202f: il n’est pas gardé.")
    else:
        remarks.append("Le point sur la carte est incomplet ou ne se lit pas\u202f: il n’est pas gardé.")
    item["longitude"] = item["latitude"] = None


def inside(name, value):
    low, high = FRANCE[name]
    return low <= value <= high


def drop_unknown_words(item, remarks):
    for theirs, ours in FIELDS.items():
        if ours not in vocabulary.LISTS or item.get(theirs) in (None, "", []):
            continue
        value = item[theirs]
        given = value if isinstance(value, list) else [value]
        kept = [code for code in given if isinstance(code, str) and code in vocabulary.words(ours)]
        if unknown := [clean(code) or "?" for code in given if code not in kept]:
            remarks.append(f"« {LABELS[ours]} »\u202f: mot inconnu ({', '.join(unknown)[:200]}).")
        item[theirs] = (kept if ours in LISTS else kept[0]) if kept else None


def drop_what_the_schema_refuses(item, remarks):
    """The library's own check; a field it refuses is left out and said, the record stays."""
    try:
        v1.Service(**item)
    except ValidationError as problems:
        for problem in problems.errors():
            theirs = str(problem["loc"][0]) if problem["loc"] else ""
            if theirs in FIELDS and theirs not in REQUIRED and theirs != "description":
                if item.get(theirs) is not None:
                    remarks.append(f"« {LABELS[FIELDS[theirs]]} » ne se lit pas ({clean(str(item[theirs]))[:100]}).")
                item[theirs] = None


def as_imported(read):
    return {name: value for name, value in read.items() if value not in (None, "", [])}


def merge(service, read, structure_id, report):
    """{field: [old, new]} of what is taken: what the file changed, unless it was corrected here since.

    A disagreement is said and noted on the service; a confidential place is repeated nowhere.
    """
    changes, before = {}, service.imported
    if service.structure_id != structure_id:
        changes["structure"] = [service.structure_id, structure_id]
        service.structure_id = structure_id
    for name, value in read.items():
        was, here = before.get(name, empty(name)), getattr(service, name)
        if same(name, value, was):
            continue
        if same(name, here, was):
            setattr(service, name, value)
            changes[name] = ["…", "…"] if service.hides_place and name in PLACE else [as_text(here), as_text(value)]
        elif not same(name, here, value):
            told = f"ici «\u202f{as_text(here)}\u202f», dans le fichier «\u202f{as_text(value)}\u202f»"
            told = "l’adresse est confidentielle" if service.hides_place and name in PLACE else told
            disagree(service, f"« {LABELS[name]} »\u202f: {told}. Gardé ici.", report)
    service.imported = as_imported(read)
    return changes


def disagree(service, sentence, report):
    report.conflicts.append((service.name, sentence))
    if sentence not in service.to_check:
        service.to_check = "\n".join(filter(None, [service.to_check, sentence]))


def same(name, one, other):
    """A number read back is 3.0 where a file says 3, a date is a date where it says a text."""
    if name in NUMBERS:
        return (one if one is None else float(one)) == (other if other is None else float(other))
    return as_text(one) == as_text(other)


def empty(name):
    return [] if name in LISTS else None if name in NUMBERS or name == "updated_on" else ""


def as_text(value):
    if isinstance(value, list):
        return ", ".join(sorted(value))
    return "" if value is None else str(value)
