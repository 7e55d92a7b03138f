"""Services published in the data·inclusion format, as they come: incomplete, repeated, wrong."""

import json

import pytest
from django.core.management import CommandError, call_command

from directory.importing import import_files, import_services
from directory.models import Service
from directory.search.answers import search
from directory.search.asking import Asked
from lemans_solidaire.network.importing import Records, UnreadableFile
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


def read_file(tmp_path, content):
    """import_files on these bytes, the structure being known."""
    path = tmp_path / "services.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return import_files(Records(path))[1]


# What is corrected here


def test_local_corrections_survive_an_unchanged_file_however_often(structure):
    import_services([service(adresse="1 rue des Essais", latitude=48.0, longitude=0.2)])
    corrected = {"name": "Repas", "themes": [], "fees": "payant", "address": "", "latitude": None, "updated_on": None}
    Service.objects.update(**corrected)
    for _ in range(2):
        report = import_services([service(adresse="1 rue des Essais", latitude=48.0, longitude=0.2)])
        assert (report.same, told(report)) == (1, [])
    assert Service.objects.filter(**corrected).exists()


def test_a_correction_that_the_file_took_over_stays_ours(structure):
    """The file says what was corrected here, then goes back: what is here is not undone."""
    import_services([service()])
    Service.objects.update(phone="02 43 99 99 99")
    assert told(import_services([service(telephone="02 43 99 99 99")])) == []
    import_services([service()])
    assert Service.objects.get().phone == "02 43 99 99 99"


def test_a_service_moved_here_to_another_structure_stays_there(structure):
    other, third = (Structure.objects.create(name=name, source_id=f"essai--{name}") for name in ("Autre", "Tiers"))
    import_services([service()])
    Service.objects.update(structure=other)
    assert told(import_services([service()])) == []
    (sentence,) = told(import_services([service(structure_id="essai--Tiers")]))
    assert "autre structure" in sentence
    assert told(import_services([service(structure_id="essai--Tiers")])) == []  # said once
    assert Service.objects.get().structure == other
    Service.objects.update(structure=third)
    import_services([service()])
    assert Service.objects.get().structure == structure


def test_a_file_silent_about_a_confidential_place_erases_nothing(structure):
    import_services([service(adresse="1 rue Secrète", zone_eligibilite=["72181"])])
    Service.objects.update(is_address_hidden=True)
    report = import_services([service(commune=None)])
    assert (report.same, told(report)) == (1, [])
    kept = Service.objects.get()
    assert (kept.address, kept.city, kept.zone) == ("1 rue Secrète", "Le Mans", ["72181"])


def test_what_was_written_here_is_changed_by_no_file(structure):
    own = Service.objects.create(structure=structure, name="Repas du soir", phone="02 43 99 99 99")
    coming = service(id=f"le-mans-solidaire--{own.pk}", source="le-mans-solidaire", courriel="a@example.org")
    assert (import_services([coming]).changed, Service.objects.count()) == (0, 1)
    own.refresh_from_db()
    assert (own.phone, own.email, own.source, own.source_id) == ("02 43 99 99 99", "", "", "")
    assert "Gardé ici." in own.to_check


def test_the_number_of_another_service_is_not_its_own(structure):
    """A file of another portal like this one, whose services have the same numbers."""
    own = Service.objects.create(structure=structure, name="Douches")
    report = import_services([service(id=f"le-mans-solidaire--{own.pk}")])
    assert report.added == 1
    assert "un autre nom" in Service.objects.exclude(pk=own.pk).get().to_check


# A trial


def test_a_trial_says_everything_and_writes_nothing(structure, tmp_path, capsys):
    import_services([service(), service(id="essai--1-2"), service(id="essai--1-3")])
    Service.objects.filter(source_id="essai--1-3").update(phone="02 43 99 99 99")
    before = list(Service.objects.order_by("pk").values()), Event.objects.count(), Structure.objects.count()
    structures = [STRUCTURE, {"id": "essai--2", "nom": "La Nouvelle"}]
    services = [
        service(),
        service(id="essai--1-2", frais="payant"),
        service(id="essai--1-3", telephone="02 43 11 11 11"),
        service(id="essai--1-4", nom="Douches", frais="troc"),
        service(id="essai--2-1", structure_id="essai--2"),
        service(id="essai--3-1", structure_id="essai--3"),
        service(nom=None),
    ]
    for name, content in (("structures", structures), ("services", services)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    files = [f"--{name}={tmp_path / name}.json" for name in ("structures", "services")]
    call_command("import_directory", *files, "--dry-run")
    out = capsys.readouterr().out
    assert before == (list(Service.objects.order_by("pk").values()), Event.objects.count(), Structure.objects.count())
    for words in (
        "nouveau · La Nouvelle",
        "mis à jour · Repas du soir\u202f: frais.",
        "désaccord · Repas du soir",
        "nouveau · Douches",
        "mot inconnu (troc)",
        "refusé · n°\u202f6 (essai--3-1)\u202f: sa structure (essai--3) n’est pas dans l’annuaire.",
        "refusé · n°\u202f7 (essai--1-1)\u202f: il n’a pas de nom.",
        "7 services lus\u202f: 2 ajoutés, 1 mis à jour, 2 inchangés, 1 désaccords, 2 refusés.",
        "Rien n’a été écrit",
    ):
        assert words in out
    call_command("import_directory", *files)
    assert "7 services lus\u202f: 2 ajoutés, 1 mis à jour, 2 inchangés, 1 désaccords" in capsys.readouterr().out


# Files that are not what they should be


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "il est vide"),
        (b" \n ", "il est vide"),
        (b"PK\x03\x04zip", "c’est une archive zip"),
        (b"%PDF-1.7", "c’est un PDF"),
        ("[]".encode("utf-16"), "c’est un texte en UTF-16"),
        (b'{"item": [{}]}', "doit contenir une liste"),
        (b'"une phrase"', "doit contenir une liste"),
        (b"12", "doit contenir une liste"),
        (b"[1, 2]", "doit contenir une liste de fiches"),
        (b"[[]]", "doit contenir une liste de fiches"),
        (b"[{}] et la suite", "se casse après la fiche n° 1"),
        (b'[{"nom": NaN}]', "se casse"),
        (b'[{"nom": "\xff"}]', "se casse"),
        (b'[{"nombre_semaines": ' + b"9" * 5000 + b"}]", "se casse"),
        (b"[" * 200 + b"]" * 200, "se casse"),
        (b'[{"nom": ' + b"[" * 100_000, "se casse"),
    ],
)
def test_what_is_no_list_of_records_says_what_it_is(structure, tmp_path, content, says):
    with pytest.raises(UnreadableFile, match=says):
        read_file(tmp_path, content)
    assert not Service.objects.exists()


def test_a_file_that_stops_in_the_middle_changes_nothing_and_says_where(structure, tmp_path):
    import_services([service()])
    content = json.dumps([service(id=f"essai--1-{n}", frais="payant") for n in range(2500)]).encode()
    with pytest.raises(
        UnreadableFile, match=r"s’arrête au milieu après la fiche n° 1\d\d\d, .* avant l’octet \d+\u202f\d+"
    ):
        read_file(tmp_path, content[: len(content) // 2])
    assert Service.objects.get().fees == "gratuit"
    assert Event.objects.filter(verb__startswith="service_import").count() == 1


def test_one_record_that_never_ends_is_refused(structure, tmp_path):
    with pytest.raises(UnreadableFile, match="plus de 8\u202fMo"):
        read_file(tmp_path, b'[{"nom": "' + b"a" * 9_000_000)


def test_a_mark_of_utf8_is_nothing(structure, tmp_path):
    assert read_file(tmp_path, b"\xef\xbb\xbf" + json.dumps([service()]).encode()).added == 1


HOSTILE = [
    None,
    True,
    12,
    -1.5,
    2**62,
    "",
    "x",
    "\0",
    "\ud800",
    "<script>alert(1)</script>",
    [],
    [[]],
    {},
    {"a": [1]},
    "9" * 400,
]
DEEP = json.loads("[" * 60 + "]" * 60)


@pytest.mark.parametrize("value", [*HOSTILE, DEEP, ["x", None, 3, {}]], ids=str)
def test_whatever_its_fields_hold_a_record_is_kept_or_refused(structure, tmp_path, value):
    """Each field in turn, then all of them at once."""
    fields = [*service(), "adresse", "longitude", "latitude", "horaires_accueil"]
    fields += ["zone_eligibilite", "nombre_semaines", "volume_horaire_hebdomadaire", "lien_source", "code_postal"]
    records = [service(id=f"essai--{name}") | {name: value} for name in fields] + [dict.fromkeys(fields, value)]
    report = read_file(tmp_path, records)
    assert report.added + report.counts["rejected"] == len(records)
    assert Service.objects.count() == report.added >= len(fields) - 3


def test_a_very_long_text_is_cut_and_said(structure, tmp_path):
    long = "a" * 1_000_000
    report = read_file(tmp_path, [service(nom=long), service(id="2", conditions_acces=long), service(id="3", id_=long)])
    assert report.added == 3
    assert [sentence for sentence in told(report) if "trop long" in sentence]
    assert max(len(one.name + one.conditions + one.to_check) for one in Service.objects.all()) < 12_000
    assert report.same == 0
    assert read_file(tmp_path, [service(nom=long)]).same == 1


def test_hours_that_cannot_be_are_kept_as_written_and_said(structure):
    report = import_services([service(horaires_accueil="Mo 25:99-77:00")])
    assert "ne se lit pas\u202f: gardé comme il est écrit" in told(report)[0]
    assert Service.objects.get().hours == "Mo 25:99-77:00"
    assert told(import_services([service(id="2", horaires_accueil="Mo-Fr 08:30-12:30")])) == []


def test_a_large_file_asks_few_questions(structure, django_assert_max_num_queries):
    records = [service(id=f"essai--1-{n}") for n in range(2000)]
    with django_assert_max_num_queries(2 * 6 + 4):  # for each batch: structures (2), known, hidden, two writings
        import_services(records)
    with django_assert_max_num_queries(2 * 4 + 4):
        assert import_services(records).same == 2000


@pytest.mark.skipif(not REAL.exists(), reason="real data are not here")
def test_the_real_files_are_kept_whole(db, capsys):
    files = [f"--structures={REAL / 'sarthe_structures.json'}", f"--services={REAL / 'sarthe_services.json'}"]
    call_command("import_directory", *files)
    assert "264 ajoutés, 0 mis à jour, 0 inchangés, 0 désaccords, 0 refusés." in capsys.readouterr().out
    call_command("import_directory", *files)
    assert "0 ajoutés, 0 mis à jour, 264 inchangés, 0 désaccords, 0 refusés." in capsys.readouterr().out
