import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lemans_solidaire.network.importing import import_structures
from lemans_solidaire.network.models import Event, Structure

REAL = Path(__file__).resolve().parents[2].parent / "shared/data/annuaire/sarthe_structures.json"

SOUND = {
    "id": "essai--1",
    "nom": "CCAS de  Villefictive",
    "siret": "35600000022458",
    "telephone": "02 43 00 00 99",
    "courriel": "ccas@villefictive.test",
    "site_web": "https://villefictive.test",
    "commune": "Villefictive",
    "code_postal": "72999",
    "adresse": "1\u00a0place de la Mairie",
    "complement_adresse": "2e étage",
}


def test_a_sound_record_is_loaded_whole(db):
    report = import_structures([SOUND])
    structure = Structure.objects.get()
    assert (report.added, report.remarks) == (1, [])
    assert (structure.name, structure.kind) == ("CCAS de Villefictive", "ccas")
    assert structure.address == "1 place de la Mairie, 2e étage"
    assert Event.objects.about(structure).get().actor == Event.Actor.JOB


def test_importing_again_leaves_corrections_alone(db):
    import_structures([SOUND])
    Structure.objects.update(name="Corrigé à la main")
    assert import_structures([SOUND]).known == 1
    assert Structure.objects.get().name == "Corrigé à la main"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"siret": "123"}, "123"),
        ({"siret": 12345678901234}, "12345678901234"),
        ({"courriel": "pas une adresse"}, "pas une adresse"),
        ({"site_web": "javascript:alert(1)"}, "javascript"),
        ({"nom": None}, "pas de nom"),
        ({"nom": "N" * 300}, "trop long"),
        ({"code_postal": "72000 CEDEX"}, "CEDEX"),
        ({"adresse": "A" * 400}, "trop long"),
    ],
)
def test_an_odd_record_is_told_and_not_lost(db, change, says):
    report = import_structures([SOUND | change])
    assert report.added == 1
    assert any(says in remark for _, remark in report.remarks)
    assert says in Structure.objects.get().to_check


def test_repeated_and_missing_identifiers_lose_nothing(db):
    without = {key: value for key, value in SOUND.items() if key != "id"}
    report = import_structures([SOUND, SOUND | {"nom": "Autre"}, without, without | {"nom": "Encore"}])
    assert report.added == Structure.objects.count() == 4
    assert import_structures([SOUND, SOUND | {"nom": "Autre"}, without]).known == 3


def test_a_shared_siret_is_told(db):
    report = import_structures([SOUND, SOUND | {"id": "essai--2", "nom": "Annexe"}])
    assert len(report.remarks) == 2


@pytest.mark.parametrize("content", ["", "{}", "[1]", "[", '"texte"'])
def test_a_file_that_is_something_else_is_refused_in_french(db, tmp_path, content):
    file = tmp_path / "f.json"
    file.write_text(content)
    with pytest.raises(CommandError, match="JSON|liste"):
        call_command("import_structures", file)


def test_a_missing_or_binary_file_is_refused_in_french(db, tmp_path):
    with pytest.raises(CommandError, match="ne s’ouvre pas"):
        call_command("import_structures", tmp_path / "absent.json")
    (tmp_path / "binaire").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="JSON lisible"):
        call_command("import_structures", tmp_path / "binaire")


@pytest.mark.skipif(not REAL.exists(), reason="the real data is not beside this checkout")
def test_the_real_structures_of_sarthe_all_load(db):
    records = json.loads(REAL.read_text())
    report = import_structures(records)
    assert report.added == Structure.objects.count() == len(records) == 130
