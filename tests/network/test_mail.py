"""A mail's words, said in text and in HTML; and what happens to one that does not leave."""

import re
from html import unescape

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from procrastinate.contrib.django.models import ProcrastinateJob

from indicators.models import Reminder
from indicators.tasks import send_reminder
from lemans_solidaire.network.mail import PATIENT, from_text
from lemans_solidaire.network.mail.jobs import forget_unsent, send_account_notice
from lemans_solidaire.network.mail.layout import parts_of
from lemans_solidaire.network.models import AccountLife, UnsentMail, User
from lemans_solidaire.network.people.over_time.accounts import erase
from lemans_solidaire.network.state.jobs import failed
from lemans_solidaire.network.tasks import send_account_mail
from tests.cast import PASSWORD
from tests.processes import running_worker, wait_until
from tests.smtp import words_of

TEXT = """Bonjour,

Deux choses vous attendent :
- la fiche de <b>Léa & Cie</b>
- la charte, à lire sur https://exemple.test/a?b=1&c=2.

Remplir la fiche\u202f: http://127.0.0.1:8000/indicateurs/

Le Mans Solidaire"""


def html_of(message):
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return html


def words(text):
    return re.findall(r"\w+", text)


def test_the_html_says_the_same_words():
    html = html_of(from_text("Objet", TEXT, ["a@essai.test"]))
    body = html.split("<body>")[1]
    told = words(unescape(strip_tags(body.replace("<br>", " "))))
    for word in set(words(TEXT)) - {"http", "https"}:
        assert word in told, word
    assert "<b>" not in body
    assert "&lt;b&gt;Léa &amp; Cie&lt;/b&gt;" in body
    assert body.count("<li>") == 2
    assert '<a href="https://exemple.test/a?b=1&amp;c=2">' in body


def test_a_button_leads_to_the_portal_only():
    [button] = [part for part in parts_of(TEXT) if part.kind == "button"]
    assert (button.words, button.url) == ("Remplir la fiche", "http://127.0.0.1:8000/indicateurs/")
    elsewhere = ["Payez ici : https://ailleurs.test/", "Payez : http://127.0.0.1:8000.ailleurs.test/"]
    for text in elsewhere:
        assert [part.kind for part in parts_of(text)] == ["paragraph"]


def test_nothing_comes_from_elsewhere_and_the_language_is_told():
    html = html_of(from_text("Objet", TEXT, ["a@essai.test"]))
    assert not re.search(r"<img|<link|<script|url\(|@import", html)
    assert '<html lang="fr">' in html
    assert "prefers-color-scheme: dark" in html


def test_a_mail_says_that_a_machine_wrote_it(smtp):
    from_text("Objet", TEXT, ["a@essai.test"]).send()
    [message] = smtp.messages
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@127.0.0.1>")
    assert message["Date"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.fixture
def reminder(cast):
    cast.panier.email = "panier@essai.test"
    cast.panier.save()
    return Reminder.objects.create(campaign=cast.campaign, structure=cast.panier, asked_by=cast.ccas)


def send(reminder):
    send_reminder(reminder_id=reminder.pk)


def test_each_address_has_a_mail_of_its_own(smtp, reminder):
    send(reminder)
    assert sorted(message["To"] for message in smtp.messages) == ["owner@essai.test", "panier@essai.test"]
    assert len({message["Message-ID"] for message in smtp.messages}) == 2
    assert not UnsentMail.objects.exists()


@pytest.mark.parametrize("is_there", [True, False])
def test_an_answer_goes_to_whoever_asked_while_somebody_reads_there(cast, smtp, reminder, is_there):
    User.objects.filter(pk=cast.ccas.pk).update(is_active=is_there)
    send(reminder)
    assert {message["Reply-To"] for message in smtp.messages} == {cast.ccas.email if is_there else None}


def test_one_address_refused_is_told_and_the_others_reached(smtp, reminder):
    smtp.refuse("panier@essai.test")
    send(reminder)
    assert [message["To"] for message in smtp.messages] == ["owner@essai.test"]
    reminder.refresh_from_db()
    assert reminder.sent_at
    row = UnsentMail.objects.get()
    assert (row.to, row.reached) == (["panier@essai.test"], ["owner@essai.test"])
    assert "n’existe pas" in row.problem
    assert row.has_given_up


def test_nobody_reached_is_not_sent(smtp, reminder):
    smtp.refuse("panier@essai.test", "owner@essai.test")
    send(reminder)
    reminder.refresh_from_db()
    assert (reminder.sent_at, "n’existe pas" in reminder.problem) == (None, True)


def test_a_server_away_is_tried_again(smtp, reminder):
    smtp.go_away()
    with pytest.raises(OSError):  # noqa: PT011  whatever the system calls it
        send(reminder)
    assert UnsentMail.objects.get().problem == "Le serveur de courriel ne répond pas."
    reminder.refresh_from_db()
    assert reminder.sent_at is None


@pytest.mark.parametrize("role", ["ccas"])
def test_the_ccas_reads_what_did_not_leave(cast, as_user, smtp, reminder, role):
    smtp.refuse("panier@essai.test")
    send(reminder)
    page = as_user(getattr(cast, role)).get(reverse("mail:unsent")).content.decode()
    assert "panier@essai.test" in page
    assert "votre fiche 2025" in page
    assert reverse("admin:network_structure_change", args=[cast.panier.pk]) in page


def test_one_refused_while_others_were_reached_is_written_to_again(fresh_database, cast, as_user, reminder, smtp):
    """The reminder has left, for the others: that does not stop it for the one whose address was mended."""
    smtp.refuse("panier@essai.test")
    send_reminder.defer(reminder_id=reminder.pk)
    with running_worker(fresh_database):
        wait_until(UnsentMail.objects.given_up().exists)
        cast.panier.email = "bonne@essai.test"
        cast.panier.save()
        as_user(cast.ccas).post(reverse("mail:send_again", args=[UnsentMail.objects.get().pk]))
        wait_until(lambda: len(smtp.messages) == 2)
        wait_until(lambda: not UnsentMail.objects.exists())
    assert [message["To"] for message in smtp.messages] == ["owner@essai.test", "bonne@essai.test"]


def test_one_that_is_given_up_is_told_once(fresh_database, reminder, smtp):
    """As a mail, where one sends it again; not as a task too."""
    smtp.go_away()
    job = send_reminder.defer(reminder_id=reminder.pk)
    ProcrastinateJob.objects.filter(pk=job).update(attempts=PATIENT.max_attempts)
    with running_worker(fresh_database):
        wait_until(UnsentMail.objects.given_up().exists)
        wait_until(lambda: ProcrastinateJob.objects.get(pk=job).status == "succeeded")
    assert not failed().exists()
    reminder.refresh_from_db()
    assert (reminder.sent_at, reminder.problem) == (None, "Le serveur de courriel ne répond pas.")


def test_one_that_is_still_tried_is_not_settled(cast, as_user):
    row = UnsentMail.objects.create(job=3, task="network.send_digest", subject="x", to=["a@essai.test"], problem="…")
    as_user(cast.ccas).post(reverse("mail:settle", args=[row.pk]))
    assert UnsentMail.objects.get() == row


def test_an_erased_account_leaves_no_address_here(cast):
    fields = {"subject": "x", "problem": "…", "gave_up_at": timezone.now()}
    both = UnsentMail.objects.create(to=["a@essai.test", cast.teammate.email], **fields)
    UnsentMail.objects.create(to=[cast.teammate.email], **fields)
    UnsentMail.objects.create(to=["b@essai.test"], reached=[cast.teammate.email], **fields)
    erase(user=cast.teammate, by=cast.teammate)
    assert sorted(row.to + row.reached for row in UnsentMail.objects.all()) == [["a@essai.test"], ["b@essai.test"]]
    both.refresh_from_db()
    assert both.subject == "x"


def test_a_last_mail_that_is_refused_is_forgotten_too(cast, smtp):
    address = cast.teammate.email
    erase(user=cast.teammate, by=cast.teammate)
    smtp.refuse(address)
    send_account_mail(template="goodbye", user_id=cast.teammate.pk)
    assert AccountLife.objects.get(user=cast.teammate).goodbye_to == ""
    assert not UnsentMail.objects.exists()


def test_old_ones_are_forgotten(db):
    old = timezone.now() - UnsentMail.KEPT
    UnsentMail.objects.create(subject="Vieux", to=["a@essai.test"], problem="…", last_at=old, gave_up_at=old)
    kept = UnsentMail.objects.create(subject="Récent", to=["a@essai.test"], problem="…", gave_up_at=timezone.now())
    forget_unsent(timestamp=0)
    assert UnsentMail.objects.get() == kept


def test_a_worker_tries_again_until_the_server_is_back(fresh_database, reminder, smtp):
    smtp.go_away()
    job = send_reminder.defer(reminder_id=reminder.pk)
    with running_worker(fresh_database):
        wait_until(lambda: UnsentMail.objects.filter(job=job, gave_up_at=None).exists())
        smtp.come_back()
        wait_until(lambda: len(smtp.messages) == 2)
        wait_until(lambda: not UnsentMail.objects.exists())
    reminder.refresh_from_db()
    assert reminder.sent_at


def test_a_refused_address_once_mended_is_written_to_again(fresh_database, cast, as_user, reminder, smtp):
    """The CCAS mends the address and sends again: only that one is written to."""
    smtp.refuse("panier@essai.test", "owner@essai.test")
    send_reminder.defer(reminder_id=reminder.pk)
    client = as_user(cast.ccas)
    with running_worker(fresh_database):
        wait_until(UnsentMail.objects.given_up().exists)
        row = UnsentMail.objects.get()
        assert sorted(row.to) == ["owner@essai.test", "panier@essai.test"]
        assert "Un courriel" in client.get(reverse("dashboard")).content.decode()
        cast.panier.email = "bonne@essai.test"
        cast.panier.save()
        smtp.refused.discard("owner@essai.test")
        client.post(reverse("mail:send_again", args=[row.pk]))
        wait_until(lambda: len(smtp.messages) == 2)
        wait_until(lambda: not UnsentMail.objects.exists())
    assert {message["To"] for message in smtp.messages} == {"bonne@essai.test", "owner@essai.test"}


def test_sending_again_twice_sends_once(cast, as_user):
    row = UnsentMail.objects.create(
        task="indicators.send_reminder",
        arguments={"reminder_id": 1},
        job=12,
        subject="Objet",
        to=["a@essai.test"],
        problem="…",
        gave_up_at=timezone.now(),
    )
    client = as_user(cast.ccas)
    for _ in range(2):
        assert client.post(reverse("mail:send_again", args=[row.pk])).status_code == 302
    jobs = ProcrastinateJob.objects.filter(task_name="indicators.send_reminder")
    assert jobs.count() == 1
    row.refresh_from_db()
    assert (row.job, row.gave_up_at) == (jobs.get().pk, None)


def test_a_link_that_cannot_leave_is_told(cast, client, smtp):
    smtp.go_away()
    url = reverse("account_reset_password")
    for address in (cast.owner.email, "personne@essai.test"):
        response = client.post(url, {"email": address})
        assert response.status_code == 503
        assert "n’a pas pu partir" in response.content.decode()
    assert [row.to for row in UnsentMail.objects.all()] == [[cast.owner.email]]  # what a stranger types is not kept
    smtp.come_back()
    assert client.post(url, {"email": cast.owner.email}).status_code == 302
    assert not UnsentMail.objects.exists()
    [message] = smtp.to(cast.owner.email)
    assert "http://127.0.0.1:8000/compte/" in words_of(message)
    assert message.get_body(("html",)).get_content().count('class="button"') == 1


def test_two_who_wait_for_the_same_mail_stop_nobody_after_them(cast, client, smtp):
    smtp.go_away()
    for _ in range(2):
        UnsentMail.objects.create(to=[cast.owner.email], subject="x", problem="…", gave_up_at=timezone.now())
    url = reverse("account_reset_password")
    assert client.post(url, {"email": cast.owner.email}).status_code == 503
    smtp.come_back()
    assert client.post(url, {"email": cast.owner.email}).status_code == 302
    assert not UnsentMail.objects.exists()


def test_a_mail_server_away_does_not_stop_a_change_of_password(cast, as_user, smtp):
    smtp.go_away()
    new = "une-autre-phrase-assez-longue"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert as_user(cast.owner).post(reverse("account_change_password"), form).status_code == 302
    cast.owner.refresh_from_db()
    assert cast.owner.check_password(new)
    smtp.come_back()
    send_account_notice(**ProcrastinateJob.objects.get(task_name="network.send_account_notice").args)
    assert "mot de passe a été changé" in words_of(smtp.messages[0])


def test_no_link_is_kept_in_a_job(cast, client):
    client.post(reverse("account_reset_password"), {"email": cast.owner.email})
    token = django_mail.outbox[0].body.split("/compte/")[1].split()[0].rstrip("/").split("/")[-1]
    assert isinstance(django_mail.outbox[0], EmailMultiAlternatives)
    assert not [job for job in ProcrastinateJob.objects.all() if token in str(job.args)]
