"""The link of a legal representative without account: asked for, mailed, used once; and reminders."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from charter import actions
from charter.models import Act, SigningLink, SigningReminder
from charter.tasks import send_signing_link, send_signing_reminder
from lemans_solidaire.network.models import Structure, UnsentMail
from tests.at_once import together
from tests.charter.signatures import POWER, TOKEN, answers, link_to
from tests.charter.texts import SECOND, adopted, signed

ADDRESS = reverse("charter:sign_by_link", args=[TOKEN])
ASKED = {
    "signer_name": "Paule Présidente",
    "signer_function": "présidente",
    "sent_to": "paule@essai.test",
    **POWER,
}


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def text_of(response):
    return response.content.decode()


def ask(client, structure, **more):
    return client.post(reverse("charter:ask_link", args=[structure.pk]), ASKED | more, follow=True)


def jobs(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = %s", [f"charter.{name}"])
        return [args for (args,) in cursor.fetchall()]


@pytest.mark.parametrize("role", ["owner", "ccas"])
def test_a_link_leaves_by_mail_and_its_token_is_written_nowhere_else(cast, as_user, version, role):
    ask(as_user(getattr(cast, role)), cast.panier)
    link = SigningLink.objects.get()
    assert (link.digest, link.mailed_at, len(jobs("send_signing_link"))) == ("", None, 1)
    send_signing_link(link.pk)
    (message,) = mail.outbox
    token = message.body.split("/charte/lien/")[1].split("/")[0]
    assert message.to == ["paule@essai.test"]
    link.refresh_from_db()
    assert link.digest == SigningLink.digest_of(token)
    assert link.mailed_at
    assert token not in str(jobs("send_signing_link"))
    send_signing_link(link.pk)  # the job again, after an interruption
    assert len(mail.outbox) == 1


def test_who_holds_it_reads_everything_then_signs_once(cast, client, version):
    signed(version, cast.panier, cast.owner)
    second = adopted(cast.ccas, SECOND)
    link = link_to(cast.panier, cast.ccas)
    page = text_of(client.get(ADDRESS))
    assert "à toute heure" in page
    assert "Ce qui a changé" in page
    assert "Nous l’écrivons ensemble" in page
    assert "noindex" in page
    page = client.post(ADDRESS, answers(second, step="relire"))
    assert "paule@essai.test" in text_of(page)
    page = client.post(ADDRESS, answers(second, article_1="Pas la nuit."), follow=True)
    act = Act.objects.last()
    assert (act.by, act.way, act.evidence) == (None, "link", {"sent_to": "paule@essai.test"})
    assert act.code in text_of(page)
    link.refresh_from_db()
    assert link.act == act
    again = client.post(ADDRESS, answers(second))
    assert (again.status_code, Act.objects.count()) == (200, 2)
    assert "C’est signé" in text_of(again)
    event = act.structure.events.filter(verb="charter_signed").first()
    assert event.actor == "link"


def test_the_certificate_is_given_to_who_signed_by_link(cast, client, version, monkeypatch):
    monkeypatch.setattr("charter.certificate.render_pdf", lambda *args, **kwargs: b"%PDF-")
    link_to(cast.panier, cast.ccas)
    url = reverse("charter:certificate_by_link", args=[TOKEN])
    assert client.get(url).status_code == 404
    client.post(ADDRESS, answers(version))
    assert client.get(url).content == b"%PDF-"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"cancelled_at": timezone.now()}, "Il a été annulé"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "Il servait jusqu’au"),
    ],
)
def test_a_link_that_serves_no_more_says_so(cast, client, version, state, words):
    link_to(cast.panier, cast.ccas, **state)
    assert words in text_of(client.get(ADDRESS))
    answer = client.post(ADDRESS, answers(version))
    assert (answer.status_code, Act.objects.count()) == (409, 0)


def test_an_unknown_link_is_nothing(cast, client, version):
    link = link_to(cast.panier, cast.ccas)
    assert client.get(ADDRESS).status_code == 200
    for token in ("autre", "x" * 300, link.digest, TOKEN.upper()):
        assert client.get(reverse("charter:sign_by_link", args=[token])).status_code == 404


def test_a_closed_structure_is_not_signed_for(cast, client, version):
    link_to(cast.panier, cast.ccas)
    type(cast.panier).objects.filter(pk=cast.panier.pk).update(closed_on="2020-01-01")
    assert "La structure est fermée" in text_of(client.get(ADDRESS))


def test_a_version_adopted_meanwhile(cast, client, version):
    link_to(cast.panier, cast.ccas)
    adopted(cast.ccas, SECOND)
    page = client.post(ADDRESS, answers(version, article_2="Sauf l’été."))
    assert page.status_code == 409
    assert "Une nouvelle version" in text_of(page)
    assert "Sauf l’été." in text_of(page)


def test_signed_meanwhile_with_an_account(cast, client, version):
    link_to(cast.panier, cast.ccas)
    signed(version, cast.panier, cast.owner)
    same = client.post(ADDRESS, answers(version))
    assert (same.status_code, "déjà signé" in text_of(same)) == (409, True)
    other = client.post(ADDRESS, answers(version, article_2="Sauf l’été."))
    assert (other.status_code, "Sauf l’été." in text_of(other)) == (409, True)
    assert Act.objects.count() == 1


def test_two_clicks_at_the_same_moment(fresh_database, cast):
    version = adopted(cast.ccas)
    link = link_to(cast.panier, cast.ccas)
    told = {"positions": {"article-1": ""}, "signer": ("P", "p"), "power": ("CA", date(2025, 1, 1))}

    def sign():
        try:
            return actions.sign_by_link(link=link, version=version, **told)
        except (actions.LinkServed, actions.AlreadySigned):
            return None

    assert sum(act is not None for act in together(sign, sign)) == 1
    assert Act.objects.count() == 1


def test_two_clicks_ask_for_one_link_and_a_newer_one_takes_its_place(cast, as_user, version):
    client = as_user(cast.owner)
    ask(client, cast.panier)
    ask(client, cast.panier)
    first = SigningLink.objects.get()
    SigningLink.objects.update(made_at=timezone.now() - timedelta(hours=1))
    ask(client, cast.panier)
    first.refresh_from_db()
    assert first.cancelled_at
    assert SigningLink.objects.under_way().count() == 1


def test_a_structure_has_no_more_than_three_links(cast, as_user, version):
    client = as_user(cast.owner)
    for number in range(3):
        ask(client, cast.panier, sent_to=f"p{number}@essai.test")
    page = ask(client, cast.panier, sent_to="p4@essai.test")
    assert page.status_code == 409
    assert "p4@essai.test" in text_of(page)
    assert "trois liens en cours" in text_of(page)
    assert SigningLink.objects.count() == 3


@pytest.mark.parametrize(
    "change", [{"sent_to": "paule"}, {"sent_to": ""}, {"power_body": ""}, {"sent_to": "a@b.fr\nBcc: c@d.fr"}]
)
def test_what_is_missing_to_send_a_link(cast, as_user, version, change):
    page = ask(as_user(cast.owner), cast.panier, **change)
    assert page.status_code == 422
    assert "Paule Présidente" in text_of(page)
    assert not SigningLink.objects.exists()


def test_a_link_is_cancelled(cast, as_user, client, version):
    link = link_to(cast.panier, cast.ccas)
    url = reverse("charter:cancel_link", args=[cast.panier.pk, link.pk])
    assert "ne sert plus" in text_of(as_user(cast.owner).post(url, follow=True))
    assert "déjà annulé" in text_of(as_user(cast.ccas).post(url, follow=True))
    other = link_to(cast.halte, cast.ccas, token="autre")
    assert as_user(cast.owner).post(reverse("charter:cancel_link", args=[cast.panier.pk, other.pk])).status_code == 404


def remind(client, *structures):
    return client.post(reverse("charter:remind"), {"structure": [one.pk for one in structures]}, follow=True)


def test_a_reminder_once_a_fortnight_to_those_who_have_said_nothing(cast, as_user, version):
    signed(version, cast.halte, cast.stranger)
    client = as_user(cast.ccas)
    assert "1 courriel en route" in text_of(remind(client, cast.panier, cast.halte))
    assert "Aucun courriel" in text_of(remind(client, cast.panier, cast.halte))
    reminder = SigningReminder.objects.get()
    send_signing_reminder(reminder.pk)
    send_signing_reminder(reminder.pk)
    (message,) = mail.outbox
    assert message.to == ["owner@essai.test"]
    assert reverse("charter:sign", args=[cast.panier.pk]) in message.body
    SigningReminder.objects.update(asked_at=timezone.now() - timedelta(days=15))
    assert "1 courriel en route" in text_of(remind(client, cast.panier))


def test_a_reminder_that_is_no_longer_needed_does_not_leave(cast, version):
    (reminder,) = actions.remind_to_sign(version=version, structures=[cast.panier], by=cast.ccas)
    signed(version, cast.panier, cast.owner)
    send_signing_reminder(reminder.pk)
    reminder.refresh_from_db()
    assert not mail.outbox
    assert "répondu entre-temps" in reminder.problem


def test_whom_nobody_can_write_to(cast, version):
    cast.panier.memberships.all().update(role="member")
    (reminder,) = actions.remind_to_sign(version=version, structures=[cast.panier], by=cast.ccas)
    send_signing_reminder(reminder.pk)
    reminder.refresh_from_db()
    assert (mail.outbox, reminder.problem) == ([], "Aucune adresse connue.")


def test_the_page_of_the_ccas_costs_the_same_with_one_or_three(cast, as_user, version, django_assert_num_queries):
    client, url = as_user(cast.ccas), reverse("charter:follow_up")
    signed(version, cast.panier, cast.owner)
    link_to(cast.panier, cast.ccas)
    client.get(url)
    with django_assert_num_queries(13):
        client.get(url)
    for number in range(3):
        other = type(cast.panier).objects.create(name=f"Autre {number}")
        signed(version, other, cast.owner)
        link_to(other, cast.ccas, token=f"t{number}")
    with django_assert_num_queries(13):
        client.get(url)


def test_mails_are_plain_text(cast, version):
    Structure.objects.filter(pk=cast.panier.pk).update(name="L'Été & Cie")
    link = link_to(cast.panier, cast.ccas, mailed_at=None)
    send_signing_link(link.pk)
    (reminder,) = actions.remind_to_sign(version=version, structures=[cast.panier], by=cast.ccas)
    send_signing_reminder(reminder.pk)
    for message in mail.outbox:
        assert "L'Été & Cie" in message.body


def test_the_address_of_a_link_is_read_by_who_may_send_one(cast, as_user, version):
    link_to(cast.panier, cast.ccas)
    url = reverse("charter:sign", args=[cast.panier.pk])
    told = {user: "paule@essai.test" in text_of(as_user(user).get(url)) for user in (cast.owner, cast.ccas)}
    assert all(told.values())
    page = text_of(as_user(cast.teammate).get(url))
    assert "Paule Présidente" in page
    assert "paule@essai.test" not in page


def test_links_of_a_closed_structure_are_not_listed(cast, as_user, version):
    link_to(cast.panier, cast.ccas)
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on="2020-01-01")
    assert "Liens en cours" not in text_of(as_user(cast.ccas).get(reverse("charter:follow_up")))


def test_a_used_link_forgets_after_its_time(cast, client, version):
    link_to(cast.panier, cast.ccas)
    client.post(ADDRESS, answers(version))
    assert "Odile Owner" in text_of(client.get(ADDRESS))
    SigningLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    page = text_of(client.get(ADDRESS))
    assert "Odile Owner" not in page
    assert "Il a servi" in page
    assert client.get(reverse("charter:certificate_by_link", args=[TOKEN])).status_code == 404


def test_a_name_corrected_within_a_minute_makes_another_link(cast, as_user, version):
    client = as_user(cast.owner)
    ask(client, cast.panier, signer_name="Pole")
    ask(client, cast.panier, signer_name="Paule")
    (link,) = SigningLink.objects.under_way()
    assert link.signer_name == "Paule"


def test_a_reminder_that_could_not_leave_does_not_stop_the_next(cast, version):
    cast.panier.memberships.all().update(role="member")
    (reminder,) = actions.remind_to_sign(version=version, structures=[cast.panier], by=cast.ccas)
    assert not actions.remind_to_sign(version=version, structures=[cast.panier], by=cast.ccas)
    send_signing_reminder(reminder.pk)
    assert actions.remind_to_sign(version=version, structures=[cast.panier], by=cast.ccas)


def test_each_reads_its_own_reminder_and_answers_the_ccas(cast, version):
    Structure.objects.filter(pk=cast.panier.pk).update(email="panier@essai.test")
    (reminder,) = actions.remind_to_sign(version=version, structures=[cast.panier], by=cast.ccas)
    send_signing_reminder(reminder.pk)
    assert [message.to for message in mail.outbox] == [["owner@essai.test"], ["panier@essai.test"]]
    assert {address for message in mail.outbox for address in message.reply_to} == {cast.ccas.email}
    assert "ce qui a changé" not in mail.outbox[0].body
    signed(version, cast.halte, cast.stranger)
    second = adopted(cast.ccas, SECOND)
    (reminder,) = actions.remind_to_sign(version=second, structures=[cast.halte], by=cast.ccas)
    send_signing_reminder(reminder.pk)
    assert "ce qui a changé depuis votre signature" in mail.outbox[-1].body


def test_a_link_that_the_server_refuses_is_not_said_to_be_on_its_way(cast, as_user, version):
    link = link_to(cast.panier, cast.owner, mailed_at=None)
    page = reverse("charter:sign", args=[cast.panier.pk])
    client = as_user(cast.owner)
    assert "En route vers" in client.get(page).content.decode()
    told = {"task": "charter.send_signing_link", "subject": "x", "problem": "…", "gave_up_at": timezone.now()}
    UnsentMail.objects.create(job=7, to=[link.sent_to], arguments={"link_id": link.pk + 1}, **told)
    assert "En route vers" in client.get(page).content.decode()
    UnsentMail.objects.create(job=8, to=[link.sent_to], arguments={"link_id": link.pk}, **told)
    assert f"N’a pas pu partir vers {link.sent_to}" in client.get(page).content.decode()
    assert "n’a pas pu partir" in as_user(cast.ccas).get(reverse("charter:follow_up")).content.decode()
