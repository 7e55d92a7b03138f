"""The page where the CCAS receives files of services: a trial, its report, the import; and takes the directory away."""

import io
import json
import stat
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from directory import tasks
from directory.exchange import running
from directory.models import Exchange, Service
from lemans_solidaire.network import uploads
from lemans_solidaire.network.models import Event, Structure
from tests.directory.test_importing import STRUCTURE, service

ADDRESS = "/annuaire/echanges/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "annuaire"


@pytest.fixture
def ccas(cast, as_user):
    return as_user(cast.ccas)


def file(name, content):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SimpleUploadedFile(f"{name}.json", content, "application/json")


def send(client, services, structures=(STRUCTURE,)):
    sent = {"services": file("services", services)}
    if structures:
        sent["structures"] = file("structures", list(structures))
    return client.post(ADDRESS, sent)


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'directory.read_exchange'")
        return cursor.fetchone()[0]


def tried(client, services, **more):
    send(client, services, **more)
    exchange = Exchange.objects.latest("pk")
    running.run(exchange.pk)
    exchange.refresh_from_db()
    return exchange


def page(client, exchange, **asked):
    return client.get(reverse("directory:exchange", args=[exchange.pk]), asked).content.decode()


def test_a_trial_then_the_import(ccas, folder, cast):
    answer = send(ccas, [service(), service(id="essai--2", frais="troc"), service(id="essai--3", structure_id="?")])
    exchange = Exchange.objects.get()
    assert answer.url == f"{ADDRESS}{exchange.pk}/"
    assert "Essai en cours" in page(ccas, exchange)
    running.run(exchange.pk)
    told = page(ccas, exchange)
    for words in (
        "3 lus",
        "2 nouveaux",
        "1 refusé",
        "1 point à vérifier",
        "mot inconnu (troc)",
        "Importer pour de bon",
    ):
        assert words in told
    assert not Service.objects.exists()
    ccas.post(f"{ADDRESS}{exchange.pk}/importer/")
    assert "Import en cours" in page(ccas, exchange)
    running.run(exchange.pk)
    assert Service.objects.count() == 2
    told = page(ccas, exchange)
    assert "Importé le" in told
    assert "Importer pour de bon" not in told
    assert not list(folder.iterdir())
    verbs = Event.objects.filter(object_type="directory.exchange", user=cast.ccas).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["exchange_received", "exchange_confirmed"]


def test_files_are_for_the_portal_alone_while_they_wait(ccas, folder):
    send(ccas, [service()])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert (len(list(folder.iterdir())), modes) == (2, {0o600})


def test_two_clicks_import_once(ccas):
    exchange = tried(ccas, [service()])
    for _ in range(2):
        ccas.post(f"{ADDRESS}{exchange.pk}/importer/")
    assert jobs() == 2  # the trial and the import
    for _ in range(2):
        running.run(exchange.pk)
    ccas.post(f"{ADDRESS}{exchange.pk}/importer/")
    running.run(exchange.pk)
    assert (Service.objects.count(), jobs()) == (1, 2)
    assert Event.objects.filter(verb="service_imported").count() == 1


def test_what_was_not_tried_is_not_imported(ccas):
    send(ccas, [service()])
    exchange = Exchange.objects.get()
    ccas.post(f"{ADDRESS}{exchange.pk}/importer/")
    assert Exchange.objects.get().state == Exchange.State.TRYING


def test_giving_up_erases_the_files(ccas, folder, django_capture_on_commit_callbacks):
    exchange = tried(ccas, [service()])
    with django_capture_on_commit_callbacks(execute=True):
        ccas.post(f"{ADDRESS}{exchange.pk}/abandonner/")
    assert not list(folder.iterdir())
    ccas.post(f"{ADDRESS}{exchange.pk}/importer/")
    assert Exchange.objects.get().state == Exchange.State.DROPPED
    assert "abandonné" in ccas.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[{"id": "1"', "s’arrête au milieu après la fiche n° 0"),
        (b"PK\x03\x04", "une archive zip"),
        (b"%PDF-1.7", "un PDF"),
        ({"a": 1}, "doit contenir une liste"),
        ([1], "doit contenir une liste de fiches"),
    ],
)
def test_what_is_no_file_of_services_is_said_and_erased(ccas, folder, content, says):
    exchange = tried(ccas, content)
    assert exchange.state == Exchange.State.FAILED
    told = page(ccas, exchange)
    assert says in told
    assert "Le fichier des services" in told
    assert "Rien n’a été changé." in told
    assert str(folder) not in told
    assert not list(folder.iterdir())
    assert not Structure.objects.filter(source_id="essai--1").exists()


@pytest.mark.parametrize(
    ("sent", "says"),
    [({}, "Choisissez le fichier"), ({"services": b""}, "est vide"), ({"structures": b"[]"}, "Choisissez")],
)
def test_nothing_chosen_or_nothing_in_it(ccas, sent, says):
    answer = ccas.post(ADDRESS, {name: file(name, content) for name, content in sent.items()})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Exchange.objects.exists()


def test_names_and_texts_are_shown_as_texts(ccas):
    script = "<script>alert(1)</script>"
    services = [service(nom=script, frais=script), service(id=script, structure_id=script)]
    ccas.post(ADDRESS, {"services": SimpleUploadedFile("<b>.json", json.dumps(services).encode()),
                        "structures": file("structures", [STRUCTURE | {"nom": script}])})  # fmt: skip
    exchange = Exchange.objects.get()
    running.run(exchange.pk)
    for told in (
        page(ccas, exchange),
        page(ccas, exchange, fichier="services", sorte="added"),
        ccas.get(ADDRESS).content.decode(),
    ):
        assert "alert(1)</script>" not in told
        assert "<b>" not in told
    assert "&lt;script&gt;" in page(ccas, exchange)


def test_long_lists_are_on_pages_of_their_own(ccas):
    exchange = tried(ccas, [service(id=f"essai--{n}", nom=f"Service {n:03}") for n in range(250)])
    told = page(ccas, exchange)
    assert "250 nouveaux" in told
    assert "Service 019" in told
    assert "Service 020" not in told
    second = page(ccas, exchange, fichier="services", sorte="added", page=2)
    assert "Service 100" in second
    assert "Page 2 sur 3" in second
    for odd in ({"fichier": "x", "sorte": "added"}, {"fichier": "services", "sorte": "x"}, {"page": "x"}):
        assert "250 nouveaux" in page(ccas, exchange, **odd)


def test_the_page_follows_the_work(ccas):
    send(ccas, [service()])
    exchange = Exchange.objects.get()
    exchange.progress = 42
    address = reverse("directory:exchange", args=[exchange.pk])
    fragment = ccas.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'value="42"' in fragment
    assert "every 1s" in fragment
    assert "<html" not in fragment
    running.run(exchange.pk)
    fragment = ccas.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Lire le compte rendu" in fragment
    assert "every 1s" not in fragment


def test_a_job_that_an_accident_stops_is_told(ccas, monkeypatch):
    send(ccas, [service()])
    exchange = Exchange.objects.get()
    monkeypatch.setattr(running, "import_files", lambda *args, **more: 1 / 0)
    for attempts in (1, 3):
        with pytest.raises(ZeroDivisionError):
            tasks.read_exchange.func(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), exchange.pk)
        exchange.refresh_from_db()
        assert exchange.state == (Exchange.State.FAILED if attempts == 3 else Exchange.State.TRYING)
    assert "Une difficulté du portail" in page(ccas, exchange)


def test_an_import_that_was_interrupted_begins_again(ccas):
    exchange = tried(ccas, [service()])
    ccas.post(f"{ADDRESS}{exchange.pk}/importer/")
    exchange.refresh_from_db()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "finish", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            running.run(exchange.pk)
    assert not Service.objects.exists()
    running.run(exchange.pk)
    assert Service.objects.count() == 1


def test_files_are_forgotten_after_a_day(ccas, folder):
    waiting, orphan = tried(ccas, [service()]), folder / "orphelin.json"
    orphan.write_text("[]")
    tasks.forget_exchanges.func(0)
    assert len(list(folder.iterdir())) == 3
    Exchange.objects.update(requested_at=timezone.now() - timedelta(days=1, minutes=1))
    tasks.forget_exchanges.func(0)
    assert list(folder.iterdir()) == [orphan]
    running.sweep(timezone.now() + timedelta(minutes=1))
    assert not list(folder.iterdir())
    assert "gardés qu’un jour" in page(ccas, waiting)


# What is heavy


@pytest.mark.parametrize("role", ["nobody", "owner", "ccas"])
def test_only_the_ccas_sends_heavy_files_and_only_there(cast, role):
    user = getattr(cast, role)
    asked = {address: RequestFactory().post(address) for address in (ADDRESS, "/annuaire/", "/nulle-part/")}
    for address, request in asked.items():
        request.user = user
        heavy = role == "ccas" and address == ADDRESS
        assert (uploads.most_bytes(request) > uploads.MAX_BYTES) == heavy


def test_a_file_past_the_limit_is_refused_with_its_word(ccas, monkeypatch, folder):
    monkeypatch.setattr(uploads, "most_bytes", lambda request: 100)
    answer = send(ccas, [service()])
    assert answer.status_code == 422
    assert "trop lourd" in answer.content.decode()
    assert not folder.exists()


# What is taken away


def test_the_ccas_takes_the_directory_away(ccas, cast):
    Service.objects.create(structure=cast.panier, name="Repas")
    answer = ccas.get(reverse("directory:export", args=["data-inclusion"]))
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == ["structures.json", "services.json"]
        assert [one["nom"] for one in json.loads(archive.read("services.json"))] == ["Repas"]
    answer = ccas.get(reverse("directory:export", args=["csv"]))
    assert b"Repas" in b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    assert ccas.get(f"{ADDRESS}telecharger/autre/").status_code == 404


def test_the_page_is_offered_to_the_ccas_alone(cast, as_user):
    for role in ("owner", "ccas"):
        told = as_user(getattr(cast, role)).get("/mon-espace/").content.decode()
        assert (ADDRESS in told) == (role == "ccas")


def test_lists_ask_as_many_questions_for_one_as_for_three(ccas, django_assert_num_queries, cast):
    counts = []
    for _ in range(2):
        for _ in range(1 + len(counts)):
            Exchange.objects.create(services_name="f", requested_by=cast.ccas)
        with django_assert_num_queries(counts[0] if counts else 5) as asked:
            ccas.get(ADDRESS)
        counts.append(len(asked))


def test_files_lie_under_the_folder_of_uploads():
    assert Path(Exchange._meta.get_field("services").generate_filename(None, "../../x.json")).parent == Path("annuaire")
