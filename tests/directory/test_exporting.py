"""What leaves: valid in the national schema, the same when it comes back, silent about what is confidential."""

import csv
import json
from uuid import UUID

import pytest
from data_inclusion.schema import v1
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from directory.exchange.files import FORMATS, export
from directory.importing import FIELDS, import_files
from directory.models import Service
from lemans_solidaire.network.importing import Records
from lemans_solidaire.network.models import Event, Structure
from tests.directory.test_importing import REAL

WHOLE = {
    "source": "essai",
    "structure_id": "essai--1",
    "id": "essai--1-1",
    "nom": "Repas du soir",
    "description": "Un repas chaud, assis.\nEt le café.",
    "lien_source": "https://example.org/services/1",
    "date_maj": "2025-03-01",
    "type": "aide-materielle",
    "thematiques": ["equipement-et-alimentation--alimentation", "sante--acces-aux-soins"],
    "frais": "payant",
    "frais_precisions": "Un euro.",
    "publics": ["femmes", "jeunes"],
    "publics_precisions": "De 18 à 25 ans.\nAccompagnées ou non.",
    "conditions_acces": "Venir avant 18 heures.",
    "commune": "Le Mans",
    "code_postal": "72000",
    "code_insee": "72181",
    "adresse": "1 rue des Essais",
    "complement_adresse": "Fond de la cour",
    "longitude": 0.2,
    "latitude": 48.0,
    "telephone": "+33243000000",
    "courriel": "repas@example.org",
    "modes_accueil": ["a-distance", "en-presentiel"],
    "zone_eligibilite": ["72", "72181"],
    "contact_nom_prenom": "Odile Owner",
    "lien_mobilisation": "https://example.org/venir",
    "modes_mobilisation": ["envoyer-un-courriel", "telephoner"],
    "mobilisable_par": ["professionnels", "usagers"],
    "mobilisation_precisions": "Appeler la veille.",
    "volume_horaire_hebdomadaire": 3.5,
    "nombre_semaines": 12,
    "horaires_accueil": "Mo-Fr 18:00-20:00",
}
HOUSE = {
    "source": "essai",
    "id": "essai--1",
    "nom": "La Tablée",
    "date_maj": "2025-03-01",
    "description": "Une table ouverte.",
    "siret": "53792827700194",
    "courriel": "contact@example.org",
    "site_web": "https://example.org",
    "telephone": "+33243000001",
    "adresse": "1 rue des Essais",
    "code_postal": "72000",
    "commune": "Le Mans",
}


def take_in(folder, structures, services):
    for name, content in (("structures", structures), ("services", services)):
        (folder / f"{name}.json").write_text(json.dumps(content))
    return take_back(folder)


def take_back(folder):
    return import_files(Records(folder / "services.json"), Records(folder / "structures.json"))


def exported(folder):
    paths, told = export("data-inclusion", folder)
    structures, services = (json.loads(path.read_text()) for path in paths)
    for one in structures:
        v1.Structure.model_validate(one)
    for one in services:
        v1.Service.model_validate(one)
    return structures, services, told


def lines(model):
    """Every stored value, by identifier; the keys of the database and the marks of an import left out."""
    left_out = {"id", "structure_id", "imported"}
    return {one["source_id"]: {k: v for k, v in one.items() if k not in left_out} for one in model.objects.values()}


def test_every_field_of_the_schema_is_in_the_example():
    assert set(WHOLE) == set(v1.Service.model_fields) == {*FIELDS, "id", "structure_id"}


def test_what_came_in_goes_out_the_same(db, tmp_path):
    take_in(tmp_path, [HOUSE], [WHOLE])
    structures, services, told = exported(tmp_path)
    assert (services, told.remarks) == ([WHOLE], [])
    assert structures == [dict.fromkeys(v1.Structure.model_fields) | HOUSE]


def test_keys_are_those_of_the_schema(db, tmp_path):
    Service.objects.create(structure=Structure.objects.create(name="La Tablée"), name="Repas")
    structures, services, _ = exported(tmp_path)
    assert set(structures[0]) == set(v1.Structure.model_fields)
    assert set(services[0]) == set(v1.Service.model_fields)


def test_our_export_in_an_empty_directory_gives_the_same_records(db, tmp_path):
    with transaction.atomic():
        own = Structure.objects.create(name="Notre maison", address="2 place d’Essai", city="Le Mans", kind="other")
        Service.objects.create(structure=own, name="Ab", description="Oui", updated_on=None, phone="+33 2 43 00 00 00")
        take_in(tmp_path, [HOUSE], [WHOLE])
        exported(tmp_path)
        houses, services = lines(Structure), lines(Service)
        transaction.set_rollback(True)
    take_back(tmp_path)
    houses[f"le-mans-solidaire--{own.pk}"] = houses.pop("") | {"source_id": f"le-mans-solidaire--{own.pk}"}
    assert lines(Structure) == houses
    again = lines(Service)
    ours = next(one for one in again if one.startswith("le-mans-solidaire--"))
    services[ours] = services.pop("") | {"source": "le-mans-solidaire", "source_id": ours}
    assert again == services


def test_our_export_here_again_changes_nothing(db, tmp_path):
    own = Structure.objects.create(name="Notre maison,  la grande", city="Le Mans")
    Service.objects.create(structure=own, name="Ab", description="Oui", updated_on=None, conditions="a\nb  c")
    Service.objects.create(structure=own, name="Sans rien", is_address_hidden=True, address="3 rue Secrète")
    take_in(tmp_path, [HOUSE], [WHOLE, WHOLE | {"id": "essai--1-2", "nom": "Abri", "adresse": "4 rue Secrète"}])
    Service.objects.filter(source_id="essai--1-1").update(phone="", description="", themes=[], zone=["72"])
    Service.objects.filter(source_id="essai--1-2").update(is_address_hidden=True)
    before = list(Structure.objects.order_by("pk").values()), list(Service.objects.order_by("pk").values())
    events = Event.objects.count()
    exported(tmp_path)
    for _ in range(2):
        report = take_back(tmp_path)[1]
        assert (report.added, report.changed, report.conflicts, report.rejected) == (0, 0, [], [])
    assert before == (list(Structure.objects.order_by("pk").values()), list(Service.objects.order_by("pk").values()))
    assert Event.objects.count() == events


@pytest.mark.parametrize("format", FORMATS)
def test_a_confidential_place_is_told_nowhere(db, tmp_path, format):
    """Neither its own, nor that of its structure, nor of another service at the same address."""
    place = {"address": "45 rue du Port", "address_more": "Bâtiment Secret", "postcode": "72999", "city": "Cachette"}
    more = {"city_code": "72998", "latitude": 48.123, "longitude": 0.456, "zone": ["72998"]}
    house = Structure.objects.create(name="La Maison", address="45 rue du Port", postcode="72999", city="Cachette")
    Service.objects.create(structure=house, name="Accueil de jour", **place, **more)
    Service.objects.create(structure=house, name="Abri", is_address_hidden=True, **place, **more)
    paths, _ = export(format, tmp_path)
    text = "".join(path.read_text() for path in paths)
    assert "Abri" in text
    assert "Accueil de jour" in text
    for word in ("Port", "Secret", "72999", "72998", "Cachette", "48.123", "48,123", "0.456", "0,456"):
        assert word not in text


def test_a_wide_zone_tells_nothing_and_stays(db, tmp_path):
    house = Structure.objects.create(name="La Maison")
    for zone in (["72"], ["france"], ["99100", "72"], ["200000172"]):
        Service.objects.create(structure=house, name="Abri", is_address_hidden=True, zone=zone)
    zones = [one["zone_eligibilite"] for one in exported(tmp_path)[1]]
    assert zones == [["72"], ["france"], ["99100", "72"], None]


def test_what_is_closed_or_for_members_stays_here(db, tmp_path):
    open_house = Structure.objects.create(name="Ouverte")
    closed_house = Structure.objects.create(name="Fermée", closed_on=timezone.localdate())
    Service.objects.create(structure=open_house, name="Pour tous")
    Service.objects.create(structure=open_house, name="Entre nous", is_for_professionals=True)
    Service.objects.create(structure=open_house, name="Fini", closed_on=timezone.localdate())
    Service.objects.create(structure=closed_house, name="Fini aussi")
    structures, services, _ = exported(tmp_path)
    assert [one["nom"] for one in structures] == ["Ouverte"]
    assert [one["nom"] for one in services] == ["Pour tous"]


def test_what_the_schema_refuses_is_left_out_and_said(db, tmp_path):
    house = Structure.objects.create(name="N" * 200, mission="m" * 11_000)
    Service.objects.create(structure=house, name="Repas", email="moi@demo.test", fees="troc")
    structures, (service,), told = exported(tmp_path)
    assert (service["courriel"], service["frais"]) == (None, None)
    assert [name for name, _ in told.remarks] == ["Repas", "Repas"]
    assert (len(structures[0]["nom"]), len(structures[0]["description"])) == (150, 10_000)


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(db, tmp_path, capsys):
    house = Structure.objects.create(name="=cmd()", source_id="essai--1")
    Service.objects.create(structure=house, name="@Repas; du soir", phone="+33243000000", latitude=48.5, longitude=-0.5)
    Service.objects.create(
        structure=house, name="Douches", fees="gratuit", publics=["femmes", "jeunes"], description="-1"
    )
    call_command("export_directory", "--format=csv", f"--output={tmp_path / 'ici'}")
    assert "2 services écrits." in capsys.readouterr().out
    content = (tmp_path / "ici/services.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    headings, first, second = csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";")
    first, second = (dict(zip(headings, row, strict=True)) for row in (first, second))
    assert (first["structure"], first["nom"], first["téléphone"]) == ("'=cmd()", "'@Repas; du soir", "'+33243000000")
    assert (first["latitude"], first["longitude"]) == ("48,5", "-0,5")
    assert (second["frais"], second["publics"], second["description"]) == ("Gratuit", "Femmes, Jeunes", "'-1")


def test_the_command_writes_both_files(db, tmp_path, capsys):
    take_in(tmp_path, [HOUSE], [WHOLE])
    call_command("export_directory", f"--output={tmp_path / 'ici'}")
    assert "1 services écrits." in capsys.readouterr().out
    assert json.loads((tmp_path / "ici/services.json").read_text()) == [WHOLE]


SCHEMA = REAL.parent / "schemas/hsds/service.json"


def follow(schema, value, where="service"):
    """What in the value is not as the schema says: the keys asked for, the types, the lists of words."""
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float)}
    if kind := schema.get("type"):
        assert isinstance(value, kinds[kind]), where
    assert value in schema.get("enum", [value]), where
    if isinstance(value, dict):
        assert not {*schema.get("required", [])} - {*value}, where
        for name, inner in value.items():
            follow(schema["properties"][name], inner, f"{where}.{name}")
    for inner in value if isinstance(value, list) else []:
        follow(schema["items"], inner, f"{where}[]")
    if schema.get("format") == "uuid":
        UUID(value)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the specification is not here")
def test_open_referral_reads_it(db, tmp_path):
    take_in(tmp_path, [HOUSE], [WHOLE, {"id": "essai--1-2", "structure_id": "essai--1", "nom": "Douches"}])
    papers = [{"what": "Une pièce d’identité", "why": "pour le registre"}]
    Service.objects.filter(source_id="essai--1-1").update(languages=["fr", "ar"], papers=papers)
    (path,), _ = export("hsds", tmp_path)
    first, second = json.loads(path.read_text())
    schema = json.loads(SCHEMA.read_text())
    for one in (first, second):
        follow(schema, one)
    assert first["organization"] == second["organization"]
    assert first["service_at_locations"][0]["location"]["addresses"][0]["city"] == "Le Mans"
    assert json.loads(export("hsds", tmp_path)[0][0].read_text()) == [first, second]


def test_lines_are_read_as_they_are_written(db, tmp_path, django_assert_num_queries):
    house = Structure.objects.create(name="La Maison")
    Service.objects.bulk_create(Service(structure=house, name=f"Service {n}") for n in range(30))
    with django_assert_num_queries(2):
        export("data-inclusion", tmp_path)


@pytest.mark.skipif(not REAL.exists(), reason="real data are not here")
def test_the_real_files_go_out_and_come_back(db, tmp_path):
    import_files(Records(REAL / "sarthe_services.json"), Records(REAL / "sarthe_structures.json"))
    structures, services, _ = exported(tmp_path)
    assert (len(structures), len(services)) == (130, 264)
    before = list(Structure.objects.order_by("pk").values()), list(Service.objects.order_by("pk").values())
    report = take_back(tmp_path)[1]
    assert (report.same, report.conflicts) == (264, [])
    assert before == (list(Structure.objects.order_by("pk").values()), list(Service.objects.order_by("pk").values()))
