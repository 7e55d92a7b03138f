"""From a record of the file to our fields, with a sentence for everything that cannot be read."""

import math
from dataclasses import dataclass
from datetime import date

import opening_hours
from data_inclusion.schema import v1
from django.db.models import TextField
from pydantic import ValidationError

from directory import vocabulary
from directory.models import Service
from lemans_solidaire.network.importing import readable

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
TELLS_PLACE = PLACE | {"zone"}
LARGEST = 10_000  # of any of these numbers
LONGEST_LIST = 500  # of any list: all the departments and more
REQUIRED = {"nom", "id", "structure_id"}
FRANCE = {"longitude": (-5.5, 9.8), "latitude": (41.2, 51.2)}  # overseas addresses have none in these files
# The schema asks for a description and a date: what the export says in their place, read as nothing.
NOT_DESCRIBED, NOT_DATED = "Ce service n’est pas encore décrit.", "2000-01-01"
LABELS = {ours: str(Service._meta.get_field(ours).verbose_name) for ours in FIELDS.values()}
NAMED = {ours: f"«\u202f{label}\u202f»" for ours, label in LABELS.items()}  # as every remark about a field begins
IN_LINES = {ours for ours in FIELDS.values() if isinstance(Service._meta.get_field(ours), TextField)}
LONGEST = {ours: Service._meta.get_field(ours).max_length or 10_000 for ours in FIELDS.values()}
CODES = {theirs: ours for theirs, ours in FIELDS.items() if ours in vocabulary.LISTS}


@dataclass
class Candidate:
    """One record of a file, read; `reason` says why it cannot be kept at all."""

    number: int
    identifier: str
    structure: str
    read: dict
    remarks: list
    reason: str = ""

    @property
    def called(self):
        return f"n°\u202f{self.number} ({self.identifier or self.read.get('name') or 'sans identifiant'})"


def candidate(number, item):
    identifier, structure = clean(item.get("id"))[:200], clean(item.get("structure_id"))[:90]
    if not identifier or not clean(item.get("nom")):
        reason = "il n’a pas de nom." if identifier else "il n’a pas d’identifiant."
        return Candidate(number, identifier, structure, {"name": clean(item.get("nom"))[:150]}, [], reason)
    read, remarks = read_service(item)
    read["source"] = read["source"] or identifier.partition("--")[0][: LONGEST["source"]]
    return Candidate(number, identifier, structure, read, remarks)


def clean(value):
    """One line of readable text: no null or lone surrogate, no double or outer space."""
    return " ".join(readable(value).split())


def shown(value):
    if isinstance(value, list | dict):
        return "une liste" if isinstance(value, list) else "plusieurs valeurs"
    return clean(value)[:100]


def read_service(item):
    """({our field: value}, [what could not be read])."""
    item, remarks = {**item}, []
    put_coordinates_right(item, remarks)
    drop_unknown_words(item, remarks)
    drop_what_the_schema_refuses(item, remarks)
    read = {ours: read_value(ours, item.get(theirs), remarks) for theirs, ours in FIELDS.items()}
    forget_what_stands_for_nothing(read)
    if read["hours"] and not opening_hours.validate(read["hours"]):
        remarks.append(f"{NAMED['hours']} ne se lit pas\u202f: gardé comme il est écrit.")
    return read, remarks


def forget_what_stands_for_nothing(read):
    if read["description"] == NOT_DESCRIBED:
        read["description"] = ""
    if read["updated_on"] == NOT_DATED:
        read["updated_on"] = None


def read_value(ours, value, remarks):
    if ours in LISTS:
        return read_list(ours, value, remarks)
    if ours in NUMBERS:
        return read_number(ours, value, remarks)
    if ours == "updated_on":
        return read_day(value, remarks)
    if value is None:
        return ""
    text = readable(value).strip() if ours in IN_LINES else clean(value)
    longest = LONGEST[ours]
    if len(text) > longest:
        rest = f"\u202f: la suite était « {text[longest:][:200]} »" if ours != "description" else ""
        remarks.append(f"{NAMED[ours]} était trop long{rest}.")
        text = text[:longest].rstrip()
    return text


def read_list(ours, value, remarks):
    codes = sorted({clean(one)[:100] for one in value} - {""}) if isinstance(value, list | set | tuple) else []
    if len(codes) > LONGEST_LIST:
        remarks.append(f"{NAMED[ours]} était trop long\u202f: {LONGEST_LIST} sont gardés.")
    return codes[:LONGEST_LIST]


def read_number(ours, value, remarks):
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or not 0 <= abs(number) <= LARGEST:
        remarks.append(f"{NAMED[ours]} ne se lit pas ({shown(value)[:50]}).")
        return None
    return int(number) if ours == "weeks" else number


def read_day(value, remarks):
    """A date, also written with its hour; None when it is none: the page says that it is not known."""
    try:
        return date.fromisoformat(clean(value)[:10]).isoformat()
    except ValueError:
        if value is not None:
            remarks.append(f"{NAMED['updated_on']} ne se lit pas ({shown(value)[:50]}).")
        return None


def tells_place(remark):
    return remark.startswith(tuple(NAMED[ours] for ours in TELLS_PLACE))


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
    for theirs, ours in CODES.items():
        value = item.get(theirs)
        if value in (None, "", []):
            continue
        given, known = value if isinstance(value, list) else [value], vocabulary.words(ours)
        kept = [code for code in given if isinstance(code, str) and code in known]
        if len(kept) < len(given):
            unknown = (clean(code) or "?" for code in given[:LONGEST_LIST] if code not in kept)
            remarks.append(f"{NAMED[ours]}\u202f: mot inconnu ({', '.join(unknown)[:200]}).")
        item[theirs] = (kept if ours in LISTS else kept[0]) if kept else None


def drop_what_the_schema_refuses(item, remarks):
    """The library's own check; a field it refuses is left out and said, the record stays."""
    try:
        v1.Service.model_validate(item)
    except ValidationError as problems:
        for problem in problems.errors(include_url=False, include_context=False, include_input=False):
            theirs = str(problem["loc"][0]) if problem["loc"] else ""
            if theirs in FIELDS and theirs not in REQUIRED and theirs != "description":
                if item.get(theirs) is not None:
                    remarks.append(f"{NAMED[FIELDS[theirs]]} ne se lit pas ({shown(item[theirs])}).")
                item[theirs] = None
