"""Services published in the data·inclusion format, as they come: incomplete, repeated, wrong."""

import json

import pytest
from django.core.management import CommandError, call_command

from directory.importing import import_services
from directory.models import Service
from directory.asking import Asked
from directory.search import search
from lemans_solidaire.network.models import Event, Structure
from tests.databases import PROJECT

REAL = PROJECT.parent / "shared/data/annuaire"
STRUCTURE = {"id": "essai--1", "nom": "La Tablée", "commune": "Le Mans", "siret": "53792827700194"}


def service(**more):
    return {
        "source": "essai",
        "id": "essai--1-1",
        "structure_id": "essai--1",
        "nom": "Repas du soir",
        "description": "Un repas chaud, assis.",
        "date_maj": "2025-03-01",
        "thematiques": ["equipement-et-alimentation--alimentation"],
        "publics": ["tous-publics"],
        "frais": "gratuit",
        "commune": "Le Mans",
        "telephone": "02 43 00 00 00",
    } | more


@pytest.fixture
def structure(db):
    return Structure.objects.create(name="La Tablée", source_id="essai--1", city="Le Mans")


def told(report):
    return [sentence for _, sentence in (*report.remarks, *report.conflicts, *report.rejected)]


def test_a_service_is_kept_with_its_words(structure):
    report = import_services([service()])
    assert (report.added, told(report)) == (1, [])
    kept = Service.objects.get()
    assert (kept.structure, kept.name, kept.fees) == (structure, "Repas du soir", "gratuit")
    assert kept.theme_labels == ["Alimentation"]
    assert [one.found for one in search(Asked(q="repas")).answers] == [kept]
    assert Event.objects.filter(verb="service_imported", object_id=kept.pk).exists()


def test_imported_twice_nothing_changes(structure):
    import_services([service()])
    events = Event.objects.count()
    report = import_services([service()])
    assert (report.added, report.changed, report.same) == (0, 0, 1)
    assert Event.objects.count() == events


def test_what_the_file_changed_is_taken_and_what_was_corrected_here_is_kept(structure):
    import_services([service()])
    Service.objects.update(phone="02 43 99 99 99")
    report = import_services([service(telephone="02 43 11 11 11", frais="payant")])
    kept = Service.objects.get()
    assert (kept.phone, kept.fees) == ("02 43 99 99 99", "payant")
    (conflict,) = told(report)
    assert "ici «\u202f02 43 99 99 99\u202f», dans le fichier «\u202f02 43 11 11 11\u202f»" in conflict
    assert told(import_services([service(telephone="02 43 11 11 11", frais="payant")])) == []  # said once


def test_a_local_correction_alone_is_no_disagreement(structure):
    import_services([service()])
    Service.objects.update(phone="02 43 99 99 99")
    report = import_services([service()])
    assert (report.same, told(report)) == (1, [])
    assert Service.objects.get().phone == "02 43 99 99 99"


def test_a_number_read_back_is_no_disagreement(structure):
    import_services([service(volume_horaire_hebdomadaire=3, latitude=48, longitude=0.2)])
    report = import_services([service(volume_horaire_hebdomadaire=4, latitude=48.5, longitude=0.2)])
    assert (report.changed, told(report)) == (1, [])
    assert (Service.objects.get().weekly_hours, Service.objects.get().latitude) == (4.0, 48.5)
    event = Event.objects.get(verb="service_import_changed")
    assert event.changes["weekly_hours"] == ["3.0", "4.0"]


def test_a_disagreement_is_noted_on_the_service_and_is_no_change(structure):
    import_services([service()])
    Service.objects.update(fees="payant")
    report = import_services([service(frais="payant", telephone="02 43 11 11 11")])
    assert (report.changed, report.conflicts) == (1, [])
    Service.objects.update(phone="02 43 99 99 99")
    report = import_services([service(frais="payant", telephone="02 43 22 22 22")])
    assert (report.changed, report.same, len(report.conflicts)) == (0, 1, 1)
    assert "02 43 22 22 22" in Service.objects.get().to_check


def test_what_a_file_adds_where_an_address_is_hidden_is_hidden(structure):
    import_services([service(adresse="45 rue du Port")])
    Service.objects.update(is_address_hidden=True)
    import_services([service(), service(id="essai--1-2", adresse="45 rue du Port")])
    assert {one.place for one in Service.objects.all()} == {""}


def test_a_confidential_address_stays_so_whatever_a_file_says(structure):
    import_services([service(adresse="1 rue Secrète")])
    Service.objects.update(is_address_hidden=True)
    import_services([service(adresse="2 rue Secrète")])
    assert Service.objects.get().place == ""


@pytest.mark.parametrize(
    ("changed", "name", "value", "says"),
    [
        ({"thematiques": ["inconnue"]}, "themes", [], "mot inconnu (inconnue)"),
        ({"publics": ["femmes", "martiens"]}, "publics", ["femmes"], "mot inconnu (martiens)"),
        ({"frais": 12}, "fees", "", "mot inconnu (12)"),
        ({"latitude": 0.2, "longitude": 48.0}, "latitude", 48.0, "inversées"),
        ({"latitude": 12.0, "longitude": 13.0}, "latitude", None, "métropolitaine"),
        ({"latitude": "48", "longitude": "0.2"}, "latitude", 48.0, ""),
        ({"longitude": 0.2}, "longitude", None, "incomplet"),
        ({"volume_horaire_hebdomadaire": float("inf")}, "weekly_hours", None, "ne se lit pas"),
        ({"nombre_semaines": 100_000}, "weeks", None, "ne se lit pas"),
        ({"date_maj": "2025-03-01T00:00:00"}, "fees", "gratuit", ""),
        ({"nom": "Repas \ud800chaud"}, "name", "Repas chaud", ""),
        ({"publics": ["femmes", "femmes"]}, "publics", ["femmes"], ""),
        ({"courriel": "pas une adresse"}, "email", "", "«\u202fadresse électronique\u202f» ne se lit pas"),
        ({"code_postal": "72"}, "postcode", "", "«\u202fcode postal\u202f» ne se lit pas"),
        ({"nom": "N" * 200}, "name", "N" * 150, "trop long"),
        ({"telephone": "0" * 50}, "phone", "0" * 30, "trop long"),
        ({"description": "<script>alert(1)</script>"}, "description", "<script>alert(1)</script>", ""),
        ({"description": None}, "description", "", ""),
        ({"date_maj": "2999-01-01"}, "fees", "gratuit", "«\u202fmis à jour le\u202f» ne se lit pas"),
        ({"volume_horaire_hebdomadaire": -3}, "weekly_hours", None, "«\u202fheures par semaine\u202f» ne se lit pas"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(structure, changed, name, value, says):
    report = import_services([service(**changed)])
    assert report.added == 1
    assert getattr(Service.objects.get(), name) == value
    assert says in " ".join(told(report))
    assert bool(says) == bool(told(report))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"id": ""}, "il n’a pas d’identifiant."),
        ({"nom": None}, "il n’a pas de nom."),
        ({"structure_id": "ailleurs"}, "sa structure (ailleurs) n’est pas dans l’annuaire."),
    ],
)
def test_what_cannot_be_kept_at_all_is_refused_with_its_reason(structure, changed, reason):
    report = import_services([service(**changed), service()])
    assert report.added == 1
    assert [why for _, why in report.rejected] == [reason]


def test_the_same_identifier_twice_in_a_file(structure):
    report = import_services([service(), service(nom="Autre")])
    assert [why for _, why in report.rejected] == ["le fichier le contient déjà."]
    assert Service.objects.get().name == "Repas du soir"


def test_the_command_reads_both_files_and_says_what_it_did(db, tmp_path, capsys):
    for name, content in (("structures", [STRUCTURE]), ("services", [service(frais="troc")])):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    files = [f"--{name}={tmp_path / name}.json" for name in ("structures", "services")]
    call_command("import_directory", *files)
    out = capsys.readouterr().out
    assert "1 structures lues\u202f: 1 ajoutées" in out
    assert "mot inconnu (troc)" in out
    assert "1 services lus\u202f: 1 ajoutés, 0 mis à jour, 0 inchangés, 0 désaccords, 0 refusés." in out


@pytest.mark.parametrize("content", ["[{", '{"id": 1}', "[1, 2]", "\ud800"])
def test_a_file_that_is_none_changes_nothing(db, tmp_path, content):
    (tmp_path / "structures.json").write_text(json.dumps([STRUCTURE]))
    (tmp_path / "services.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(CommandError):
        call_command(
            "import_directory",
            f"--structures={tmp_path / 'structures.json'}",
            f"--services={tmp_path / 'services.json'}",
        )
    assert not Structure.objects.exists()


@pytest.mark.skipif(not REAL.exists(), reason="real data are not here")
def test_the_real_files_are_kept_whole(db, capsys):
    files = [f"--structures={REAL / 'sarthe_structures.json'}", f"--services={REAL / 'sarthe_services.json'}"]
    call_command("import_directory", *files)
    assert "264 ajoutés, 0 mis à jour, 0 inchangés, 0 désaccords, 0 refusés." in capsys.readouterr().out
    call_command("import_directory", *files)
    assert "0 ajoutés, 0 mis à jour, 264 inchangés, 0 désaccords, 0 refusés." in capsys.readouterr().out
