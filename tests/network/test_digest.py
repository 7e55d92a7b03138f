"""The daily mail: what is new, once; stopped without signing in; and nobody of a dossier in it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from lemans_solidaire.network.mail.digest import AT_MOST, point_of, signer
from lemans_solidaire.network.mail.jobs import send_digest, send_digests
from lemans_solidaire.network.models import Digest, UnsentMail
from lemans_solidaire.network.registry import Awaited, awaiting
from tests.consent.people import ask_for_file, make_dossier, open_the_part
from tests.network.meetings import make_group, make_meeting
from tests.network.people import second_administrator
from tests.processes import running_worker, wait_until
from tests.smtp import words_of

MORNING = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)  # a Wednesday, 6.30 in Le Mans
MONDAY = MORNING - timedelta(days=2)


@pytest.fixture
def at(monkeypatch):
    def at(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    at(MORNING)
    return at


@pytest.fixture
def awaited(monkeypatch):
    """What awaits, as the only app would say."""
    items = []
    monkeypatch.setattr(awaiting, "providers", [lambda user: list(items)])
    return items


def came(user, when=MORNING - timedelta(days=1)):
    user.last_login = when
    user.save()
    return user


def told(user):
    """The mail that this account gets now, or None."""
    before = len(django_mail.outbox)
    send_digest(user_id=user.pk)
    return django_mail.outbox[before].body if len(django_mail.outbox) > before else None


def test_what_awaits_is_told_once(cast, at, awaited):
    awaited.append(Awaited("Remplir la fiche", "/x/", "Le Panier"))
    assert "Remplir la fiche (Le Panier)" in told(came(cast.owner))
    assert told(cast.owner) is None  # run twice
    at(MORNING + timedelta(days=1))
    assert told(cast.owner) is None
    awaited.append(Awaited("Répondre", "/y/", "Le Panier"))
    second = told(cast.owner)
    assert "Répondre" in second
    assert "Remplir" not in second
    assert "Une autre chose dont nous vous avons déjà parlé" in second


def test_what_is_due_is_told_again_before_its_day(cast, at, awaited):
    due = (MORNING + timedelta(days=20)).date()
    awaited.append(Awaited("Remplir la fiche", "/x/", due=due))
    days = []
    came(cast.owner)
    for day in range(24):
        at(MORNING + timedelta(days=day))
        if told(cast.owner):
            days.append(day)
    assert days == [0, 7, 14, 17]  # each week, then three days before


def test_without_a_day_it_is_told_again_a_month_later(cast, at, awaited):
    awaited.append(Awaited("Lire la charte", "/x/"))
    came(cast.owner)
    days = [day for day in range(35) if at(MORNING + timedelta(days=day)) or told(cast.owner)]
    assert days == [0, 30]


def test_more_of_the_same_is_new_and_less_is_not(cast, at, awaited):
    came(cast.ccas)
    for day, count, is_told in ((0, 4, True), (1, 3, False), (2, 6, True), (3, 6, False)):
        at(MORNING + timedelta(days=day))
        awaited[:] = [Awaited(f"Relire {count} fiches", "/x/")]
        assert bool(told(cast.ccas)) is is_told, day


def test_what_was_not_shown_is_not_counted_as_told(cast, at, awaited):
    awaited += [Awaited(f"Chose {letter}", f"/{letter}/") for letter in "abcdefghij"]
    assert told(came(cast.owner)).count("Chose") == AT_MOST
    at(MORNING + timedelta(days=1))
    assert told(cast.owner).count("Chose") == 2


def test_its_words_are_not_kept(cast, at, awaited):
    awaited.append(Awaited("Remplir la fiche", "/x/", "Le Panier"))
    assert told(came(cast.owner))
    assert "Panier" not in str(Digest.objects.get().told)


def test_what_is_new_is_told_to_others_and_once(cast):
    second_administrator()
    now = timezone.now()
    for user in (cast.owner, cast.ccas, cast.nobody):
        came(user, now - timedelta(days=1))
    Digest.objects.create(user=cast.owner, told={})
    make_meeting(cast, make_group(cast), title="Préparer l’hiver")
    assert "Une rencontre est prévue (Préparer l’hiver, le " in told(cast.owner)
    assert told(cast.ccas) is None  # they made it themselves
    assert told(cast.nobody) is None  # and who has no structure is told nothing of the network
    Digest.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    assert point_of(cast.owner, Digest.objects.get(user=cast.owner)).news
    Digest.objects.update(sent_at=timezone.now())
    assert not point_of(cast.owner, Digest.objects.get(user=cast.owner)).news


def test_half_past_six_in_le_mans_winter_and_summer(cast, at):
    came(cast.owner)
    summer = datetime(2026, 7, 1, 4, 30, tzinfo=UTC)
    for moment, is_time in ((MORNING, True), (MORNING - timedelta(hours=1), False), (summer, True)):
        before = jobs().count()
        send_digests(timestamp=int(moment.timestamp()))
        assert (jobs().count() > before) is is_time, moment


def jobs():
    return ProcrastinateJob.objects.filter(task_name="network.send_digest")


def written_to(moment):
    before = set(jobs().values_list("pk", flat=True))
    send_digests(timestamp=int(moment.timestamp()))
    return {job.args["user_id"] for job in jobs() if job.pk not in before}


def test_to_whom(cast, at):
    """Accounts that are open and came once; each at the rhythm that it chose."""
    for user in (cast.owner, cast.teammate, cast.stranger, cast.ccas):
        came(user)
    Digest.objects.create(user=cast.teammate, rhythm="weekly")
    Digest.objects.create(user=cast.stranger, rhythm="never")
    cast.ccas.is_active = False
    cast.ccas.save()
    assert written_to(MORNING) == {cast.owner.pk}
    at(MONDAY)
    assert written_to(MONDAY) == {cast.owner.pk, cast.teammate.pk}


def test_it_is_stopped_without_signing_in(cast, client, at, awaited):
    awaited.append(Awaited("Remplir la fiche", "/x/"))
    told(came(cast.owner))
    message = django_mail.outbox[-1]
    url = urlsplit(message.extra_headers["List-Unsubscribe"].strip("<>")).path
    assert url in message.body
    assert client.get(url).status_code == 200
    assert Digest.objects.get().rhythm == "daily"  # a program that follows links stops nothing
    assert client.post(url, {"rhythm": "weekly"}).status_code == 200
    assert Digest.objects.get().rhythm == "weekly"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    from_a_mail_program = Client(enforce_csrf_checks=True)
    assert from_a_mail_program.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Digest.objects.get().rhythm == "never"
    at(MORNING + timedelta(days=8))
    assert told(cast.owner) is None


def test_a_made_up_link_does_nothing(cast, client):
    token = signer.sign(cast.owner.pk)
    for made_up in (token[:-1], f"{cast.stranger.pk}{token[1:]}", "x"):
        assert client.post(reverse("mail:stop", args=[made_up])).status_code == 404
    assert not Digest.objects.exists()


def test_one_chooses_from_one_s_account(cast, as_user):
    client, url = as_user(cast.owner), reverse("mail_rhythm")
    assert "checked" in client.get(url).content.decode()
    assert not Digest.objects.exists()
    assert client.post(url, {"rhythm": "weekly"}).status_code == 302
    assert Digest.objects.get(user=cast.owner).rhythm == "weekly"
    assert "Choisissez une ligne" in client.post(url, {"rhythm": "parfois"}).content.decode()


def test_nobody_of_a_dossier_is_named(fresh_database, cast):
    open_the_part(cast)
    came(cast.owner, timezone.now() - timedelta(days=1))
    make_dossier(cast.owner, cast.panier, called="Zébulon")
    ask_for_file(cast.panier, called="Zébulon")
    body = told(cast.owner)
    assert "1 demande de dossier attend sa réponse (Le Panier d’essai)" in body
    assert "Zébulon" not in body


def test_it_costs_the_same_with_one_and_with_three(cast):
    came(cast.stranger, timezone.now() - timedelta(days=1))

    def count():
        Digest.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            send_digest(user_id=cast.stranger.pk)
        return len(queries)

    make_meeting(cast, make_group(cast))
    one = count()
    for name in ("Dormir", "Se soigner"):
        make_meeting(cast, make_group(cast, name))
    assert count() == one <= 36
    assert django_mail.outbox[-1].body.count("Une rencontre est prévue") == 3


def test_it_leaves_by_a_real_server_and_is_told_when_it_cannot(fresh_database, cast, smtp):
    came(cast.owner, timezone.now() - timedelta(days=1))
    smtp.go_away()
    send_digest.defer(user_id=cast.owner.pk)
    with running_worker(fresh_database):
        wait_until(UnsentMail.objects.exists)
        assert Digest.objects.get().sent_at is None
        smtp.come_back()
        wait_until(lambda: smtp.messages)
        wait_until(lambda: Digest.objects.get().sent_at)
    [message] = smtp.to(cast.owner.email)
    assert "Remplir la fiche d’indicateurs 2025" in words_of(message)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
