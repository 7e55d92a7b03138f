"""« L’état du portail »: what it says of tasks, mails, backups and checks; none of it hides the rest when it fails."""

import html
import re
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from consent import checks as consent_checks
from consent import kept
from lemans_solidaire.network import registry
from lemans_solidaire.network.management.commands import backup
from lemans_solidaire.network.models import Event, Upkeep
from lemans_solidaire.network.registry import Check, Level
from lemans_solidaire.network.state import checks, jobs
from lemans_solidaire.network.state.checking import all_checks, check, look, state_awaiting

STATE = "/gestion/etat/"


def text(response):
    return html.unescape(response.content.decode())


def told(provider):
    (one,) = provider()
    return one


def make_job(status="failed", name="network.send_invitation", age=timedelta(hours=1), **columns):
    job = app.configure_task(name).defer(**columns)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job])
        cursor.execute("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", [timezone.now() - age, job])
    return ProcrastinateJob.objects.get(pk=job)


def gesture(client, job, geste):
    return client.post(reverse("admin:state_job", args=[job.pk]), {"geste": geste}, follow=True)


def test_every_task_has_its_words():
    names = {name for name in app.tasks if "procrastinate" not in name and not name.startswith("builtin")}
    assert len(names) > 10
    assert names - set(registry.jobs) == set()


def test_the_page_says_how_it_goes_and_no_secret(cast, as_user, settings):
    page = text(as_user(cast.ccas).get(STATE))
    for words in ("La place sur le disque", "La dernière sauvegarde", "Le journal des dossiers", "PostgreSQL", "bon"):
        assert words in page
    assert settings.SECRET_KEY not in page
    assert str(settings.VAR_DIR) not in page
    assert settings.DATABASES["default"]["PASSWORD"] not in page
    assert not re.search(r"\b(True|False|None)\b", page)


@pytest.mark.parametrize("failing", ["backup", "database_size", "last_seal"])
def test_one_that_fails_hides_none_of_the_others(cast, as_user, monkeypatch, failing):
    def fails():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM no_such_table")

    provider = next(one for one in registry.checks.providers if one.__name__ == failing)
    count = len(registry.checks.ask())
    fails.label, fails.is_awaited = provider.label, provider.is_awaited
    others = [fails if one is provider else one for one in registry.checks.providers]
    monkeypatch.setattr(registry.checks, "providers", others)
    found = all_checks()
    assert len(found) == count
    assert next(one for one in found if one.label == provider.label).level == Level.LOOK
    page = as_user(cast.ccas).get(STATE)
    assert page.status_code == 200
    assert "n’a pas pu le regarder" in text(page)


def test_a_question_that_lasts_is_given_up(db, monkeypatch):
    monkeypatch.setattr("lemans_solidaire.network.state.checking.PATIENCE", "50ms")
    monkeypatch.setattr(registry.checks, "providers", [])

    @check("Long")
    def long():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
        yield Check("Long", Level.GOOD, "Jamais dit.")

    assert [one.level for one in all_checks()] == [Level.LOOK]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)


# Tasks.


def test_a_task_given_up_is_done_again(cast, as_user):
    job, client = make_job(invitation_id=1), as_user(cast.ccas)
    page = text(client.get(STATE))
    assert "Courriel d’invitation à une rencontre" in page
    assert "invitation_id" not in page
    assert "C’est relancé" in text(gesture(client, job, "relancer"))
    assert ProcrastinateJob.objects.get(pk=job.pk).status == "todo"
    assert Event.objects.get(verb="job_done_again").user == cast.ccas
    assert "n’est plus là" in text(gesture(client, job, "relancer"))


def test_a_task_of_no_use_any_more_is_given_up(cast, as_user):
    job, client = make_job(invitation_id=1), as_user(cast.ccas)
    assert "C’est abandonné" in text(gesture(client, job, "abandonner"))
    assert ProcrastinateJob.objects.get(pk=job.pk).status == "cancelled"
    assert not jobs.failed().exists()
    assert Event.objects.get(verb="job_given_up").changes == {"task": "network.send_invitation"}


def test_two_who_press_at_once_decide_once(cast):
    job = make_job(invitation_id=1)
    assert jobs.do_again(job=job, by=cast.ccas)
    assert not jobs.do_again(job=job, by=cast.ccas)
    jobs.give_up(job=job, by=cast.ccas)
    assert ProcrastinateJob.objects.get(pk=job.pk).status == "todo"
    assert Event.objects.filter(verb__in=["job_done_again", "job_given_up"]).count() == 1


def test_any_other_gesture_is_none(cast, as_user):
    job = make_job(invitation_id=1)
    assert gesture(as_user(cast.ccas), job, "effacer").status_code == 404
    assert as_user(cast.ccas).get(reverse("admin:state_job", args=[job.pk])).status_code == 405


def test_what_comes_back_by_itself_and_went_well_since_is_no_matter(db):
    make_job(name="consent.seal", timestamp=1)
    assert jobs.failed().exists()
    make_job("succeeded", name="consent.seal", timestamp=2)
    assert not jobs.failed().exists()


def test_a_task_that_waits_long_has_nobody_to_do_it(db):
    make_job("todo", age=timedelta(minutes=1), invitation_id=1)
    assert told(checks.jobs_waiting).level == Level.GOOD
    make_job("todo", age=timedelta(minutes=20), invitation_id=2)
    assert told(checks.jobs_waiting).level == Level.DO
    assert [(line["words"], line["count"]) for line in jobs.waiting_told()] == [
        ("Courriel d’invitation à une rencontre", 2)
    ]


def test_one_that_was_to_be_tried_later_is_counted_once_and_waits_since_then(db):
    job = make_job("doing", age=timedelta(hours=1), invitation_id=1)
    app.job_manager.retry_job_by_id(job.pk, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour' WHERE job_id = %s", [job.pk])
    assert told(checks.jobs_waiting).words == "1 tâche attend son tour."
    assert [line["count"] for line in jobs.waiting_told()] == [1]
    ProcrastinateJob.objects.filter(pk=job.pk).update(scheduled_at=timezone.now() - timedelta(minutes=20))
    assert told(checks.jobs_waiting).level == Level.DO


def test_the_worker_is_seen_by_its_lock(db):
    assert told(checks.worker).level == Level.DO
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [jobs.ONE_WORKER])
    assert told(checks.worker).level == Level.GOOD


def test_more_tasks_ask_no_more_of_the_database(cast, as_user):
    client = as_user(cast.ccas)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(STATE)
        return len(seen)

    make_job(invitation_id=1)
    before = queries()
    for number in range(3):
        make_job(invitation_id=number)
    assert queries() == before


# Backups, disk, checks.


def test_the_age_of_the_last_backup(db, settings):
    settings.PRODUCTION = True
    assert told(checks.backup).level == Level.DO
    Upkeep.note(Upkeep.Kind.BACKUP, detail="Dans le dossier « nuit ».")
    assert told(checks.backup).level == Level.GOOD
    assert "« nuit »" in told(checks.backup).words
    Upkeep.objects.update(at=timezone.now() - timedelta(days=3))
    assert told(checks.backup).level == Level.LOOK
    Upkeep.objects.update(at=timezone.now() - timedelta(days=8))
    assert told(checks.backup).level == Level.DO


def test_a_backup_says_its_name_not_its_address_and_whether_it_is_apart(db, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    folder = tmp_path / "secret" / "2026-11-26"
    folder.mkdir(parents=True)
    backup.note_that_it_was_made(folder)
    last = Upkeep.last(Upkeep.Kind.BACKUP)
    assert "2026-11-26" in last.detail
    assert "secret" not in last.detail
    assert not last.went_well
    assert "même disque" in last.detail


@pytest.mark.parametrize(("free", "level"), [(50, Level.GOOD), (10, Level.LOOK), (2, Level.DO)])
def test_the_room_left(monkeypatch, free, level):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100 * 10**9, 0, free * 10**9))
    assert told(checks.room).level == level
    assert f"{free}\u202fGo sur 100\u202fGo" in told(checks.room).words


def test_the_log_is_verified_and_it_is_said(db, monkeypatch):
    call_command("verify_access_log", verbosity=0)
    assert told(consent_checks.verification).level == Level.GOOD
    monkeypatch.setattr(kept, "rows", lambda name, *_: [{"what": "ligne", "which": "3"}])
    with pytest.raises(CommandError, match="Rompu"):
        call_command("verify_access_log")
    assert told(consent_checks.verification).level == Level.DO


# Mails, and what the CCAS is told in its own space.


def test_a_trial_mail_leaves(cast, as_user):
    page = as_user(cast.ccas).post(reverse("admin:state_mail"), follow=True)
    assert mail.outbox[0].to == [cast.ccas.email]
    assert "est parti vers" in text(page)
    assert told(checks.mails).level == Level.GOOD


def test_a_trial_mail_that_does_not_leave_says_so(cast, as_user, monkeypatch):
    def refuses(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
    page = as_user(cast.ccas).post(reverse("admin:state_mail"), follow=True)
    assert "n’est pas parti" in text(page)
    assert told(checks.mails).level == Level.DO


def test_the_ccas_is_told_when_something_is_to_be_done_and_nobody_else(cast):
    assert not list(state_awaiting(cast.ccas))
    look()
    assert not list(state_awaiting(cast.ccas))
    make_job(invitation_id=1)
    look()
    (one,) = state_awaiting(cast.ccas)
    assert (one.detail, one.url) == ("Les tâches abandonnées", STATE)
    assert not list(state_awaiting(cast.owner))


def test_a_worker_that_looks_no_more_is_told(cast):
    look()
    Upkeep.objects.update(at=timezone.now() - timedelta(hours=2))
    (one,) = state_awaiting(cast.ccas)
    assert one.detail == "Le travail de fond est arrêté"
    with connection.cursor() as cursor:  # one that has just come back looks within a quarter of an hour
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [jobs.ONE_WORKER])
    assert not list(state_awaiting(cast.ccas))


def test_what_it_costs_to_know(cast, django_assert_num_queries):
    look()
    with django_assert_num_queries(1):
        list(state_awaiting(cast.ccas))
