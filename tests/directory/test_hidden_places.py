"""A confidential address, planted as a word that is nowhere else, comes out of nothing that the portal sends."""

import io
import json
import zipfile
from datetime import date

import pypdfium2
import pytest
from django.db import connection
from django.urls import reverse

from directory import actions
from directory.actions import confirm_service
from directory.importing import import_services
from directory.models import Service
from directory.slip import slip
from indicators.summary import gather, snapshots
from lemans_solidaire.network.models import Event, Structure
from tests.at_once import together, while_open
from tests.directory.test_editing import Fields

CANARIES = ["Zyxwstraat", "Qoravelle", "99817", "47.123456", "0.654321"]
HERE = {"address": "7 Zyxwstraat", "postcode": "99817", "city": "Qoravelle"}
THERE = {"address": "1 rue Basse", "postcode": "72000", "city": "Le Mans"}
POINT = {"latitude": 47.123456, "longitude": 0.654321}
ITEM = {
    "source": "essai", "id": "essai--9", "structure_id": "essai--1", "nom": "Lit", "description": "Un lit.",
    "date_maj": "2025-03-01",
}  # fmt: skip
ASKED = ["", "zyxwstraat", "qoravelle", "99817", "lit", "refuge", "zyxwstrat", "rue zyxw"]


@pytest.fixture
def hidden(cast):
    """A shelter whose address its structure has too, a sibling at the same place, and one that a file brought."""
    Structure.objects.filter(pk=cast.panier.pk).update(**HERE)
    Service.objects.create(structure=cast.panier, name="Écoute", description="Un lit.", **HERE, **POINT)
    return Service.objects.create(
        structure=cast.panier,
        name="Lit de refuge",
        description="Un lit.",
        is_address_hidden=True,
        source="essai",
        source_id="essai--1",
        **HERE,
        **POINT,
    )


def leaked(text):
    return [word for word in CANARIES if word.lower() in text.lower()]


@pytest.mark.parametrize("role", ["anyone", "stranger"])
def test_no_page_nor_answer_of_the_api_tells_it(hidden, cast, as_user, client, role):
    if role == "stranger":
        client = as_user(cast.stranger)
    addresses = [f"/annuaire/services/{one.pk}/" for one in Service.objects.all()]
    addresses += [
        f"/annuaire/structures/{cast.panier.pk}/",
        "/annuaire/images/",
        "/api/v1/services",
        "/api/v1/structures",
    ]
    for asked in ASKED:
        for path in ("/annuaire/", "/api/v1/services", "/api/v1/structures"):
            for more in ("", "&pres_de=Le+Mans", "&commune=Qoravelle", "&pres_de=47.123,0.654"):
                addresses.append(f"{path}?q={asked}{more}")
    for address in addresses:
        typed = [word for word in CANARIES if word.lower() in address.lower()]
        response = client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        assert set(leaked(text)) <= set(typed), address  # what was typed is shown again


def test_what_is_typed_of_it_finds_nothing(hidden, client):
    for typed in ("zyxwstraat", "qoravelle", "99817"):
        for path in ("/api/v1/services", "/api/v1/structures"):
            assert json.loads(client.get(f"{path}?q={typed}").content)["items"] == []


def test_neither_a_slip_nor_an_export_tells_it(hidden, cast, as_user):
    document = pypdfium2.PdfDocument(slip(hidden, "fr"))
    assert not leaked("".join(page.get_textpage().get_text_range() for page in document))
    ccas = as_user(cast.ccas)
    for format in ("data-inclusion", "csv", "hsds"):
        content = b"".join(ccas.get(f"/annuaire/echanges/telecharger/{format}/").streaming_content)
        if content.startswith(b"PK"):
            archive = zipfile.ZipFile(io.BytesIO(content))
            content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Lit de refuge" in content
        assert not leaked(content.decode()), format


def test_the_index_does_not_hold_it(hidden):
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(d::text, ' ') FROM directory_document d")
        told = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(word, ' ') FROM directory_word")
        words = cursor.fetchone()[0]
    assert "refuge" in told
    assert "refuge" in words
    assert not leaked(told + words)


def test_history_does_not_hold_it(hidden, cast):
    confirm_service(service=hidden, by=cast.owner)
    assert Event.objects.about(hidden).exists()
    assert not leaked(json.dumps(list(Event.objects.values_list("changes", flat=True))))


def test_the_yearly_summary_does_not_publish_it(hidden, cast):
    cast.reviewed(passages=1)
    year = gather(cast.campaign)
    assert "annex" in json.dumps(snapshots(year, date(2026, 1, 1)), default=str)
    assert not leaked(json.dumps(snapshots(year, date(2026, 1, 1)), default=str))


# Its neighbours.


def refuge(structure, **more):
    return Service.objects.create(
        structure=structure, **{"name": "Lit", "is_address_hidden": True, **HERE, **POINT} | more
    )


def hide(service, by):
    return actions.save_service(
        service=service, typed={"is_address_hidden": True}, seen={"is_address_hidden": False}, by=by
    )


def move(service, place, by):
    service.refresh_from_db()
    seen = {name: getattr(service, name) for name in place}
    actions.save_service(service=service, typed=dict(place), seen=seen, by=by)


def read_by_all(client):
    return client.get("/api/v1/services").content.decode() + client.get("/annuaire/?q=qora").content.decode()


def told_in_events():
    return json.dumps(list(Event.objects.values_list("changes", flat=True)), ensure_ascii=False)


def history(client, service):
    response = client.get(reverse("directory:service_history", args=[service.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "place",
    [
        HERE | {"address": "7, ZYXWSTRAAT"},
        HERE | {"address": "7 Zyxwstraat, bâtiment B"},
        HERE | {"address": "7"},
        {"address": "Cour basse", **POINT},
        {"address": "Cour basse", "city": "Qoravelle", "latitude": 47.1259, "longitude": 0.6579},
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_the_same_place_however_it_is_written_is_hidden(cast, client, place, is_first):
    if is_first:
        refuge(cast.panier)
    other = Service.objects.create(structure=cast.panier, name="Repas", **place)
    if not is_first:
        refuge(cast.panier)
    other.refresh_from_db()
    assert other.hides_place
    assert not leaked(read_by_all(client))


@pytest.mark.parametrize(
    "place",
    [THERE, HERE | {"address": "7 Zyxwstraatje"}, {"latitude": 47.13, "longitude": 0.654321}, {"city": "Le Mans"}],
)
def test_another_place_is_not_hidden(cast, place):
    refuge(cast.panier)
    other = Service.objects.create(structure=cast.panier, name="Repas", **{"address": "x", **place})
    other.refresh_from_db()
    assert not other.hides_place


def test_a_refuge_whose_point_moves_takes_its_neighbours_along(cast):
    kept = refuge(cast.panier, address="")
    other = Service.objects.create(
        structure=cast.panier, name="Repas", address="3 rue Haute", latitude=48.0, longitude=0.2
    )
    kept.latitude, kept.longitude = 48.001, 0.201
    kept.save()
    other.refresh_from_db()
    assert other.hides_place


def test_a_service_added_while_another_hides_is_hidden(fresh_database, cast, client):
    kept = refuge(cast.panier, is_address_hidden=False)
    while_open(
        lambda: actions.add_service(structure=cast.panier, typed={"name": "Repas", **HERE}, key="1", by=cast.owner),
        lambda: hide(kept, cast.owner),
    )
    assert not leaked(read_by_all(client))
    kept = refuge(cast.halte, is_address_hidden=False)
    while_open(lambda: hide(kept, cast.stranger), lambda: refuge(cast.halte, name="Bain", is_address_hidden=False))
    assert not leaked(read_by_all(client))


def test_two_who_hide_at_once_in_one_structure_both_do(fresh_database, cast):
    services = [refuge(cast.panier, name=f"Lit {number}", is_address_hidden=False) for number in range(12)]
    for one, other in zip(services[::2], services[1::2], strict=True):
        together(lambda one=one: hide(one, cast.owner), lambda other=other: hide(other, cast.owner))
    assert Service.objects.filter(is_address_hidden=True).count() == 12


# It does not leave.


@pytest.mark.parametrize("name", ["Lit", "Repas"])
def test_no_file_moves_what_hides_a_place(cast, client, name):
    Structure.objects.filter(pk=cast.panier.pk).update(source_id="essai--1", **HERE)
    Structure.objects.filter(pk=cast.halte.pk).update(source_id="essai--2")
    place = {"adresse": "7 Zyxwstraat", "code_postal": "99817", "commune": "Qoravelle"}
    items = {"Lit": ITEM | place, "Repas": ITEM | place | {"id": "essai--8", "nom": "Repas"}}
    import_services(list(items.values()))
    hide(Service.objects.get(name="Lit"), cast.owner)
    moved = items[name] | {"structure_id": "essai--2"}
    (conflict,) = import_services([moved]).conflicts
    assert conflict == (name, "Le fichier le dit d’une autre structure. Gardé ici.")
    assert import_services([moved]).conflicts == []  # said once
    assert Service.objects.get(name=name).structure == cast.panier
    assert not leaked(read_by_all(client) + client.get(f"/annuaire/structures/{cast.panier.pk}/").content.decode())


def in_gestion(client, obj, **changes):
    """The form of /gestion/, sent as its page showed it but for these changes."""
    url = reverse(f"admin:{obj._meta.label_lower.replace('.', '_')}_change", args=[obj.pk])
    sent = Fields(client.get(url).content.decode()).forms[""]
    return client.post(url, sent | changes)


def test_gestion_moves_nothing_that_hides_a_place(cast, as_user):
    kept = refuge(cast.panier)
    client = as_user(cast.ccas)
    response = in_gestion(client, kept, structure=cast.halte.pk)
    assert "elle se lirait de nouveau" in response.content.decode()
    kept.refresh_from_db()
    assert kept.structure == cast.panier
    other = Service.objects.create(structure=cast.panier, name="Repas", **THERE)
    assert in_gestion(client, other, structure=cast.halte.pk).status_code == 302
    other.refresh_from_db()
    assert other.structure == cast.halte


# History.


def test_a_page_opened_before_it_was_hidden_does_not_show_it_again(cast, as_user, monkeypatch):
    kept = refuge(cast.panier, is_address_hidden=False)
    client = as_user(cast.ccas)
    send = client.post

    def late(*sent):
        hide(kept, cast.owner)
        return send(*sent)

    monkeypatch.setattr(client, "post", late)
    assert in_gestion(client, kept, to_check="Le numéro").status_code == 302
    kept.refresh_from_db()
    assert (kept.is_address_hidden, kept.to_check) == (True, "Le numéro")


def test_history_tells_it_no_more_once_its_neighbour_left(cast, as_user):
    other = Service.objects.create(structure=cast.panier, name="Repas")
    move(other, HERE, cast.owner)
    event = Event.objects.about(other).get()
    refuge(cast.panier)
    move(other, THERE, cast.owner)
    client = as_user(cast.owner)
    assert not leaked(history(client, other))
    Service.objects.filter(pk=other.pk).update(structure=cast.halte)
    other.refresh_from_db()
    assert not other.hides_place
    assert not leaked(history(as_user(cast.stranger), other))
    assert not actions.undo_change(service=other, event=event, by=cast.stranger)


def test_history_of_where_an_address_is_hidden_tells_no_place(cast, as_user):
    other = Service.objects.create(structure=cast.panier, name="Repas")
    move(other, HERE, cast.owner)
    move(other, THERE, cast.owner)
    client = as_user(cast.owner)
    assert "Qoravelle" in history(client, other)
    refuge(cast.panier)
    assert not leaked(history(client, other))


def test_the_address_of_a_structure_is_in_no_event(cast, as_user):
    refuge(cast.panier)
    client = as_user(cast.ccas)
    assert in_gestion(client, cast.panier, **HERE, mission="Accueillir.").status_code == 302
    cast.panier.refresh_from_db()
    assert cast.panier.address == HERE["address"]
    assert "Accueillir." in told_in_events()
    assert not leaked(told_in_events())


def test_what_a_file_said_of_it_is_in_no_event_nor_report(cast, as_user):
    Structure.objects.filter(pk=cast.panier.pk).update(source_id="essai--1")
    import_services([ITEM | {"adresse": "1 rue Basse"}])
    kept = Service.objects.get()
    move(kept, HERE, cast.owner)
    import_services([ITEM | {"adresse": "7 bis Zyxwstraat"}])
    hide(kept, cast.owner)
    client = as_user(cast.ccas)
    kept.refresh_from_db()
    assert "Zyxwstraat" in kept.to_check
    before = set(Event.objects.values_list("pk", flat=True))
    assert in_gestion(client, kept, to_check="").status_code == 302
    (event,) = Event.objects.exclude(pk__in=before).filter(object_type="directory.service")
    assert event.changes["to_check"] == ["…", "…"]
    assert not leaked(history(client, kept))


@pytest.mark.parametrize("identifier", ["essai--9", "essai--10"])
def test_what_cannot_be_read_of_it_is_in_no_report(cast, identifier):
    Structure.objects.filter(pk=cast.panier.pk).update(source_id="essai--1")
    refuge(cast.panier, source="essai", source_id="essai--9")
    report = import_services(
        [
            ITEM
            | {"id": identifier, "adresse": "x " * 151 + "7 Zyxwstraat", "code_postal": "99817 Qoravelle"}
            | {"latitude": "47.123456 N", "longitude": 0.654321, "contact_nom_prenom": "y" * 300}
        ]
    )
    told = json.dumps(report.lines, ensure_ascii=False, default=str)
    assert "yyy" in told
    assert not leaked(told)


def test_the_zone_of_a_refuge_is_told_by_no_import(cast):
    Structure.objects.filter(pk=cast.panier.pk).update(source_id="essai--1")
    refuge(
        cast.panier, source="essai", source_id="essai--9", zone=["99817"], imported={"zone": ["99817"], "name": "Lit"}
    )
    import_services([ITEM | {"zone_eligibilite": ["72181"]}])
    assert Service.objects.get().zone == ["72181"]
    assert not leaked(told_in_events())


# Words.


def suggested(client, typed):
    return client.get("/annuaire/", {"q": typed}).content.decode()


def test_a_town_erased_as_it_is_hidden_is_proposed_to_nobody(cast, client):
    kept = Service.objects.create(structure=cast.panier, name="Lit", **HERE)
    assert "qoravelle" in suggested(client, "qoravele")
    seen = {**HERE, "is_address_hidden": False}
    typed = dict.fromkeys(HERE, "") | {"is_address_hidden": True}
    actions.save_service(service=kept, typed=typed, seen=seen, by=cast.owner)
    assert "qoravelle" not in suggested(client, "qoravele")


@pytest.mark.parametrize("gone", ["reserved", "closed", "structure closed"])
def test_a_word_of_what_nobody_reads_any_more_is_proposed_to_nobody(cast, client, gone):
    kept = Service.objects.create(structure=cast.panier, name="Zorglubine", description="Des repas chauds.")
    Service.objects.create(structure=cast.halte, name="Repas")
    assert "zorglubine" in suggested(client, "zorglubime")
    if gone == "reserved":
        typed = {"is_for_professionals": True, "first_visit": "Schmilblick."}
        seen = {"is_for_professionals": False, "first_visit": ""}
        actions.save_service(service=kept, typed=typed, seen=seen, by=cast.owner)
    elif gone == "closed":
        actions.close_service(service=kept, by=cast.owner)
    else:
        Structure.objects.filter(pk=cast.panier.pk).update(closed_on="2020-01-01")
    for typed in ("zorglubime", "schmilblik"):
        assert not {"zorglubine", "schmilblick"} & set(suggested(client, typed).split())
        assert "zorglubine" not in suggested(client, typed)
    assert "repas" in suggested(client, "repaz")
    if gone == "closed":
        actions.reopen_service(service=kept, by=cast.owner)
        assert "zorglubine" in suggested(client, "zorglubime")


def test_a_reserved_service_does_not_date_its_structure(cast, client):
    Service.objects.create(structure=cast.halte, name="Repas", updated_on="2025-04-01")
    Service.objects.create(structure=cast.halte, name="Secret", is_for_professionals=True, updated_on="2025-05-17")
    told = client.get("/api/v1/structures").content.decode()
    assert "2025-04-01" in told
    assert "2025-05-17" not in told
