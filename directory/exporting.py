"""The directory for other tools: what anybody may read of it, and nothing of a confidential place."""

import csv
import json
from collections import Counter
from datetime import date

from data_inclusion.schema import v1
from django.db.models import Exists, Max, OuterRef, Q
from pydantic import ValidationError

from directory import vocabulary
from directory.importing.reading import FIELDS, LABELS, LISTS, NOT_DATED, NOT_DESCRIBED, PLACE
from directory.models import Service
from lemans_solidaire.network.importing import OURS
from lemans_solidaire.network.models import Structure

STRUCTURE_FIELDS = {
    "nom": "name",
    "description": "mission",
    "siret": "siret",
    "courriel": "email",
    "site_web": "website",
    "telephone": "phone",
    "adresse": "address",
    "code_postal": "postcode",
    "commune": "city",
}
SHORTEST = {"nom": 3, "description": 5}
CHUNK = 1000
HEADINGS = ["structure", *LABELS.values()]


class Exported:
    """How many records were written, and the fields or records that the schema refuses: [(name, sentence)]."""

    def __init__(self):
        self.written, self.remarks = Counter(), []


def public_services():
    services = Service.objects.open().filter(is_for_professionals=False, structure__in=Structure.objects.open())
    return services.select_related("structure").order_by("pk")


def public_structures():
    """Where one of its services hides its address, the structure's own is not told either: it may be the same."""
    hidden = Service.objects.filter(structure=OuterRef("pk"), is_address_hidden=True)
    last_told = Max("services__updated_on", filter=Q(services__is_for_professionals=False))
    return Structure.objects.open().annotate(hides_place=Exists(hidden), updated_on=last_told).order_by("pk")


def identifier(record):
    """The one it came with, or one that stays the same."""
    return record.source_id or f"{OURS}--{record.pk}"


def service_record(service):
    """In the schema's words, every key of the schema."""
    hides = service.hides_place or service.is_address_hidden
    told = {ours: getattr(service, ours) for ours in FIELDS.values()}
    if hides:
        told |= dict.fromkeys(PLACE) | {"zone": told["zone"] if is_wide(told["zone"]) else None}
    record = dict.fromkeys(v1.Service.model_fields) | {theirs: told[ours] or None for theirs, ours in FIELDS.items()}
    if not hides:  # 0 is a place too
        record |= {"longitude": service.longitude, "latitude": service.latitude}
    record["volume_horaire_hebdomadaire"] = service.weekly_hours
    source = service.source or identifier(service).partition("--")[0]
    record |= {"source": source if service.source_id else OURS, "id": identifier(service)}
    return completed(record | {"structure_id": identifier(service.structure)}, service.updated_on)


def is_wide(zone):
    """Whether it tells nothing finer than a department."""
    return all(len(code) <= 3 or code == "france" or code.startswith("99") for code in zone)


def structure_record(structure):
    record = dict.fromkeys(v1.Structure.model_fields)
    record |= {theirs: getattr(structure, ours) or None for theirs, ours in STRUCTURE_FIELDS.items()}
    if structure.hides_place:
        record |= dict.fromkeys(["adresse", "code_postal", "commune"])
    record |= {"nom": record["nom"][:150], "description": (record["description"] or "")[:10_000] or None}
    record |= {"source": identifier(structure).partition("--")[0], "id": identifier(structure)}
    return completed(record, structure.updated_on)


def completed(record, day):
    """With what the schema asks for: a text long enough, a date, as the import reads them back."""
    is_service = "structure_id" in record
    record["date_maj"] = day.isoformat() if day and NOT_DATED <= day.isoformat() <= f"{date.today()}" else NOT_DATED
    if is_service:
        record["description"] = record["description"] or NOT_DESCRIBED
    for name, length in SHORTEST.items():
        record[name] = record[name] and record[name].ljust(length)
    return record


def checked(model, record, exported):
    """The record as the library takes it, None when it refuses it whole."""
    for problem in problems_of(model, record):
        if model.model_fields[problem].is_required():
            exported.remarks.append((record["nom"], f"«\u202f{problem}\u202f» ne convient pas\u202f: laissé de côté."))
            return None
        exported.remarks.append((record["nom"], f"«\u202f{problem}\u202f» ne convient pas\u202f: donné sans."))
        record[problem] = None
    model.model_validate(record)
    return record


def problems_of(model, record):
    try:
        model.model_validate(record)
    except ValidationError as problems:
        told = problems.errors(include_url=False, include_context=False, include_input=False)
        return sorted({problem["loc"][0] for problem in told})
    return []


def data_inclusion(file, kind, exported):
    """Writes « structures » or « services » into a file opened for text."""
    records, model, as_record = {
        "structures": (public_structures(), v1.Structure, structure_record),
        "services": (public_services(), v1.Service, service_record),
    }[kind]
    file.write("[")
    for one in records.iterator(CHUNK):
        if record := checked(model, as_record(one), exported):
            file.write(",\n" if exported.written[kind] else "\n")
            json.dump(record, file, ensure_ascii=False)
            exported.written[kind] += 1
    file.write("\n]\n")


def as_csv(file, exported):
    """One row for each service, as French spreadsheets open it; the file is in UTF-8 with its mark."""
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(["identifiant", *HEADINGS])
    for service in public_services().iterator(CHUNK):
        writer.writerow([cell(value) for value in row(service)])
        exported.written["services"] += 1


def row(service):
    record = service_record(service)
    yield record["id"]
    yield service.structure.name
    for theirs, ours in FIELDS.items():
        value = getattr(service, ours) if theirs in SHORTEST or theirs == "date_maj" else record[theirs]
        if ours in LISTS:
            value = ", ".join(words(ours, value or []))
        elif ours in vocabulary.LISTS and value:
            value = vocabulary.label(ours, value)
        yield value


def words(name, codes):
    return vocabulary.labels(name, codes) if name in vocabulary.LISTS else codes


def cell(value):
    """A number with its comma; a text that a spreadsheet could take for a formula is marked as text."""
    if isinstance(value, float):
        return str(value).replace(".", ",")
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
