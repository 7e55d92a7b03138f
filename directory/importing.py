"""Services in the data·inclusion format: each is kept, what cannot be read is said, local corrections stay."""

from dataclasses import dataclass, field

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
    seen, added, changed = set(), [], []
    for item in records:
        identifier = clean(item.get("id"))[:200]
        if reason := why_not(item, identifier, structures, seen):
            report.rejected.append((identifier or clean(item.get("nom")) or "sans identifiant", reason))
            continue
        seen.add(identifier)
        read, remarks = read_service(item)
        report.remarks += [(read["name"], remark) for remark in remarks]
        if service := known.get(identifier):
            if merge(service, read, report):
                changed.append(service)
            else:
                report.same += 1
        else:
            values = {**read, "imported": as_imported(read), "to_check": "\n".join(remarks), "source_id": identifier}
            added.append(Service(structure_id=structures[clean(item["structure_id"])], **values))
    write(added, changed, report)
    return report


def write(added, changed, report):
    Service.objects.bulk_create(added, batch_size=BATCH)
    Service.objects.bulk_update(changed, [*FIELDS.values(), "imported", "to_check"], batch_size=BATCH)
    report.added, report.changed = len(added), len(changed)
    for verb, services in (("service_imported", added), ("service_import_changed", changed)):
        Event.objects.bulk_create(
            [
                Event(actor=Event.Actor.JOB, verb=verb, object_type="directory.service", object_id=one.pk,
                      structure_id=one.structure_id, changes={"source_id": one.source_id})
                for one in services
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
    if clean(item.get("structure_id")) not in structures:
        return f"sa structure ({clean(item.get('structure_id')) or 'non dite'}) n’est pas dans l’annuaire."
    return ""


def clean(value):
    """One line of text, without null characters, double or outer spaces."""
    return " ".join(str(value).replace("\0", "").split()) if isinstance(value, str | int | float) else ""


def read_service(item):
    """({our field: value}, [what could not be read])."""
    item, remarks = {**item}, []
    put_coordinates_right(item, remarks)
    drop_unknown_words(item, remarks)
    drop_what_the_schema_refuses(item, remarks)
    read = {}
    for theirs, ours in FIELDS.items():
        value = item.get(theirs)
        if ours in LISTS:
            read[ours] = sorted(map(str, value)) if isinstance(value, list | set | tuple) else []
        elif ours in NUMBERS:
            read[ours] = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        elif ours == "description":
            read[ours] = str(value or "").replace("\0", "").strip()
        else:
            read[ours] = clean(value)
            fit(read, ours, remarks)
    read["updated_on"] = read["updated_on"] or "2000-01-01"
    return read, remarks


def fit(read, ours, remarks):
    longest = Service._meta.get_field(ours).max_length
    if longest and len(read[ours]) > longest:
        remarks.append(f"« {LABELS[ours]} » était trop long\u202f: la fin est à relire.")
        read[ours] = read[ours][:longest]


def put_coordinates_right(item, remarks):
    longitude, latitude = item.get("longitude"), item.get("latitude")
    if longitude is None and latitude is None:
        return
    if inside("longitude", longitude) and inside("latitude", latitude):
        return
    if inside("longitude", latitude) and inside("latitude", longitude):
        item["longitude"], item["latitude"] = latitude, longitude
        remarks.append("Longitude et latitude étaient inversées\u202f: elles ont été remises dans l’ordre.")
        return
    item["longitude"] = item["latitude"] = None
    remarks.append("Le point sur la carte est hors de France\u202f: il n’est pas gardé.")


def inside(name, value):
    low, high = FRANCE[name]
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


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
    if not isinstance(item.get("description"), str):
        item["description"] = ""


def as_imported(read):
    return {name: value for name, value in read.items() if value not in (None, "", [])}


def merge(service, read, report):
    """Field by field: what the file changed is taken, unless it was corrected here since. Whether anything changed."""
    before, is_changed = service.imported, False
    for name, value in read.items():
        was, here = before.get(name, empty(name)), as_text(getattr(service, name))
        if as_text(value) == as_text(was):
            continue
        is_changed = True
        if here == as_text(was):
            setattr(service, name, value)
        elif here != as_text(value):
            told = f"ici «\u202f{here}\u202f», dans le fichier «\u202f{as_text(value)}\u202f». Gardé ici."
            report.conflicts.append((service.name, f"« {LABELS[name]} »\u202f: {told}"))
    service.imported = as_imported(read)
    return is_changed


def empty(name):
    return [] if name in LISTS else None if name in NUMBERS else ""


def as_text(value):
    if isinstance(value, list):
        return ", ".join(sorted(value))
    return "" if value is None else str(value)
