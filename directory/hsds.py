"""The directory in the Human Services Data Specification 3.0 of Open Referral, which other countries' tools read."""

import json
from uuid import NAMESPACE_URL, uuid5

from directory import vocabulary
from directory.exporting import CHUNK, identifier, public_services
from lemans_solidaire.network.importing import OURS


def as_hsds(file, exported):
    """A list of services, each with its organization and its place."""
    file.write("[")
    for service in public_services().iterator(CHUNK):
        file.write(",\n" if exported.written["services"] else "\n")
        json.dump(service_of(service), file, ensure_ascii=False)
        exported.written["services"] += 1
    file.write("\n]\n")


def number(*names):
    """The same for the same thing, at each export."""
    return str(uuid5(NAMESPACE_URL, ":".join([OURS, *names])))


def told(**values):
    """Without what is not known: the specification has no word for it."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def sentences(*texts):
    return "\n".join(text for text in texts if text)


def service_of(service):
    name = identifier(service)
    publics = ", ".join(vocabulary.labels("publics", service.publics))
    fees = vocabulary.label("fees", service.fees) if service.fees else ""
    return told(
        id=number("service", name),
        organization=organization_of(service.structure),
        name=service.name,
        description=service.description,
        url=service.source_url,
        email=service.email,
        status="active",
        application_process=sentences(service.mobilisation_details, service.mobilisation_url),
        fees_description=sentences(fees, service.fees_details),
        eligibility_description=sentences(publics, service.publics_details, service.conditions),
        last_modified=service.updated_on and f"{service.updated_on}T00:00:00Z",
        phones=phones(name, service.phone),
        schedules=[told(id=number("schedule", name), description=service.hours)] if service.hours else [],
        languages=[{"id": number("language", name, one), "code": one} for one in service.languages],
        required_documents=[
            {"id": number("document", name, one), "document": one} for one in papers_of(service.papers)
        ],
        service_at_locations=[] if service.hides_place or service.is_address_hidden else places(service, name),
    )


def papers_of(papers):
    """Their names; what was written otherwise before it was refused is left out."""
    rows = papers if isinstance(papers, list) else []
    return [str(one["what"]) for one in rows if isinstance(one, dict) and one.get("what")]


def organization_of(structure):
    name = identifier(structure)
    return told(
        id=number("organization", name),
        name=structure.name,
        description=structure.mission or structure.name,
        email=structure.email,
        website=structure.website,
        phones=phones(name, structure.phone),
    )


def phones(name, value):
    return [{"id": number("phone", name), "number": value}] if value else []


def places(service, name):
    addresses = []
    if service.address and service.city and service.postcode:
        addresses.append(
            told(
                id=number("address", name),
                address_1=service.address,
                address_2=service.address_more,
                city=service.city,
                state_province=f"FR-{service.postcode[:2]}",
                postal_code=service.postcode,
                country="FR",
                address_type="physical",
            )
        )
    place = told(latitude=service.latitude, longitude=service.longitude, addresses=addresses)
    if not place:
        return []
    place |= {"id": number("location", name), "location_type": "physical"}
    return [{"id": number("service at location", name), "location": place}]
